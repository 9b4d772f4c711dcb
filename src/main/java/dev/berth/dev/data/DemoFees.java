package dev.berth.dev.data;

import dev.berth.fees.FeeCommand.AddPolicy;
import dev.berth.fees.FeeCommand.ListPolicies;
import dev.berth.fees.FeeCommand.PolicyPage;
import dev.berth.fees.ServiceFeeRate;
import dev.berth.platform.bus.Bus;
import dev.berth.values.Money;
import dev.berth.values.Principal;

/** A service fee, so that people see one. Where there is a policy, that is left as it is. */
final class DemoFees {
    /** 5 % and 0.25. */
    static final ServiceFeeRate SERVICE_FEE = new ServiceFeeRate(500, new Money(25, "EUR"));

    private final Bus bus;

    DemoFees(Bus bus) {
        this.bus = bus;
    }

    void ensure(Principal admin) {
        PolicyPage known = bus.ask(new ListPolicies(admin, null, null, 1)).await();
        if (known.items().isEmpty()) {
            bus.ask(new AddPolicy(
                            admin,
                            null,
                            known.configuredBasisPoints(),
                            SERVICE_FEE,
                            null,
                            "what the demonstration shows",
                            null))
                    .await();
        }
    }
}
