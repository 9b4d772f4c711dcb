import { useEffect, useState } from "preact/hooks";
import { download, downloadTable, explain } from "../api/client";
import { isGuest } from "../api/session";
import type { Invoice, Transaction } from "../api/types";
import { minuteOf, readerZone } from "../domain/zone";
import { calendarDay, dayAndTime, money, stayText, t } from "../i18n";
import { Link, navigate, place } from "../router";
import { Button, Chip, EmptyState, ErrorState, Field, PageHead, Skeleton } from "../ui/basics";
import { keepFile } from "../ui/file";
import { Icon } from "../ui/icons";
import { usePages } from "../ui/pages";
import { toast } from "../ui/toast";
import { BillingDetailsCard } from "./BillingDetailsCard";

const PAGE_SIZE = 20;
const LOOK_AGAIN_MILLIS = 2_000;
const LOOKS_MAX = 10;

const PERIODS = ["whenAny", "thisMonth", "lastMonth", "thisYear", "lastYear"] as const;
type Period = (typeof PERIODS)[number];

/** What was paid, given back and sold, and the documents about it. The whole question is in the URL. */
export function InvoicesPage() {
  const { query } = place.value;
  const seller = query.get("as") === "seller" && !isGuest.value;
  const booking = query.get("booking");
  const period = PERIODS.find((each) => each === query.get("period")) ?? "whenAny";
  const change = (name: string, value: string | null) => {
    const next = new URLSearchParams(query);
    if (value === null) next.delete(name);
    else next.set(name, value);
    navigate(`/invoices${next.size > 0 ? `?${next}` : ""}`, { replace: true });
  };
  return (
    <div class="page">
      <PageHead title={t("invoices.title")} />
      <section class="card form" aria-label={t("invoices.filters")}>
        {!isGuest.value && (
          <div class="chips" role="group" aria-label={t("invoices.view")}>
            <Chip on={!seller} onToggle={() => change("as", null)}>
              {t("invoices.asBuyer")}
            </Chip>
            <Chip on={seller} onToggle={() => change("as", "seller")}>
              {t("invoices.asSeller")}
            </Chip>
          </div>
        )}
        <Field label={t("invoices.period")}>
          {(attributes) => (
            <select
              class="input"
              {...attributes}
              value={period}
              onChange={(event) => change("period", event.currentTarget.value === "whenAny" ? null : event.currentTarget.value)}
            >
              {PERIODS.map((each) => (
                <option key={each} value={each}>
                  {t(`invoices.${each}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {booking && (
          <Button icon="close" onClick={() => change("booking", null)}>
            {t("invoices.ofBooking")}
          </Button>
        )}
      </section>
      <Documents seller={seller} booking={booking} period={period} />
      {!seller && !booking && <Transactions period={period} />}
      <BillingDetailsCard />
    </div>
  );
}

/** In the reader's months and years. */
function timesOf(period: Period): { from?: string; to?: string } {
  const now = new Date();
  const [year, month] = [now.getFullYear(), now.getMonth()];
  const between = (from: Date, to: Date) => ({ from: from.toISOString(), to: to.toISOString() });
  switch (period) {
    case "thisMonth":
      return between(new Date(year, month, 1), new Date(year, month + 1, 1));
    case "lastMonth":
      return between(new Date(year, month - 1, 1), new Date(year, month, 1));
    case "thisYear":
      return between(new Date(year, 0, 1), new Date(year + 1, 0, 1));
    case "lastYear":
      return between(new Date(year - 1, 0, 1), new Date(year, 0, 1));
    default:
      return {};
  }
}

interface KindsProps<K extends string> {
  kinds: readonly K[];
  chosen: K | null;
  onChoose: (kind: K | null) => void;
  label: (kind: K) => string;
}

function Kinds<K extends string>({ kinds, chosen, onChoose, label }: KindsProps<K>) {
  return (
    <div class="chips" role="group" aria-label={t("invoices.kind")}>
      <Chip on={chosen === null} onToggle={() => onChoose(null)}>
        {t("invoices.all")}
      </Chip>
      {kinds.map((kind) => (
        <Chip key={kind} on={chosen === kind} onToggle={() => onChoose(kind)}>
          {label(kind)}
        </Chip>
      ))}
    </div>
  );
}

function Documents({ seller, booking, period }: { seller: boolean; booking: string | null; period: Period }) {
  const [kind, setKind] = useState<Invoice["kind"] | null>(null);
  const list = usePages<Invoice>("/invoices", {
    as: seller ? "seller" : "buyer",
    kind,
    bookingId: booking,
    ...timesOf(period),
    limit: PAGE_SIZE,
  });
  const items = list.data?.items ?? [];
  // Whoever comes right after paying may be faster than the invoice.
  const [looks, setLooks] = useState(0);
  const expected = booking !== null && kind === null && period === "whenAny" && list.data !== null && items.length === 0;
  useEffect(() => {
    if (!expected || looks >= LOOKS_MAX) return;
    const timer = setTimeout(() => {
      setLooks(looks + 1);
      list.reload();
    }, LOOK_AGAIN_MILLIS);
    return () => clearTimeout(timer);
  }, [expected, looks]);
  return (
    <section class="section" aria-labelledby="documents-title">
      <h2 id="documents-title">{t("invoices.documents")}</h2>
      <Kinds
        kinds={["INVOICE", "CREDIT_NOTE"] as const}
        chosen={kind}
        onChoose={setKind}
        label={(each) => t(each === "INVOICE" ? "invoices.invoices" : "invoices.creditNotes")}
      />
      {list.error !== null && !list.data ? (
        <ErrorState error={list.error} onRetry={list.reload} />
      ) : !list.data ? (
        <Skeleton rows={3} />
      ) : expected && looks < LOOKS_MAX ? (
        <p class="with-icon" role="status">
          <span class="spinner" aria-hidden="true" /> {t("invoices.wait")}
        </p>
      ) : items.length === 0 ? (
        <EmptyState icon="card" title={t(seller ? "invoices.soldNone" : "invoices.none")}>
          <p>{t("invoices.noneHint")}</p>
        </EmptyState>
      ) : (
        <ul class="cards">
          {items.map((invoice) => (
            <li key={invoice.id}>
              <Document invoice={invoice} seller={seller} />
            </li>
          ))}
        </ul>
      )}
      {list.more && (
        <Button busy={list.loadingMore} onClick={list.more}>
          {t("action.more")}
        </Button>
      )}
    </section>
  );
}

function Document({ invoice, seller }: { invoice: Invoice; seller: boolean }) {
  const [busy, setBusy] = useState(false);
  const isNote = invoice.kind === "CREDIT_NOTE";
  const keep = async () => {
    setBusy(true);
    try {
      keepFile(await download(`/invoices/${invoice.id}.pdf`), `${invoice.number}.pdf`);
    } catch (error) {
      toast(explain(error), "danger");
    }
    setBusy(false);
  };
  return (
    <article class="card entry">
      <div class="row-text">
        <strong>
          {t(isNote ? "invoices.kindOf.CREDIT_NOTE" : "invoices.kindOf.INVOICE")} {invoice.number}
        </strong>
        <span>
          {invoice.title}
          {" · "}
          {seller ? t("invoices.to", { name: invoice.buyer.name }) : t("invoices.from", { name: invoice.seller.name })}
        </span>
        <span class="muted">{stayText(minuteOf(invoice.from), minuteOf(invoice.to), invoice.timeZone)}</span>
        <span class="muted">
          {calendarDay(invoice.issuedOn)}
          {invoice.corrects && ` · ${t("invoices.corrects", { number: invoice.corrects.number })}`}
        </span>
      </div>
      <div class="entry-side">
        <span class="booking-card-price">{money(isNote ? -invoice.total.amount : invoice.total.amount, invoice.total.currency)}</span>
        {invoice.tax.amount > 0 && <span class="muted">{t("invoices.taxOf", { tax: money(invoice.tax.amount, invoice.tax.currency) })}</span>}
        <Button icon="down" busy={busy} aria-label={t("invoices.pdfOf", { number: invoice.number })} onClick={() => void keep()}>
          {t("invoices.pdf")}
        </Button>
      </div>
    </article>
  );
}

function Transactions({ period }: { period: Period }) {
  const [kind, setKind] = useState<Transaction["kind"] | null>(null);
  const [busy, setBusy] = useState(false);
  const question = { kind, ...timesOf(period) };
  const list = usePages<Transaction>("/payments/transactions", { ...question, limit: PAGE_SIZE });
  const items = list.data?.items ?? [];
  const keep = async () => {
    setBusy(true);
    try {
      keepFile(await downloadTable("/payments/transactions.csv", question), "berth-transactions.csv");
    } catch (error) {
      toast(explain(error), "danger");
    }
    setBusy(false);
  };
  return (
    <section class="section" aria-labelledby="transactions-title">
      <div class="page-head">
        <h2 id="transactions-title">{t("invoices.transactions")}</h2>
        {items.length > 0 && (
          <Button icon="down" busy={busy} onClick={() => void keep()}>
            {t("invoices.csv")}
          </Button>
        )}
      </div>
      <Kinds
        kinds={["CHARGE", "REFUND"] as const}
        chosen={kind}
        onChoose={setKind}
        label={(each) => t(each === "CHARGE" ? "invoices.kindOf.CHARGE" : "invoices.kindOf.REFUND")}
      />
      {list.error !== null && !list.data ? (
        <ErrorState error={list.error} onRetry={list.reload} />
      ) : !list.data ? (
        <Skeleton rows={3} />
      ) : items.length === 0 ? (
        <EmptyState icon="card" title={t("invoices.transactionsNone")} />
      ) : (
        <ul class="cards">
          {items.map((each) => (
            <li key={each.id}>
              <Link class="card entry entry-link" href={each.subscriptionId ? `/passes?id=${each.subscriptionId}` : `/bookings/${each.bookingId}`}>
                <span class="row-text">
                  <strong>{t(each.kind === "CHARGE" ? "invoices.kindOf.CHARGE" : "invoices.kindOf.REFUND")}</strong>
                  <span>{each.description}</span>
                  {each.serviceFee && <span class="muted">{t("invoices.fee", { fee: money(each.serviceFee.amount, each.serviceFee.currency) })}</span>}
                  <span class="muted">{dayAndTime(minuteOf(each.createdAt), readerZone())}</span>
                </span>
                <span class="booking-card-price">
                  {money(each.kind === "REFUND" ? each.amount.amount : -each.amount.amount, each.amount.currency)}
                </span>
                <Icon name="next" />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {list.more && (
        <Button busy={list.loadingMore} onClick={list.more}>
          {t("action.more")}
        </Button>
      )}
    </section>
  );
}
