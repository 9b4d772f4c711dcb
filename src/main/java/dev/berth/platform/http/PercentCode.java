package dev.berth.platform.http;

import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Percent-decoding, once and strictly: what is not UTF-8 or holds a NUL is refused instead of repaired. */
final class PercentCode {
    private PercentCode() {}

    /** The parameters of a query in their order; {@code +} stands for a space, as forms and URLSearchParams write it. */
    static Map<String, List<String>> query(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        int start = 0;
        while (start <= query.length()) {
            int end = query.indexOf('&', start);
            if (end < 0) {
                end = query.length();
            }
            if (end > start) {
                int equals = query.indexOf('=', start);
                boolean valueless = equals < 0 || equals > end;
                String name = decode(query.substring(start, valueless ? end : equals), true, "/query");
                String value = valueless ? "" : decode(query.substring(equals + 1, end), true, "/query/" + name);
                parameters.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
            }
            start = end + 1;
        }
        return parameters;
    }

    static String segment(String text, String pointer) {
        return decode(text, false, pointer);
    }

    private static String decode(String text, boolean plusIsSpace, String pointer) {
        if (text.indexOf('%') < 0) {
            return plusIsSpace && text.indexOf('+') >= 0 ? text.replace('+', ' ') : text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%') {
                int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
                int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
                if (high < 0 || low < 0 || high + low == 0) {
                    throw malformed(pointer);
                }
                decoded.put((byte) (high << 4 | low));
                i += 2;
            } else {
                decoded.put(plusIsSpace && bytes[i] == '+' ? (byte) ' ' : bytes[i]);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException e) {
            throw malformed(pointer);
        }
    }

    private static Rejection malformed(String pointer) {
        return new Rejection(ProblemType.MALFORMED_REQUEST, "is not percent-encoded UTF-8", pointer);
    }
}
