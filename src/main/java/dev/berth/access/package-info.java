/** Gates: who may come in and go out, who is inside, what cameras and sensors see. */
@NullMarked
package dev.berth.access;

import org.jspecify.annotations.NullMarked;
