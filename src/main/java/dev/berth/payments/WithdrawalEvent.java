package dev.berth.payments;

import dev.berth.platform.bus.Event;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.util.UUID;

/** What has become of money that drivers have asked back of their wallets. */
public sealed interface WithdrawalEvent extends Event {
    String ADDRESS = "payments.withdrawn";

    @Override
    default String address() {
        return ADDRESS;
    }

    UserId driver();

    @Override
    default String key() {
        return driver().toString();
    }

    /**
     * All of it is decided.
     *
     * @param asked what was asked for
     * @param paid what goes to the driver's cards; the rest is in the wallet again
     */
    record WalletPaidOut(UUID withdrawal, UserId driver, Money asked, Money paid) implements WithdrawalEvent {}

    /**
     * The provider has given a part up that it had told was done.
     *
     * @param amount what is in the wallet again
     */
    record WalletPayoutReturned(UUID withdrawal, UserId driver, Money amount) implements WithdrawalEvent {}
}
