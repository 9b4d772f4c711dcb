@NullMarked
package dev.berth.platform.http;

import org.jspecify.annotations.NullMarked;
