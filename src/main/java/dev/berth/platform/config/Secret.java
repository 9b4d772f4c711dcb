package dev.berth.platform.config;

/** A text that is never shown: its string form is a mask, wherever it ends up. */
public record Secret(String value) {
    @Override
    public String toString() {
        return "***";
    }
}
