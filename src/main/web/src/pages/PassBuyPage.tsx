import { useRef, useState } from "preact/hooks";
import { ApiError, api, explain, newKey } from "../api/client";
import type { Listing, Page, PassQuote, Plan, Subscription, Vehicle } from "../api/types";
import { instantOf, instantsOf, localDay, nowMinute } from "../domain/zone";
import { money, t } from "../i18n";
import { Link, navigate, place } from "../router";
import { Button, Check, ErrorState, Field, Notice, PageHead, Skeleton, TextField } from "../ui/basics";
import { CardChoice, TEST_CARDS } from "../ui/cards";
import { Icon } from "../ui/icons";
import { useLoad } from "../ui/load";
import { toast } from "../ui/toast";
import { WalletChoice, methodOf } from "../ui/wallet-choice";
import { PassLines } from "./PassLines";
import { passHours } from "./pass-texts";

/** From a plan to a pass: what it costs now and each month, for which vehicles, paid in the same call. */
export function PassBuyPage({ parameters }: { parameters: Record<string, string> }) {
  const listingId = place.value.query.get("l") ?? "";
  const listing = useLoad(`listing ${listingId}`, (signal) => api.get<Listing>(`/listings/${listingId}`, undefined, signal));
  const plans = useLoad(`plans ${listingId}`, (signal) => api.get<{ items: Plan[] }>("/plans", { listing: listingId }, signal));
  const plan = plans.data?.items.find((each) => each.id === parameters.id);
  const error = listing.error ?? plans.error;
  return (
    <div class="page">
      <PageHead title={t("passes.buyTitle")} />
      {error !== null ? (
        <ErrorState
          error={error}
          onRetry={() => {
            listing.reload();
            plans.reload();
          }}
        />
      ) : !listing.data || !plans.data ? (
        <Skeleton rows={3} />
      ) : !plan ? (
        <Notice tone="warning">
          <p>{t("passes.soldOut")}</p>
          <Link class="button button-quiet" href={`/?l=${listingId}`}>
            {t("checkout.back")}
          </Link>
        </Notice>
      ) : (
        <Order listing={listing.data} plan={plan} onStale={plans.reload} />
      )}
    </div>
  );
}

function Order({ listing, plan, onStale }: { listing: Listing; plan: Plan; onStale: () => void }) {
  const vehicles = useLoad("vehicles", (signal) => api.get<Page<Vehicle>>("/vehicles", undefined, signal));
  const [chosen, setChosen] = useState<string[] | null>(null);
  const [begins, setBegins] = useState("");
  const [token, setToken] = useState<string>(TEST_CARDS[0].token);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const attempt = useRef({ of: "", key: "" });
  const known = vehicles.data?.items ?? [];
  const standard = known.find((each) => each.default) ?? known[0];
  const vehicleIds = chosen ?? (standard ? [standard.id] : []);
  const [many, setMany] = useState("1");
  const from = begins === "" ? null : startOf(begins, listing.timeZone);
  const perVehicle = plan.per === "VEHICLE";
  const asked = { ...(from ? { from } : {}), ...(perVehicle ? { vehiclesAtOnce: Math.min(plan.concurrency, Math.max(1, Number(many) || 1)) } : {}) };
  const quote = useLoad(`quote ${plan.id} ${plan.version} ${JSON.stringify(asked)}`, (signal) => api.get<PassQuote>(`/plans/${plan.id}/quote`, asked, signal));
  const price = quote.data?.total ?? null;
  const shown = price ? money(price.amount, price.currency) : "…";

  const pay = async () => {
    setBusy(true);
    setFailure(null);
    const body = { planId: plan.id, vehicleIds, price, paymentMethod: methodOf(token), ...asked };
    // The same attempt keeps its key, so that trying again after a lost answer never buys twice.
    const of = JSON.stringify(body);
    if (attempt.current.of !== of) attempt.current = { of, key: newKey() };
    try {
      const made = await api.post<Subscription>("/subscriptions", body, attempt.current.key);
      if (made.payment?.nextAction) {
        location.assign(made.payment.nextAction.url);
        return;
      }
      if (made.status === "ACTIVE") toast(t("passes.bought"));
      navigate(`/passes?id=${made.id}`, { replace: true });
    } catch (error) {
      if (!(error instanceof ApiError && error.isUnknown)) attempt.current = { of: "", key: "" };
      if (error instanceof ApiError && error.code === "QUOTE_STALE") {
        onStale();
        quote.reload();
      }
      setFailure(error);
      setBusy(false);
    }
  };

  return (
    <div class="two-columns">
      <section class="card form" aria-label={t("checkout.summary")}>
        <div>
          <h2>{plan.title}</h2>
          <p>{listing.title}</p>
          <p class="muted">{listing.address}</p>
        </div>
        <p class="with-icon">
          <Icon name="clock" />
          <span>
            {passHours(plan.hours).map((line) => (
              <span key={line} class="pass-line">
                {line}
              </span>
            ))}
          </span>
        </p>
        <p class="with-icon">
          <Icon name="car" />
          <span>{perVehicle ? t("passes.upTo", { count: plan.concurrency }) : t("passes.concurrency", { count: plan.concurrency })}</span>
        </p>
        {quote.error !== null ? (
          <ErrorState error={quote.error} onRetry={quote.reload} />
        ) : (
          <PassLines quote={quote.data} total={t("passes.total")} />
        )}
        {quote.data && quote.data.days < quote.data.ofDays && (
          <p class="muted">{t("passes.thenMonthly", { price: money(quote.data.monthly.amount, quote.data.monthly.currency) })}</p>
        )}
        <p class="with-icon muted">
          <Icon name="shield" />
          <span>{t("passes.renewal")}</span>
        </p>
      </section>
      <form
        class="card form"
        onSubmit={(event) => {
          event.preventDefault();
          void pay();
        }}
      >
        <fieldset class="choices">
          <legend>{t("passes.vehicles")}</legend>
          {known.map((each) => (
            <Check
              key={each.id}
              checked={vehicleIds.includes(each.id)}
              onChange={(on) => setChosen(on ? [...vehicleIds, each.id] : vehicleIds.filter((id) => id !== each.id))}
            >
              <strong class="plate">{each.plate}</strong> <span class="muted">{[each.make, each.model].filter(Boolean).join(" ")}</span>
            </Check>
          ))}
          {!vehicles.loading && known.length === 0 && (
            <p class="muted">
              {t("checkout.noVehicle")} <Link href="/vehicles">{t("checkout.addVehicle")}</Link>
            </p>
          )}
          <p class="field-hint">{t("passes.vehiclesHint")}</p>
        </fieldset>
        {perVehicle && (
          <TextField label={t("passes.howMany")} type="number" min={1} max={plan.concurrency} value={many} onText={setMany} required />
        )}
        <Field label={t("passes.begins")} hint={t("passes.beginsHint")} optional>
          {(attributes) => (
            <input
              {...attributes}
              class="input"
              type="date"
              min={dateText(localDay(nowMinute(), listing.timeZone) + 1)}
              value={begins}
              onInput={(event) => setBegins(event.currentTarget.value)}
            />
          )}
        </Field>
        <CardChoice token={token} onChoose={setToken} keeps>
          <WalletChoice price={price} token={token} onChoose={setToken} />
        </CardChoice>
        <p class="field-hint">{t("card.test")}</p>
        {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
        <Button tone="primary" type="submit" wide busy={busy} disabled={plan.left === 0 || price === null}>
          {busy ? t("checkout.paying") : plan.left === 0 ? t("passes.soldOut") : t("passes.buy", { price: shown })}
        </Button>
        <Link class="button button-plain" href={`/?l=${listing.id}`}>
          {t("checkout.back")}
        </Link>
      </form>
    </div>
  );
}

/** The number of a day since 1970, as its date. */
function dateText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** The beginning of a day where the place is; null when that is no day. */
function startOf(date: string, zone: string): string | null {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  const minute = instantsOf({ year, month, day, hour: 0, minute: 0 }, zone)[0];
  return minute === undefined ? null : instantOf(minute);
}
