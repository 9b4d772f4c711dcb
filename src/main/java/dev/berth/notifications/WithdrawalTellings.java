package dev.berth.notifications;

import dev.berth.notifications.Notifier.Telling;
import dev.berth.payments.WithdrawalEvent;
import dev.berth.values.Money;
import java.util.ArrayList;
import java.util.List;

/** What drivers are told of money that goes out of their wallets. */
final class WithdrawalTellings {
    private WithdrawalTellings() {}

    static List<Telling> of(WithdrawalEvent event) {
        List<Telling> tellings = new ArrayList<>();
        switch (event) {
            case WithdrawalEvent.WalletPaidOut e -> {
                Money left = e.asked().minus(e.paid());
                if (!e.paid().isZero()) {
                    tellings.add(telling(e, Occasion.DRIVER_WALLET_PAID_OUT, e.paid()));
                }
                if (!left.isZero()) {
                    tellings.add(telling(e, Occasion.DRIVER_WALLET_NOT_PAID_OUT, left));
                }
            }
            case WithdrawalEvent.WalletPayoutReturned e ->
                tellings.add(telling(e, Occasion.DRIVER_WALLET_RETURNED, e.amount()));
        }
        return tellings;
    }

    private static Telling telling(WithdrawalEvent of, Occasion occasion, Money amount) {
        return new Telling(of.driver(), occasion, null, amount, "/wallet");
    }
}
