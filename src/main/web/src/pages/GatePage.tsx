// The gate simulator: what a gate would do with a code, a PIN or a plate, and what has been tried at it. Its answers are
// real: who is let in is inside afterwards.
import { useState } from "preact/hooks";
import { api, call, explain } from "../api/client";
import type { AccessAttempt, AccessDecision, AccessDirection, CredentialType, Gate, Listing, Occupancy, Page } from "../api/types";
import { minuteOf } from "../domain/zone";
import { type MessageKey, dayAndTime, t, text } from "../i18n";
import { Link, navigate, place } from "../router";
import { Button, Check, EmptyState, ErrorState, Field, Notice, PageHead, Skeleton, TextField } from "../ui/basics";
import { Icon } from "../ui/icons";
import { useLoad } from "../ui/load";

const DIRECTIONS: readonly AccessDirection[] = ["ENTRY", "EXIT"];
const CREDENTIALS: readonly CredentialType[] = ["QR", "PIN", "PLATE"];
const LOG_LENGTH = 25;

export function GatePage() {
  const own = useLoad("own listings", (signal) => api.get<Page<Listing>>("/listings", { owner: "me", limit: 100 }, signal));
  const items = own.data?.items ?? [];
  const wanted = place.value.query.get("listing");
  const listing = items.find((each) => each.id === wanted) ?? items[0];
  return (
    <div class="page">
      <PageHead title={t("gate.title")} />
      {own.error !== null ? (
        <ErrorState error={own.error} onRetry={own.reload} />
      ) : !own.data ? (
        <Skeleton rows={3} />
      ) : !listing ? (
        <EmptyState icon="home" title={t("gate.none")}>
          <Link class="button button-primary" href="/host/new">
            <Icon name="pin" /> {t("host.first")}
          </Link>
        </EmptyState>
      ) : (
        <>
          <Field label={t("gate.place")}>
            {(attributes) => (
              <select
                class="input"
                {...attributes}
                value={listing.id}
                onChange={(event) => navigate(`/dev/gate?listing=${event.currentTarget.value}`, { replace: true })}
              >
                {items.map((each) => (
                  <option key={each.id} value={each.id}>
                    {each.title}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <GateOf listing={listing} key={listing.id} />
        </>
      )}
    </div>
  );
}

function GateOf({ listing }: { listing: Listing }) {
  const log = useLoad(`access log ${listing.id}`, (signal) =>
    api.get<Page<AccessAttempt>>(`/listings/${listing.id}/access-log`, { limit: LOG_LENGTH }, signal),
  );
  const occupancy = useLoad(`occupancy ${listing.id}`, (signal) => api.get<Occupancy>(`/listings/${listing.id}/occupancy`, undefined, signal));
  const changed = () => {
    log.reload();
    occupancy.reload();
  };
  return (
    <>
      <div class="two-columns">
        <AttemptCard listing={listing} onTried={changed} />
        <div class="stack">
          {occupancy.data && <OccupancyCard occupancy={occupancy.data} />}
          <SettingsCard listing={listing} />
        </div>
      </div>
      <section class="section" aria-labelledby="log-title">
        <h2 id="log-title">{t("gate.log")}</h2>
        {log.error !== null ? (
          <ErrorState error={log.error} onRetry={log.reload} />
        ) : !log.data ? (
          <Skeleton rows={2} height={56} />
        ) : log.data.items.length === 0 ? (
          <p class="muted">{t("gate.logEmpty")}</p>
        ) : (
          <ol class="plain gate-log">
            {log.data.items.map((attempt) => (
              <LogRow key={attempt.id} attempt={attempt} zone={listing.timeZone} />
            ))}
          </ol>
        )}
      </section>
    </>
  );
}

function AttemptCard({ listing, onTried }: { listing: Listing; onTried: () => void }) {
  const [direction, setDirection] = useState<AccessDirection>("ENTRY");
  const [type, setType] = useState<CredentialType>("QR");
  const [value, setValue] = useState("");
  const [device, setDevice] = useState("simulator");
  const [busy, setBusy] = useState(false);
  const [decision, setDecision] = useState<AccessDecision | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const change = <T,>(set: (given: T) => void) => {
    return (given: T) => {
      set(given);
      setDecision(null);
      setFailure(null);
    };
  };
  const attempt = async (event: Event) => {
    event.preventDefault();
    if (busy || value.trim() === "" || device.trim() === "") return;
    setBusy(true);
    setFailure(null);
    try {
      const body = { listingId: listing.id, direction, device: device.trim(), credential: { type, value: value.trim() } };
      setDecision(await api.post<AccessDecision>("/access/attempts", body));
      onTried();
    } catch (error) {
      setDecision(null);
      setFailure(error);
    }
    setBusy(false);
  };
  return (
    <form class="card form" onSubmit={(event) => void attempt(event)}>
      <fieldset>
        <legend class="legend">{t("gate.direction")}</legend>
        <div class="chips">
          {DIRECTIONS.map((each) => (
            <button key={each} type="button" class="chip" aria-pressed={direction === each} onClick={() => change(setDirection)(each)}>
              {t(`gate.direction.${each}`)}
            </button>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend class="legend">{t("gate.credential")}</legend>
        <div class="chips">
          {CREDENTIALS.map((each) => (
            <button
              key={each}
              type="button"
              class="chip"
              aria-pressed={type === each}
              onClick={() => {
                change(setType)(each);
                setValue("");
              }}
            >
              {t(`gate.credential.${each}`)}
            </button>
          ))}
        </div>
      </fieldset>
      <TextField
        label={t(`gate.value.${type}`)}
        hint={t(`gate.hint.${type}`)}
        value={value}
        onText={change(setValue)}
        autocomplete="off"
        inputMode={type === "PIN" ? "numeric" : "text"}
        maxLength={type === "PIN" ? 6 : type === "PLATE" ? 20 : 400}
        required
      />
      <TextField label={t("gate.device")} hint={t("gate.deviceHint")} value={device} onText={change(setDevice)} autocomplete="off" maxLength={64} required />
      <Button tone="primary" type="submit" busy={busy} wide>
        {t("gate.try")}
      </Button>
      <div aria-live="polite">
        {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
        {decision && <Outcome decision={decision} />}
      </div>
    </form>
  );
}

function Outcome({ decision }: { decision: AccessDecision }) {
  const opens = decision.decision === "ALLOW";
  return (
    <div class={`gate-outcome ${opens ? "is-open" : "is-shut"}`} data-decision={decision.decision} data-reason={decision.reason ?? ""}>
      <Icon name={opens ? "check" : "close"} size={32} />
      <div>
        <strong>{opens ? t("gate.opens") : t("gate.staysShut")}</strong>
        {decision.reason && <p>{reasonText(decision.reason)}</p>}
        {decision.plateMatch === "OCR" && <p>{t("gate.lookAlike")}</p>}
        {decision.bookingId && <p class="gate-booking">{t("gate.booking", { id: decision.bookingId.slice(-8) })}</p>}
      </div>
    </div>
  );
}

function reasonText(reason: string): string {
  return text(`gate.reason.${reason}`) ?? reason;
}

function OccupancyCard({ occupancy }: { occupancy: Occupancy }) {
  return (
    <section class="card form" aria-labelledby="occupancy-title">
      <h2 id="occupancy-title">{t("gate.occupancy")}</h2>
      <p class="gate-free">
        <strong>{occupancy.free}</strong> {t("gate.freeOf", { capacity: occupancy.capacity })}
      </p>
      <p class="muted">
        {t("gate.booked", { booked: occupancy.booked, arrived: occupancy.arrived })}
        {occupancy.reading && ` ${t("gate.reading", { source: occupancy.reading.source, free: occupancy.reading.free })}`}
      </p>
    </section>
  );
}

function SettingsCard({ listing }: { listing: Listing }) {
  const settings = useLoad(`gate ${listing.id}`, (signal) => api.get<Gate>(`/listings/${listing.id}/gate`, undefined, signal));
  const [failure, setFailure] = useState<unknown>(null);
  const gate = settings.data;
  const change = async (part: Partial<Gate>) => {
    if (!gate) return;
    const { failEntry, failExit, reentry, closed, seesEntry, seesExit, releaseNoShows } = { ...gate, ...part };
    setFailure(null);
    settings.set({ ...gate, ...part });
    try {
      const answer = await call<Gate>("PUT", `/listings/${listing.id}/gate`, {
        body: { failEntry, failExit, reentry, closed, seesEntry, seesExit, releaseNoShows },
        ifMatch: `"${gate.version}"`,
      });
      settings.set(answer.data);
    } catch (error) {
      settings.set(gate);
      setFailure(error);
    }
  };
  return (
    <section class="card form" aria-labelledby="settings-title">
      <h2 id="settings-title">{t("gate.settings")}</h2>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      {settings.error !== null ? (
        <ErrorState error={settings.error} onRetry={settings.reload} />
      ) : !gate ? (
        <Skeleton rows={2} height={44} />
      ) : (
        <>
          <Check checked={gate.closed} onChange={(closed) => void change({ closed })}>
            {t("gate.closed")}
          </Check>
          <Check checked={gate.reentry} onChange={(reentry) => void change({ reentry })}>
            {t("gate.reentry")}
          </Check>
          <Check checked={gate.failEntry === "OPEN"} onChange={(open) => void change({ failEntry: open ? "OPEN" : "CLOSED" })}>
            {t("gate.failEntry")}
          </Check>
          <Check checked={gate.failExit === "OPEN"} onChange={(open) => void change({ failExit: open ? "OPEN" : "CLOSED" })}>
            {t("gate.failExit")}
          </Check>
          <Check checked={gate.seesEntry} onChange={(seesEntry) => void change({ seesEntry })}>
            {t("gate.seesEntry")}
          </Check>
          {gate.seesEntry && (
            <Check checked={gate.releaseNoShows} onChange={(releaseNoShows) => void change({ releaseNoShows })}>
              {t("gate.releaseNoShows")}
            </Check>
          )}
          <Check checked={gate.seesExit} onChange={(seesExit) => void change({ seesExit })}>
            {t("gate.seesExit")}
          </Check>
        </>
      )}
    </section>
  );
}

function LogRow({ attempt, zone }: { attempt: AccessAttempt; zone: string }) {
  const opens = attempt.decision === "ALLOW";
  return (
    <li class="gate-row">
      <span class={`tag ${opens ? "tag-success" : "tag-danger"}`}>{opens ? t("gate.opened") : t("gate.stayedShut")}</span>
      <span class="gate-row-text">
        <span>
          {t(`gate.direction.${attempt.direction}` as MessageKey)} · {t(`gate.credential.${attempt.credential}` as MessageKey)}
          {attempt.plate && ` ${attempt.plate}`} · {attempt.device}
        </span>
        {attempt.reason && <span class="muted">{reasonText(attempt.reason)}</span>}
      </span>
      <time class="muted" dateTime={attempt.at}>
        {dayAndTime(minuteOf(attempt.at), zone)}
      </time>
    </li>
  );
}
