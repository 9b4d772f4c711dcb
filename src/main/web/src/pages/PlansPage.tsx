import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { Listing, PassHours, Plan, Subscription } from "../api/types";
import { money, t } from "../i18n";
import { Link } from "../router";
import { Button, Check, EmptyState, ErrorState, Field, IconButton, Notice, PageHead, Skeleton, TextField } from "../ui/basics";
import { FormDialog } from "../ui/form-dialog";
import { Icon } from "../ui/icons";
import { type Loaded, useLoad } from "../ui/load";
import { MoneyField } from "../ui/money-field";
import { usePages } from "../ui/pages";
import { toast } from "../ui/toast";
import { Status, when } from "./PassesPage";
import { passHours } from "./pass-texts";

const WORKDAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"];
const ALL_DAYS = [...WORKDAYS, "SATURDAY", "SUNDAY"];

/** What a host offers by the month at a place, and who has it. */
export function PlansPage({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters.id as string;
  const listing = useLoad(`listing ${id}`, (signal) => api.get<Listing>(`/listings/${id}`, undefined, signal));
  const plans = useLoad(`plans ${id}`, (signal) => api.get<{ items: Plan[] }>("/plans", { listing: id }, signal));
  const [adding, setAdding] = useState(false);
  const [round, setRound] = useState(0);
  const error = listing.error ?? plans.error;
  return (
    <div class="page">
      <PageHead title={t("plans.title")}>
        {listing.data && (
          <Button icon="plus" tone="primary" onClick={() => setAdding(true)}>
            {t("plans.add")}
          </Button>
        )}
      </PageHead>
      {listing.data && (
        <p>
          <Link href={`/host/${id}`}>{listing.data.title}</Link>
        </p>
      )}
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
      ) : (
        <div class="two-columns">
          <Offered
            plans={plans}
            onGranted={() => {
              plans.reload();
              setRound(round + 1);
            }}
          />
          <Holders key={round} listing={id} />
        </div>
      )}
      {adding && listing.data && (
        <AddPlan
          listing={listing.data}
          onClose={() => setAdding(false)}
          onDone={() => {
            setAdding(false);
            plans.reload();
          }}
        />
      )}
    </div>
  );
}

function Offered({ plans, onGranted }: { plans: Loaded<{ items: Plan[] }>; onGranted: () => void }) {
  const [granting, setGranting] = useState<Plan | null>(null);
  const [editing, setEditing] = useState<Plan | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const items = plans.data?.items ?? [];
  const withdraw = async (plan: Plan) => {
    setFailure(null);
    try {
      await api.remove(`/plans/${plan.id}`);
      toast(t("plans.withdrawn"));
      plans.reload();
    } catch (error) {
      setFailure(error);
    }
  };
  if (items.length === 0) {
    return (
      <EmptyState icon="ticket" title={t("plans.none")}>
        <p>{t("plans.noneHint")}</p>
      </EmptyState>
    );
  }
  return (
    <section aria-label={t("plans.offered")}>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <ul class="cards">
        {items.map((plan) => (
          <li key={plan.id} class="card row-card">
            <span class="row-text">
              <strong>{plan.title}</strong>
              <span>{plan.kind === "PERMIT" ? t("plans.kind.PERMIT") : t(plan.per === "VEHICLE" ? "passes.perVehicle" : "passes.perMonth", { price: money(plan.price.amount, plan.price.currency) })}</span>
              {plan.deposit && <span class="muted">{t("plans.depositOf", { price: money(plan.deposit.amount, plan.deposit.currency) })}</span>}
              <span class="muted">{t(plan.per === "VEHICLE" ? "passes.upTo" : "passes.concurrency", { count: plan.concurrency })}</span>
              {plan.months === "CALENDAR" && <span class="muted">{t("plans.calendar")}</span>}
              {passHours(plan.hours).map((line) => (
                <span key={line} class="muted">
                  {line}
                </span>
              ))}
              <span class="muted">{t("plans.left", { left: plan.left, places: plan.places })}</span>
              {plan.kind === "PERMIT" && (
                <Button disabled={plan.left === 0} onClick={() => setGranting(plan)}>
                  {t("plans.grant")}
                </Button>
              )}
            </span>
            <IconButton icon="edit" label={t("plans.edit", { title: plan.title })} onClick={() => setEditing(plan)} />
            <IconButton icon="trash" label={t("plans.withdraw", { title: plan.title })} onClick={() => void withdraw(plan)} />
          </li>
        ))}
      </ul>
      {editing && (
        <EditPlan
          plan={editing}
          onClose={() => setEditing(null)}
          onDone={() => {
            setEditing(null);
            toast(t("plans.edited"));
            plans.reload();
          }}
        />
      )}
      {granting && (
        <GrantPermit
          plan={granting}
          onClose={() => setGranting(null)}
          onDone={() => {
            setGranting(null);
            onGranted();
          }}
        />
      )}
    </section>
  );
}

function Holders({ listing }: { listing: string }) {
  const pages = usePages<Subscription>("/subscriptions", { role: "host", listing, limit: 50 });
  const [ending, setEnding] = useState<Subscription | null>(null);
  const items = pages.data?.items ?? [];
  return (
    <section class="section" aria-label={t("plans.holders")}>
      <h2>{t("plans.holders")}</h2>
      {pages.error !== null ? (
        <ErrorState error={pages.error} onRetry={pages.reload} />
      ) : pages.data === null ? (
        <Skeleton rows={2} height={56} />
      ) : items.length === 0 ? (
        <p class="muted">{t("plans.noHolders")}</p>
      ) : (
        <ul class="cards">
          {items.map((pass) => (
            <li key={pass.id} class="card row-card">
              <span class="row-text">
                <strong>{pass.holder ?? pass.title}</strong>
                <span class="muted">{t("passes.slots", { names: pass.slots })}</span>
                <span class="muted">{when(pass)}</span>
                <span class="tags">
                  <Status pass={pass} />
                </span>
              </span>
              {pass.status !== "ENDED" && !pass.endsAt && (
                <IconButton icon="close" label={t("plans.end", { title: pass.holder ?? pass.title })} onClick={() => setEnding(pass)} />
              )}
            </li>
          ))}
        </ul>
      )}
      {pages.more && (
        <Button busy={pages.loadingMore} onClick={pages.more}>
          {t("action.more")}
        </Button>
      )}
      {ending && (
        <EndPass
          pass={ending}
          onClose={() => setEnding(null)}
          onDone={() => {
            setEnding(null);
            pages.reload();
          }}
        />
      )}
    </section>
  );
}

function EndPass({ pass, onClose, onDone }: { pass: Subscription; onClose: () => void; onDone: () => void }) {
  const title = t("plans.end", { title: pass.holder ?? pass.title });
  return (
    <FormDialog title={title} action={title} tone="danger" send={() => api.remove(`/subscriptions/${pass.id}`)} onClose={onClose} onDone={onDone}>
      <p>{t("plans.endBody")}</p>
    </FormDialog>
  );
}

/** What can be changed of a plan without harm to who has it: its name, what new buyers pay, and how many there are. */
function EditPlan({ plan, onClose, onDone }: { plan: Plan; onClose: () => void; onDone: () => void }) {
  const [title, setTitle] = useState(plan.title);
  const [price, setPrice] = useState<number | null>(plan.price.amount);
  const [places, setPlaces] = useState(String(plan.places));
  const currency = plan.price.currency;
  const send = () =>
    api.patch<Plan>(`/plans/${plan.id}`, {
      title: title.trim(),
      places: Number(places),
      ...(plan.kind === "PASS" ? { price: { amount: price ?? 0, currency } } : {}),
    });
  return (
    <FormDialog title={t("plans.edit", { title: plan.title })} action={t("plans.keep")} send={send} onClose={onClose} onDone={onDone}>
      <TextField label={t("plans.name")} value={title} onText={setTitle} required maxLength={100} />
      {plan.kind === "PASS" && <MoneyField label={t(plan.per === "VEHICLE" ? "plans.pricePerVehicle" : "plans.price")} currency={currency} amount={price} onAmount={setPrice} />}
      <TextField label={t("plans.places")} type="number" min={1} max={10_000} value={places} onText={setPlaces} required />
      <p class="field-hint">{t("plans.editHint")}</p>
    </FormDialog>
  );
}

function AddPlan({ listing, onClose, onDone }: { listing: Listing; onClose: () => void; onDone: () => void }) {
  const currency = listing.tariff.currency;
  const [kind, setKind] = useState<Plan["kind"]>("PASS");
  const [title, setTitle] = useState("");
  const [price, setPrice] = useState<number | null>(null);
  const [deposit, setDeposit] = useState<number | null>(null);
  const [concurrency, setConcurrency] = useState("1");
  const [places, setPlaces] = useState("1");
  const [workdays, setWorkdays] = useState(false);
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [grace, setGrace] = useState("15");
  const [calendar, setCalendar] = useState(false);
  const [perVehicle, setPerVehicle] = useState(false);
  const send = () =>
    api.post<Plan>(`/listings/${listing.id}/plans`, {
      title: title.trim(),
      kind,
      price: { amount: kind === "PASS" ? (price ?? 0) : 0, currency },
      ...(kind === "PASS" && deposit ? { deposit: { amount: deposit, currency } } : {}),
      ...(kind === "PASS" ? { months: calendar ? "CALENDAR" : "ROLLING", per: perVehicle ? "VEHICLE" : "PASS" } : {}),
      concurrency: Number(concurrency),
      places: Number(places),
      hours: hoursOf(workdays, from, to, Number(grace)),
    });
  return (
    <FormDialog title={t("plans.add")} action={t("plans.save")} send={send} onClose={onClose} onDone={onDone}>
        <fieldset class="choices">
          <legend>{t("plans.kind")}</legend>
          {(["PASS", "PERMIT"] as const).map((each) => (
            <label key={each} class="choice">
              <input type="radio" name="kind" checked={kind === each} onChange={() => setKind(each)} />
              <Icon name={each === "PASS" ? "ticket" : "shield"} />
              <span>
                <strong>{t(`plans.kind.${each}`)}</strong>
              </span>
            </label>
          ))}
        </fieldset>
        <p class="field-hint">{t("plans.noneHint")}</p>
        <TextField label={t("plans.name")} value={title} onText={setTitle} required maxLength={100} />
        {kind === "PASS" && (
          <>
            <MoneyField label={t(perVehicle ? "plans.pricePerVehicle" : "plans.price")} currency={currency} amount={price} onAmount={setPrice} />
            <Check checked={perVehicle} onChange={setPerVehicle}>
              {t("plans.perVehicle")}
            </Check>
            <Check checked={calendar} onChange={setCalendar}>
              {t("plans.calendar")}
            </Check>
            <MoneyField label={t("plans.deposit")} currency={currency} amount={deposit} onAmount={setDeposit} optional />
          </>
        )}
        <TextField label={t("plans.concurrency")} type="number" min={1} max={Math.min(100, listing.capacity)} value={concurrency} onText={setConcurrency} required />
        <TextField label={t("plans.places")} type="number" min={1} max={10_000} value={places} onText={setPlaces} required />
        <Check checked={workdays} onChange={setWorkdays}>
          {t("plans.workdays")}
        </Check>
        <div class="field-pair">
          <TimeField label={t("plans.from")} value={from} onText={setFrom} />
          <TimeField label={t("plans.to")} value={to} onText={setTo} />
        </div>
        <TextField label={t("plans.grace")} type="number" min={0} max={240} value={grace} onText={setGrace} required />
    </FormDialog>
  );
}

function TimeField({ label, value, onText }: { label: string; value: string; onText: (text: string) => void }) {
  return (
    <Field label={label} optional>
      {(attributes) => <input {...attributes} class="input" type="time" value={value} onInput={(event) => onText(event.currentTarget.value)} />}
    </Field>
  );
}

/** Always, unless days or times are said. */
function hoursOf(workdays: boolean, from: string, to: string, grace: number): PassHours {
  if (!workdays && from === "" && to === "") return { windows: [], entryGraceMinutes: 0, exitGraceMinutes: 0 };
  const window = { days: workdays ? WORKDAYS : ALL_DAYS, from: from || "00:00", to: to || "00:00" };
  return { windows: [window], entryGraceMinutes: grace, exitGraceMinutes: grace };
}

function GrantPermit({ plan, onClose, onDone }: { plan: Plan; onClose: () => void; onDone: () => void }) {
  const [holder, setHolder] = useState("");
  const [plates, setPlates] = useState("");
  const send = () => {
    const named = plates
      .split(",")
      .map((plate) => plate.trim())
      .filter(Boolean);
    return api.post<Subscription>(`/plans/${plan.id}/permits`, { holder: holder.trim(), plates: named });
  };
  return (
    <FormDialog title={t("plans.grant")} action={t("plans.give")} send={send} onClose={onClose} onDone={onDone}>
      <TextField label={t("plans.holder")} value={holder} onText={setHolder} required maxLength={100} />
      <TextField label={t("plans.plates")} hint={t("plans.platesHint")} value={plates} onText={setPlates} required />
    </FormDialog>
  );
}
