package dev.berth.platform.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a configuration record's component when neither file nor environment gives one, written as in the file:
 * {@code 8080}, {@code true}, {@code 15m}, {@code 64KiB}, {@code a, b}. A component without it must be given, unless it
 * is {@code @Nullable} or itself a record.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    String value();
}
