package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.FindRights;
import dev.berth.bookings.BookingCommand.GetTaken;
import dev.berth.bookings.BookingCommand.PassContent;
import dev.berth.bookings.BookingCommand.PassKey;
import dev.berth.bookings.BookingCommand.ReadPass;
import dev.berth.bookings.BookingCommand.Right;
import dev.berth.bookings.BookingCommand.Taken;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.TimeRange;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Bookings as gates see them. */
final class Rights {
    private static final int KEY_BYTES = 32;

    private final RightSql sql;
    private final PassTokens passes;
    private final BookingConfig config;

    Rights(RightSql sql, PassTokens passes, BookingConfig config) {
        this.sql = sql;
        this.passes = passes;
        this.config = config;
    }

    PassContent read(ReadPass command) {
        return PassTokens.read(command.qr(), passes.publicKey())
                .map(content -> new PassContent(
                        content.booking(),
                        content.listing(),
                        content.slot(),
                        content.notBefore(),
                        content.notAfter(),
                        content.nonce()))
                .orElseThrow(() -> new Rejection(ProblemType.UNPROCESSABLE, "this is no pass of ours"));
    }

    PassKey key() {
        // The key's own bytes are the last of its standard encoding.
        byte[] encoded = passes.publicKey().getEncoded();
        byte[] key = Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
        return new PassKey(Base64.getEncoder().encodeToString(key));
    }

    BookingCommand.Rights find(FindRights command) {
        RightSql.Found found = sql.find(command);
        List<Right> rights = found.rows().stream().map(this::right).toList();
        return new BookingCommand.Rights(found.now(), rights);
    }

    Taken taken(GetTaken command) {
        return sql.taken(command.listing());
    }

    private Right right(RightSql.Stored row) {
        TimeRange stay = row.stay();
        return new Right(
                row.booking(),
                row.listing(),
                row.slot(),
                row.driver(),
                row.vehicle(),
                stay,
                row.status(),
                stay.from().minus(config.earlyEntry()),
                stay.to().plus(config.lateExit()),
                row.slotTaken(),
                row.nonce());
    }
}
