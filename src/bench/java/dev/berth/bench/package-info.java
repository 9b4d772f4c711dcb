/** The benchmark program: load from outside, measured from the intended moment, beside a calibration of the same run. */
@NullMarked
package dev.berth.bench;

import org.jspecify.annotations.NullMarked;
