package dev.berth.pricing;

/** A tariff that contradicts itself. */
public final class InvalidTariff extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String pointer;
    private final String detail;

    /**
     * @param pointer JSON pointer to what is wrong, within the tariff
     * @param detail for whoever wrote it
     */
    public InvalidTariff(String pointer, String detail) {
        super(detail);
        this.pointer = pointer;
        this.detail = detail;
    }

    public String pointer() {
        return pointer;
    }

    public String detail() {
        return detail;
    }

    static void require(boolean right, String pointer, String detail) {
        if (!right) {
            throw new InvalidTariff(pointer, detail);
        }
    }

    static void requireAmount(long amount, String pointer) {
        require(
                amount >= 0 && amount <= Tariff.MAX_AMOUNT,
                pointer,
                "must be 0 to %d minor units".formatted(Tariff.MAX_AMOUNT));
    }
}
