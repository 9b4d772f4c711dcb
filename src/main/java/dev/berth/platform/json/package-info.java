/** JSON, one way for the whole house. */
@NullMarked
package dev.berth.platform.json;

import org.jspecify.annotations.NullMarked;
