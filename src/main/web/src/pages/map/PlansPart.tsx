import { api } from "../../api/client";
import type { Listing, Plan } from "../../api/types";
import { money, t } from "../../i18n";
import { Link } from "../../router";
import { useLoad } from "../../ui/load";

/** What a place offers by the month; nothing when it offers nothing, or when that cannot be asked: it is beside the point then. */
export function PlansPart({ listing, own }: { listing: Listing; own: boolean }) {
  const plans = useLoad(`plans ${listing.id}`, (signal) => api.get<{ items: Plan[] }>("/plans", { listing: listing.id }, signal));
  const offered = plans.data?.items.filter((plan) => plan.kind === "PASS") ?? [];
  if (offered.length === 0) return null;
  return (
    <section class="detail-part">
      <h3>{t("plans.offered")}</h3>
      <ul class="plain">
        {offered.map((plan) => (
          <li key={plan.id} class="plan-row">
            <span class="row-text">
              <strong>{plan.title}</strong>
              <span>{t(plan.per === "VEHICLE" ? "passes.perVehicle" : "passes.perMonth", { price: money(plan.price.amount, plan.price.currency) })}</span>
              {plan.concurrency > 1 && <span class="muted">{t(plan.per === "VEHICLE" ? "passes.upTo" : "passes.concurrency", { count: plan.concurrency })}</span>}
            </span>
            {own ? null : plan.left > 0 ? (
              <Link class="button button-quiet" href={`/passes/new/${plan.id}?l=${listing.id}`} aria-label={`${t("passes.choose")}: ${plan.title}`}>
                {t("passes.choose")}
              </Link>
            ) : (
              <span class="muted">{t("passes.soldOut")}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
