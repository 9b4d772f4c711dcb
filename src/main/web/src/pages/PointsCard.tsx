import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { Points, PointsEntry } from "../api/types";
import { minuteOf, readerZone } from "../domain/zone";
import { calendarDay, dayAndTime, money, number, t } from "../i18n";
import { Link } from "../router";
import { Button, ErrorState, Skeleton } from "../ui/basics";
import { useLoad } from "../ui/load";
import { toast } from "../ui/toast";

const BASIS_POINTS_PER_PERCENT = 100;

/** What the driver's points are worth, what expires next, how they are earned, and where they went. */
export function PointsCard() {
  const points = useLoad("points statement", (signal) => api.get<Points>("/points", { limit: 20 }, signal));
  const [loadingMore, setLoadingMore] = useState(false);
  const known = points.data;
  const currency = known?.balances[0]?.worth.currency;
  const more = async () => {
    if (!known?.next || !currency) return;
    setLoadingMore(true);
    try {
      const page = await api.get<Points>("/points", { currency, limit: 20, cursor: known.next });
      points.set({ ...page, items: [...known.items, ...page.items] });
    } catch (error) {
      toast(explain(error), "danger");
    }
    setLoadingMore(false);
  };
  return (
    <section class="section" aria-label={t("points.title")}>
      <h2 id="points">{t("points.title")}</h2>
      {points.error !== null ? (
        <ErrorState error={points.error} onRetry={points.reload} />
      ) : known === null ? (
        <Skeleton rows={2} height={56} />
      ) : (
        <>
          <div class="card form">
            {known.balances.map((balance) => (
              <div key={balance.worth.currency}>
                <p class="big-number" data-points={balance.points}>
                  {t("points.count", { count: balance.points })}
                </p>
                <p>{t("points.worth", { amount: money(balance.worth.amount, balance.worth.currency) })}</p>
                {balance.reserved.amount > 0 && (
                  <p class="muted">{t("wallet.reserved", { amount: money(balance.reserved.amount, balance.reserved.currency) })}</p>
                )}
                {balance.expiring && (
                  <p class="muted">
                    {t("points.expiring", {
                      count: balance.expiring.points,
                      day: calendarDay(balance.expiring.at.slice(0, 10)),
                    })}
                  </p>
                )}
              </div>
            ))}
            {known.balances.length === 0 && <p>{t("points.empty")}</p>}
            {known.terms.earnBasisPoints > 0 && (
              <p class="muted">
                {t("points.terms", {
                  percent: number(known.terms.earnBasisPoints / BASIS_POINTS_PER_PERCENT, 2),
                  days: number(known.terms.lifetimeDays),
                })}
              </p>
            )}
          </div>
          {known.items.length > 0 && (
            <ul class="card entries">
              {known.items.map((entry) => (
                <Entry key={entry.id} entry={entry} />
              ))}
            </ul>
          )}
          {known.next && (
            <Button busy={loadingMore} onClick={() => void more()}>
              {t("action.more")}
            </Button>
          )}
        </>
      )}
    </section>
  );
}

function Entry({ entry }: { entry: PointsEntry }) {
  const { amount, balance } = entry;
  return (
    <li>
      <span>
        <strong>{t(`points.kind.${entry.kind}`)}</strong>
        <span class="muted">{dayAndTime(minuteOf(entry.createdAt), readerZone())}</span>
        {entry.booking && <Link href={`/bookings/${entry.booking}`}>{t("booking.title")}</Link>}
      </span>
      <span class="entry-amount">
        <strong class={amount.amount > 0 ? "is-in" : undefined}>
          {amount.amount > 0 && "+"}
          {money(amount.amount, amount.currency)}
        </strong>
        <span class="muted">
          <span class="only-spoken">{t("wallet.balance")} </span>
          {money(balance.amount, balance.currency)}
        </span>
      </span>
    </li>
  );
}
