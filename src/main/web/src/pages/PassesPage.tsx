import { useEffect, useState } from "preact/hooks";
import { ApiError, api, explain } from "../api/client";
import type { Subscription } from "../api/types";
import { minuteOf } from "../domain/zone";
import { dayAndTime, longDay, money, t } from "../i18n";
import { Link, place } from "../router";
import { Button, EmptyState, ErrorState, Notice, PageHead, Skeleton } from "../ui/basics";
import { CardChoice, TEST_CARDS } from "../ui/cards";
import { FormDialog } from "../ui/form-dialog";
import { Icon } from "../ui/icons";
import { useLoad } from "../ui/load";
import { usePages } from "../ui/pages";
import { toast } from "../ui/toast";
import { WalletChoice, methodOf } from "../ui/wallet-choice";
import { QrCode } from "./PassCard";
import { PaidWith, PassChanges } from "./PassParts";
import { passHours } from "./pass-texts";

/** How often a page asks again while a payment is under way. */
const ASK_AGAIN_MILLIS = 2_000;

/** The driver's monthly passes, and one of them when the address names it. */
export function PassesPage() {
  const id = place.value.query.get("id");
  return id ? <One id={id} key={id} /> : <All />;
}

function All() {
  const pages = usePages<Subscription>("/subscriptions", { limit: 20 });
  const items = pages.data?.items.filter((pass) => pass.kind === "PASS") ?? [];
  return (
    <div class="page page-narrow">
      <PageHead title={t("passes.title")} />
      {pages.error !== null ? (
        <ErrorState error={pages.error} onRetry={pages.reload} />
      ) : pages.data === null ? (
        <Skeleton rows={2} />
      ) : items.length === 0 ? (
        <EmptyState icon="calendar" title={t("passes.none")}>
          <p>{t("passes.noneHint")}</p>
        </EmptyState>
      ) : (
        <ul class="cards">
          {items.map((pass) => (
            <li key={pass.id}>
              <Link href={`/passes?id=${pass.id}`} class="card row-card">
                <span class="spot-kind">
                  <Icon name="calendar" />
                </span>
                <span class="row-text">
                  <strong>{pass.placeTitle}</strong>
                  <span class="muted">
                    {pass.title} · {t("passes.perMonth", { price: money(pass.price.amount, pass.price.currency) })}
                  </span>
                  <span class="muted">{when(pass)}</span>
                  <span class="tags">
                    <Status pass={pass} />
                  </span>
                </span>
                <Icon name="next" />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {pages.more && (
        <Button busy={pages.loadingMore} onClick={pages.more}>
          {t("action.more")}
        </Button>
      )}
    </div>
  );
}

export function Status({ pass }: { pass: Subscription }) {
  return <span class={pass.status === "ACTIVE" ? "tag tag-accent" : "tag"}>{t(`passes.status.${pass.status}`)}</span>;
}

/** What happens to it next. */
export function when(pass: Subscription): string {
  const at = (instant: string) => ({ time: longDay(minuteOf(instant), pass.timeZone) });
  if (pass.endedAt) return t("passes.endedAt", at(pass.endedAt));
  if (pass.endsAt) return t("passes.endsAt", at(pass.endsAt));
  if (pass.renewsAt) return t("passes.renewsAt", at(pass.renewsAt));
  return t("passes.from", at(pass.from));
}

function One({ id }: { id: string }) {
  const loaded = useLoad(`pass ${id}`, (signal) => api.get<Subscription>(`/subscriptions/${id}`, undefined, signal));
  const vehicles = useLoad("vehicles", (signal) => api.get<{ items: { id: string; plate: string }[] }>("/vehicles", undefined, signal));
  const [cancelling, setCancelling] = useState(false);
  const pass = loaded.data;
  const underWay = pass?.payment?.status === "PROCESSING" || (pass?.status === "PENDING" && !pass.payment?.nextAction);
  useEffect(() => {
    if (!underWay) return;
    const timer = setTimeout(loaded.reload, ASK_AGAIN_MILLIS);
    return () => clearTimeout(timer);
  }, [underWay, pass]);
  if (loaded.error !== null) {
    return (
      <div class="page page-narrow">
        <PageHead title={t("passes.title")} />
        <ErrorState error={loaded.error} onRetry={loaded.reload} />
      </div>
    );
  }
  if (!pass) {
    return (
      <div class="page page-narrow">
        <PageHead title={t("passes.title")} />
        <Skeleton rows={3} />
      </div>
    );
  }
  const plates = (pass.vehicles ?? []).flatMap(
    (each) => each.plate ?? vehicles.data?.items.find((known) => known.id === each.vehicleId)?.plate ?? [],
  );
  return (
    <div class="page">
      <PageHead title={pass.placeTitle}>
        <Link class="button button-plain" href="/passes">
          {t("passes.title")}
        </Link>
      </PageHead>
      <div class="two-columns">
        <section class="card form" aria-label={pass.title}>
          <div>
            <h2>{pass.title}</h2>
            <p class="muted">{pass.address}</p>
            <p class="tags">
              <Status pass={pass} />
            </p>
          </div>
          <p class="with-icon">
            <Icon name="calendar" /> <span>{when(pass)}</span>
          </p>
          <p class="with-icon">
            <Icon name="card" />
            <span>
              {t("passes.perMonth", { price: money(pass.price.amount, pass.price.currency) })}
              {pass.deposit && <span class="pass-line muted">{t("passes.deposit", { price: money(pass.deposit.amount, pass.deposit.currency) })}</span>}
            </span>
          </p>
          <p class="with-icon">
            <Icon name="clock" />
            <span>
              {passHours(pass.hours).map((line) => (
                <span key={line} class="pass-line">
                  {line}
                </span>
              ))}
            </span>
          </p>
          <p class="with-icon">
            <Icon name="parking" />
            <span>
              {t("passes.slots", { names: pass.slots })} · {t("passes.concurrency", { count: pass.concurrency })}
            </span>
          </p>
          {plates.length > 0 && (
            <div>
              <p class="muted">{t("passes.platesOpen")}</p>
              <p class="tags">
                {plates.map((plate) => (
                  <span key={plate} class="tag plate">
                    {plate}
                  </span>
                ))}
              </p>
            </div>
          )}
          <PaidWith pass={pass} onDone={loaded.reload} />
          <PassChanges pass={pass} onDone={loaded.reload} />
          {pass.endsIfCancelled && pass.status !== "PENDING" && (
            <Button tone="plain" onClick={() => setCancelling(true)}>
              {t("passes.cancel")}
            </Button>
          )}
        </section>
        <div class="stack">
          {pass.due && pass.status !== "ACTIVE" && <DueCard pass={pass} onDone={loaded.reload} />}
          {(pass.cards ?? []).map((card) => (
            <section key={card.pin} class="card pass" aria-label={t("passes.card", { slot: card.slot })}>
              <h2>{t("passes.card", { slot: card.slot })}</h2>
              <QrCode text={card.qr} />
              <p class="pass-pin-label">{t("pass.pin")}</p>
              <p class="pass-pin" data-pin={card.pin}>
                {[...card.pin].map((digit, index) => (
                  <span key={index}>{digit}</span>
                ))}
              </p>
            </section>
          ))}
        </div>
      </div>
      {cancelling && (
        <CancelPass
          pass={pass}
          onClose={() => setCancelling(false)}
          onDone={() => {
            setCancelling(false);
            loaded.reload();
          }}
        />
      )}
    </div>
  );
}

/** What has to be paid by hand, and by when. */
function DueCard({ pass, onDone }: { pass: Subscription; onDone: () => void }) {
  const due = pass.due ?? pass.price;
  const [token, setToken] = useState<string>(TEST_CARDS[0].token);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const pay = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const paid = await api.post<Subscription>(`/subscriptions/${pass.id}/pay`, { paymentMethod: methodOf(token) });
      if (paid.payment?.nextAction) {
        location.assign(paid.payment.nextAction.url);
        return;
      }
      toast(t(paid.status === "ACTIVE" ? "passes.paid" : "passes.underWay"));
      onDone();
    } catch (error) {
      setFailure(error);
      if (error instanceof ApiError && error.code === "ILLEGAL_STATE") onDone();
    }
    setBusy(false);
  };
  return (
    <form
      class="card form"
      aria-label={t("passes.payNow", { price: money(due.amount, due.currency) })}
      onSubmit={(event) => {
        event.preventDefault();
        void pay();
      }}
    >
      {pass.status === "PAST_DUE" && pass.graceUntil && (
        <Notice tone="warning">{t("passes.graceUntil", { time: dayAndTime(minuteOf(pass.graceUntil), pass.timeZone) })}</Notice>
      )}
      {pass.status === "SUSPENDED" && pass.slotsKeptUntil && (
        <Notice tone="danger">{t("passes.keptUntil", { time: dayAndTime(minuteOf(pass.slotsKeptUntil), pass.timeZone) })}</Notice>
      )}
      {pass.payment?.nextAction ? (
        <a class="button button-primary is-wide" href={pass.payment.nextAction.url}>
          {t("passes.toBank")}
        </a>
      ) : (
        <>
          <CardChoice token={token} onChoose={setToken} keeps>
            <WalletChoice price={due} token={token} onChoose={setToken} />
          </CardChoice>
          <p class="field-hint">{t("card.test")}</p>
          {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
          <Button tone="primary" type="submit" wide busy={busy}>
            {t("passes.payNow", { price: money(due.amount, due.currency) })}
          </Button>
        </>
      )}
    </form>
  );
}

/** What happens when, before it does. */
function CancelPass({ pass, onClose, onDone }: { pass: Subscription; onClose: () => void; onDone: () => void }) {
  const ends = pass.endsIfCancelled ?? "";
  const late = pass.paidUntil !== undefined && minuteOf(ends) > minuteOf(pass.paidUntil);
  const atOnce = pass.status !== "ACTIVE" || pass.paidUntil === undefined;
  return (
    <FormDialog
      title={t("passes.cancel")}
      action={t("passes.cancel")}
      tone="danger"
      send={() => api.remove(`/subscriptions/${pass.id}`)}
      onClose={onClose}
      onDone={() => {
        toast(t("passes.cancelled"));
        onDone();
      }}
    >
      {late && !atOnce && <Notice tone="warning">{t("passes.cancelLate")}</Notice>}
      <p>{atOnce ? t("passes.cancelNow") : t("passes.cancelWhen", { time: longDay(minuteOf(ends), pass.timeZone) })}</p>
      {pass.deposit && <p class="muted">{t("passes.depositBack", { price: money(pass.deposit.amount, pass.deposit.currency) })}</p>}
    </FormDialog>
  );
}
