package dev.berth.search.text;

/** How far a word is from another. */
final class Edits {
    private Edits() {}

    /** Whether so many letters left out, put in, exchanged or swapped with their neighbour make one word the other. */
    static boolean atMost(String word, String other, int edits) {
        if (Math.abs(word.length() - other.length()) > edits) {
            return false;
        }
        int columns = other.length() + 1;
        int[] beforeLast = new int[columns];
        int[] last = new int[columns];
        int[] row = new int[columns];
        for (int j = 0; j < columns; j++) {
            last[j] = j;
        }
        for (int i = 1; i <= word.length(); i++) {
            row[0] = i;
            int least = i;
            for (int j = 1; j < columns; j++) {
                boolean same = word.charAt(i - 1) == other.charAt(j - 1);
                int best = Math.min(Math.min(last[j], row[j - 1]) + 1, last[j - 1] + (same ? 0 : 1));
                if (i > 1
                        && j > 1
                        && word.charAt(i - 1) == other.charAt(j - 2)
                        && word.charAt(i - 2) == other.charAt(j - 1)) {
                    best = Math.min(best, beforeLast[j - 2] + 1);
                }
                row[j] = best;
                least = Math.min(least, best);
            }
            if (least > edits) {
                return false;
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[columns - 1] <= edits;
    }
}
