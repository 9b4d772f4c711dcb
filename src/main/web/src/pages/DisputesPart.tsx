import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { Dispute } from "../api/types";
import { minuteOf } from "../domain/zone";
import { dayAndTime, money, t, text } from "../i18n";
import { Button, EmptyState, ErrorState, Field, Notice, Skeleton } from "../ui/basics";
import { usePages } from "../ui/pages";

const STATUSES = ["NEEDS_RESPONSE", "UNDER_REVIEW", "WON", "LOST", "CLOSED"] as const;
const ZONE = "UTC";
const EVIDENCE_MAX = 8_000;

/** Charges that are contested: what is at stake, until when something can be said, and what has become of it. */
export function DisputesPart() {
  const [status, setStatus] = useState("");
  const pages = usePages<Dispute>("/admin/finance/disputes", { status: status || null, limit: 20 });
  return (
    <section class="section" aria-label={t("disputes.title")}>
      <h2>{t("disputes.title")}</h2>
      <Field label={t("disputes.state")}>
        {(attributes) => (
          <select class="input" value={status} {...attributes} onChange={(event) => setStatus(event.currentTarget.value)}>
            <option value="">{t("disputes.all")}</option>
            {STATUSES.map((each) => (
              <option key={each} value={each}>
                {t(`disputes.status.${each}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {pages.error !== null ? (
        <ErrorState error={pages.error} onRetry={pages.reload} />
      ) : pages.data === null ? (
        <Skeleton rows={2} />
      ) : pages.data.items.length === 0 ? (
        <EmptyState icon="shield" title={t("disputes.none")} />
      ) : (
        <ul class="cards">
          {pages.data.items.map((dispute) => (
            <li key={dispute.id} class="card form">
              <DisputeCard dispute={dispute} onChanged={pages.reload} />
            </li>
          ))}
        </ul>
      )}
      {pages.more && (
        <Button busy={pages.loadingMore} onClick={pages.more}>
          {t("action.more")}
        </Button>
      )}
    </section>
  );
}

function price(amount: { amount: number; currency: string }): string {
  return money(amount.amount, amount.currency);
}

function DisputeCard({ dispute, onChanged }: { dispute: Dispute; onChanged: () => void }) {
  const open = dispute.status === "NEEDS_RESPONSE";
  return (
    <>
      <div class="tags">
        <span class={open ? "tag tag-accent" : "tag"}>{t(`disputes.status.${dispute.status}`)}</span>
        <span class="tag">{text(`disputes.reason.${dispute.reason}`) ?? dispute.reason}</span>
      </div>
      <h3>{price(dispute.amount)}</h3>
      <dl class="facts">
        <dt>{t("disputes.opened")}</dt>
        <dd>{dayAndTime(minuteOf(dispute.openedAt), ZONE)}</dd>
        {dispute.dueBy && open && (
          <>
            <dt>{t("disputes.dueBy")}</dt>
            <dd>
              <strong>{dayAndTime(minuteOf(dispute.dueBy), ZONE)}</strong>
            </dd>
          </>
        )}
        <dt>{t("disputes.withdrawn")}</dt>
        <dd>{price(dispute.withdrawn)}</dd>
        <dt>{t("disputes.fees")}</dt>
        <dd>{price(dispute.fees)}</dd>
        {dispute.status === "LOST" && (
          <>
            <dt>{t("disputes.byHost")}</dt>
            <dd>{price(dispute.borneByHost)}</dd>
            <dt>{t("disputes.byUs")}</dt>
            <dd>{price(dispute.borneByUs)}</dd>
          </>
        )}
        {dispute.closedAt && (
          <>
            <dt>{t("disputes.closed")}</dt>
            <dd>{dayAndTime(minuteOf(dispute.closedAt), ZONE)}</dd>
          </>
        )}
        <dt>{t("disputes.payment")}</dt>
        <dd>
          <span class="muted ledger-id">
            {dispute.payment} · {dispute.providerId}
          </span>
        </dd>
      </dl>
      {dispute.evidence && (
        <div>
          <strong>{t(dispute.evidenceSentAt ? "disputes.said" : "disputes.onItsWay")}</strong>
          <p class="muted">{dispute.evidence}</p>
        </div>
      )}
      {open && !dispute.evidence && <Evidence dispute={dispute} onSent={onChanged} />}
    </>
  );
}

function Evidence({ dispute, onSent }: { dispute: Dispute; onSent: () => void }) {
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const send = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await api.post<Dispute>(`/admin/finance/disputes/${dispute.id}/evidence`, { text: said.trim() });
      onSent();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Field label={t("disputes.evidence")} hint={t("disputes.evidenceHint")}>
        {(attributes) => (
          <textarea class="input" rows={4} required maxLength={EVIDENCE_MAX} value={said} {...attributes} onInput={(event) => setSaid(event.currentTarget.value)} />
        )}
      </Field>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <Button tone="primary" type="submit" busy={busy} disabled={said.trim() === ""}>
        {t("disputes.send")}
      </Button>
    </form>
  );
}
