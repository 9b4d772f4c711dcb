package dev.berth.bookings;

import dev.berth.payments.PaymentCommand;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Payments by their contract: the method's name says what becomes of a charge. */
final class PretendPayments extends VerticleBase {
    static final String SUCCEEDS = "pm_card_visa";
    static final String DECLINED = "pm_card_declined";
    static final String NEEDS_ACTION = "pm_card_threeDSecureRequired";
    /** Set aside, and gone when it is to be collected. */
    static final String WITHDRAWN = "pm_withdrawn";

    static final String UNREACHABLE = "pm_unreachable";
    static final String UNKNOWN = "pm_unknown";
    static final String ACTION_URL = "https://bank.example/3ds";

    final Map<PaymentId, PaymentStatus> statuses = new ConcurrentHashMap<>();
    final Queue<PaymentCommand.Charge> charges = new ConcurrentLinkedQueue<>();
    final Queue<PaymentCommand.Charge> authorised = new ConcurrentLinkedQueue<>();
    final Queue<PaymentCommand.ChargeTogether> together = new ConcurrentLinkedQueue<>();
    final Queue<PaymentId> refunds = new ConcurrentLinkedQueue<>();
    /** What of each payment had to be back, the last time that was asked for. */
    final Map<PaymentId, Money> refundTotals = new ConcurrentHashMap<>();

    final Map<PaymentId, Money> prices = new ConcurrentHashMap<>();
    final Queue<PaymentCommand.Reassign> reassigned = new ConcurrentLinkedQueue<>();
    final Queue<PaymentId> abandoned = new ConcurrentLinkedQueue<>();

    private final Bus bus;
    /** What happens while a charge is under way. */
    private volatile Consumer<PaymentCommand.Charge> meanwhile = charge -> {};

    /** The card that bookings were paid with. */
    private volatile String saved = SUCCEEDS;

    PretendPayments(Bus bus) {
        this.bus = bus;
    }

    void saved(String method) {
        saved = method;
    }

    void meanwhile(Consumer<PaymentCommand.Charge> action) {
        meanwhile = action;
    }

    @Override
    public Future<?> start() {
        return bus.<PaymentCommand<?>>serve(PaymentCommand.ADDRESS, PaymentCommand.class, this::handle);
    }

    private Message handle(PaymentCommand<?> command) {
        return switch (command) {
            case PaymentCommand.Charge charge -> {
                charges.add(charge);
                yield charge(charge, PaymentStatus.SUCCEEDED);
            }
            case PaymentCommand.Authorise(PaymentCommand.Charge charge) -> {
                authorised.add(charge);
                yield charge(charge, PaymentStatus.AUTHORISED);
            }
            case PaymentCommand.ChargeTogether all -> {
                together.add(all);
                Payment whole = charge(
                        new PaymentCommand.Charge(
                                all.payment(),
                                new BookingId(all.payment().value()),
                                all.driver(),
                                all.host(),
                                all.shares().stream()
                                        .map(PaymentCommand.Share::price)
                                        .reduce(Money::plus)
                                        .orElseThrow(),
                                all.commissionBasisPoints(),
                                all.method(),
                                all.description(),
                                all.returnUrl()),
                        PaymentStatus.SUCCEEDED);
                if (whole.status() == PaymentStatus.SUCCEEDED) {
                    all.shares().forEach(share -> {
                        PaymentId own = new PaymentId(share.booking().value());
                        prices.put(own, share.price());
                        statuses.put(own, PaymentStatus.SUCCEEDED);
                    });
                }
                yield whole;
            }
            case PaymentCommand.Refund refund -> {
                refunds.add(refund.payment());
                Money price = prices.get(refund.payment());
                Money total = refund.total() == null ? price : refund.total();
                if (total != null) {
                    refundTotals.put(refund.payment(), total);
                }
                yield payment(
                        refund.payment(),
                        Objects.equals(total, price) ? PaymentStatus.REFUNDED : PaymentStatus.SUCCEEDED);
            }
            case PaymentCommand.Abandon abandon -> {
                abandoned.add(abandon.payment());
                PaymentStatus now = statuses.get(abandon.payment());
                yield payment(
                        abandon.payment(),
                        now == PaymentStatus.SUCCEEDED ? PaymentStatus.SUCCEEDED : PaymentStatus.CANCELLED);
            }
            case PaymentCommand.Reassign reassign -> {
                reassigned.add(reassign);
                yield Done.DONE;
            }
            case PaymentCommand.GetPayment get ->
                payment(get.payment(), statuses.getOrDefault(get.payment(), PaymentStatus.REQUIRES_PAYMENT_METHOD));
            default -> throw new Rejection(ProblemType.UNPROCESSABLE, "not played here");
        };
    }

    /** @param success what becomes of it when all goes well */
    private Payment charge(PaymentCommand.Charge charge, PaymentStatus success) {
        meanwhile.accept(charge);
        if (statuses.get(charge.payment()) == PaymentStatus.SUCCEEDED) {
            return payment(charge.payment(), PaymentStatus.SUCCEEDED);
        }
        prices.put(charge.payment(), charge.price());
        String method = charge.method();
        if (statuses.get(charge.payment()) == PaymentStatus.AUTHORISED && !WITHDRAWN.equals(method)) {
            return payment(charge.payment(), success);
        }
        return switch (method == null ? saved : method) {
            case SUCCEEDS, PaymentCommand.POINTS -> payment(charge.payment(), success);
            case WITHDRAWN ->
                payment(charge.payment(), success == PaymentStatus.AUTHORISED ? success : PaymentStatus.CANCELLED);
            case DECLINED -> {
                statuses.put(charge.payment(), PaymentStatus.DECLINED);
                yield new Payment(
                        charge.payment(),
                        PaymentStatus.DECLINED,
                        null,
                        "insufficient_funds",
                        "Your card has insufficient funds.");
            }
            case NEEDS_ACTION -> {
                statuses.put(charge.payment(), PaymentStatus.REQUIRES_ACTION);
                yield new Payment(charge.payment(), PaymentStatus.REQUIRES_ACTION, ACTION_URL, null, null);
            }
            case UNREACHABLE ->
                throw new Rejection(ProblemType.PAYMENT_PROVIDER_UNAVAILABLE, "the provider does not answer");
            default -> throw new Rejection(ProblemType.UNPROCESSABLE, "no such payment method", "/paymentMethod/token");
        };
    }

    private Payment payment(PaymentId id, PaymentStatus status) {
        statuses.put(id, status);
        return new Payment(id, status, status == PaymentStatus.REQUIRES_ACTION ? ACTION_URL : null, null, null);
    }
}
