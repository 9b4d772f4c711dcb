import type { Money } from "../api/types";
import type { ComponentChildren } from "preact";
import { minuteOf, readerZone } from "../domain/zone";
import { dayAndTime, money, t } from "../i18n";
import { Button, ErrorState, Skeleton } from "./basics";
import type { LoadedPages } from "./pages";

interface Entry {
  id: string;
  amount: Money;
  balance: Money;
  createdAt: string;
}

interface EntryListProps<E extends Entry> {
  pages: LoadedPages<E>;
  /** What an entry is called. */
  name: (entry: E) => string;
  /** What the number below an amount is, for those who hear it. */
  balance: string;
  /** Says of money that comes in that it does. */
  signed?: boolean;
  /** What follows an entry's time. */
  more?: (entry: E) => ComponentChildren;
  /** What is there instead of a list without entries. */
  empty?: ComponentChildren;
}

/** A statement: what has moved, when, and what there was after it, the latest first. */
export function EntryList<E extends Entry>({ pages, name, balance, signed, more, empty }: EntryListProps<E>) {
  return (
    <section class="section" aria-label={t("wallet.statement")}>
      <h2>{t("wallet.statement")}</h2>
      {pages.error !== null ? (
        <ErrorState error={pages.error} onRetry={pages.reload} />
      ) : pages.data === null ? (
        <Skeleton rows={3} height={56} />
      ) : pages.data.items.length === 0 && empty ? (
        empty
      ) : (
        <>
          <ul class="card entries">
            {pages.data.items.map((entry) => (
              <li key={entry.id}>
                <span>
                  <strong>{name(entry)}</strong>
                  <span class="muted">{dayAndTime(minuteOf(entry.createdAt), readerZone())}</span>
                  {more?.(entry)}
                </span>
                <span class="entry-amount">
                  <strong class={signed && entry.amount.amount > 0 ? "is-in" : undefined}>
                    {signed && entry.amount.amount > 0 && "+"}
                    {money(entry.amount.amount, entry.amount.currency)}
                  </strong>
                  <span class="muted">
                    <span class="only-spoken">{balance} </span>
                    {money(entry.balance.amount, entry.balance.currency)}
                  </span>
                </span>
              </li>
            ))}
          </ul>
          {pages.more && (
            <Button busy={pages.loadingMore} onClick={pages.more}>
              {t("action.more")}
            </Button>
          )}
        </>
      )}
    </section>
  );
}
