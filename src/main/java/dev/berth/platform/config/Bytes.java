package dev.berth.platform.config;

/** A size in bytes, written {@code 512}, {@code 64KiB}, {@code 10MiB} or {@code 1GiB}. */
public record Bytes(long value) {
    private static final long KIB = 1_024;

    /** @throws IllegalArgumentException when it is no size of at least 0 */
    public static Bytes parse(String text) {
        long factor = 1;
        String digits = text;
        if (text.endsWith("iB") && text.length() > 3) {
            factor = switch (text.charAt(text.length() - 3)) {
                case 'K' -> KIB;
                case 'M' -> KIB * KIB;
                case 'G' -> KIB * KIB * KIB;
                default -> throw new IllegalArgumentException("is no size such as 64KiB");
            };
            digits = text.substring(0, text.length() - 3);
        }
        try {
            long value = Math.multiplyExact(Long.parseLong(digits.strip()), factor);
            if (value >= 0) {
                return new Bytes(value);
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // Falls through to the one refusal below.
        }
        throw new IllegalArgumentException("is no size such as 64KiB");
    }

    /** @throws ArithmeticException when it does not fit an int */
    public int intValue() {
        return Math.toIntExact(value);
    }
}
