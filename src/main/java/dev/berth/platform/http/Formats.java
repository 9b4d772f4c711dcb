package dev.berth.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Format;
import com.networknt.schema.ValidationContext;
import dev.berth.values.Ids;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The formats of the contract, asserted alike in bodies and in parameters. Where a standard leaves room, the narrow
 * reading is taken: one text for one value.
 */
final class Formats {
    private static final int EMAIL_MAX_CHARACTERS = 254;
    private static final Pattern DATE_TIME =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?(?:[Zz]|[+-]\\d{2}:\\d{2})");
    private static final Pattern EMAIL = Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
            + "@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+");

    private Formats() {}

    /** What is wrong with the text, or null; formats that the platform does not know are not asserted. */
    static @Nullable String problem(String format, String text) {
        boolean right = switch (format) {
            case "uuid" -> isUuid(text);
            case "date-time" -> isDateTime(text);
            case "date" -> isDate(text);
            case "email" -> isEmail(text);
            default -> true;
        };
        return right ? null : description(format);
    }

    /** What a value of the format must be, for people. */
    static String description(String format) {
        return switch (format) {
            case "uuid" -> "must be a UUID";
            case "date-time" -> "must be an RFC 3339 instant with its offset";
            case "date" -> "must be a date such as 2026-07-31";
            case "email" -> "must be an e-mail address";
            case "int32" -> "must be a whole number of 32 bits";
            case "int64" -> "must be a whole number of 64 bits";
            default -> "must be of the format " + format;
        };
    }

    /** @param text must be a valid date-time */
    static Instant instant(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }

    /** The formats for the validator of bodies. */
    static List<Format> forSchemas() {
        return List.of(
                new Text("uuid"),
                new Text("date-time"),
                new Text("date"),
                new Text("email"),
                new Whole("int32"),
                new Whole("int64"));
    }

    private static boolean isUuid(String text) {
        try {
            Ids.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isDateTime(String text) {
        if (!DATE_TIME.matcher(text).matches()) {
            return false;
        }
        try {
            instant(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isEmail(String text) {
        return text.length() <= EMAIL_MAX_CHARACTERS && EMAIL.matcher(text).matches();
    }

    private record Text(String getName) implements Format {
        @Override
        public boolean matches(ExecutionContext execution, String value) {
            return problem(getName, value) == null;
        }
    }

    private record Whole(String getName) implements Format {
        @Override
        public boolean matches(ExecutionContext execution, ValidationContext validation, JsonNode value) {
            if (!value.isNumber()) {
                return true;
            }
            return getName.equals("int32") ? value.canConvertToInt() : value.canConvertToLong();
        }
    }
}
