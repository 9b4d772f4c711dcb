package dev.berth.promotions;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.ledger.LedgerSql;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.idempotency.OnceSql;
import dev.berth.promotions.PromotionCommand.AdjustDiscount;
import dev.berth.promotions.PromotionCommand.AppointMerchant;
import dev.berth.promotions.PromotionCommand.CreatePromotion;
import dev.berth.promotions.PromotionCommand.GenerateCodes;
import dev.berth.promotions.PromotionCommand.GetMerchant;
import dev.berth.promotions.PromotionCommand.ListCodes;
import dev.berth.promotions.PromotionCommand.ListMerchants;
import dev.berth.promotions.PromotionCommand.ListPromotions;
import dev.berth.promotions.PromotionCommand.PriceCode;
import dev.berth.promotions.PromotionCommand.ReadMerchantStatement;
import dev.berth.promotions.PromotionCommand.SettleValidations;
import dev.berth.promotions.PromotionCommand.WithdrawPromotion;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;

/** Serves {@link PromotionCommand}s. Deploy on a virtual thread, on any number of nodes. */
public final class PromotionVerticle extends VerticleBase {
    private final Bus bus;
    private final Promotions promotions;
    private final Merchants merchants;

    public PromotionVerticle(
            Bus bus, Db db, Outbox outbox, JsonMapper json, PromotionConfig config, Clock clock, MeterRegistry meters) {
        this.bus = bus;
        PromotionSql sql = new PromotionSql(db);
        LedgerSql ledger = new LedgerSql(db);
        OnceSql once = new OnceSql(json);
        this.merchants = new Merchants(sql, ledger, outbox, once);
        this.promotions =
                new Promotions(sql, ledger, outbox, once, merchants, config, new PromotionMetrics(meters), clock);
    }

    @Override
    public Future<?> start() {
        return bus.<PromotionCommand<?>>serve(PromotionCommand.ADDRESS, PromotionCommand.class, this::handle);
    }

    private Message handle(PromotionCommand<?> command) {
        return switch (command) {
            case PriceCode c -> c.reply(promotions.price(c));
            case AdjustDiscount c -> {
                promotions.adjust(c);
                yield c.reply(Done.DONE);
            }
            case CreatePromotion c -> c.reply(promotions.create(c));
            case ListPromotions c -> c.reply(promotions.list(c));
            case WithdrawPromotion c -> c.reply(promotions.withdraw(c));
            case GenerateCodes c -> c.reply(promotions.generate(c));
            case ListCodes c -> c.reply(promotions.codes(c));
            case AppointMerchant c -> c.reply(merchants.appoint(c));
            case ListMerchants c -> c.reply(merchants.list(c));
            case GetMerchant c -> c.reply(merchants.get(c.actor().user()));
            case ReadMerchantStatement c -> c.reply(merchants.statement(c));
            case SettleValidations c -> c.reply(merchants.settle(c));
        };
    }
}
