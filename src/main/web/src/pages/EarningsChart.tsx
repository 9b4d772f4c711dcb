import { useState } from "preact/hooks";
import type { EarningSums, Earnings } from "../api/types";
import { type Bar, barsOf, placed } from "../domain/earnings";
import { calendarDay, money, monthName, t, weekdayAndDay } from "../i18n";
import { Chip, Field, Skeleton } from "../ui/basics";

const VIEWS = [
  ["week", "earnings.byWeek"],
  ["month", "earnings.byMonth"],
] as const;

interface Props {
  /** Null while it is being fetched. */
  earnings: Earnings | null;
  by: "week" | "month";
  onBy: (by: "week" | "month") => void;
}

/** The last twelve weeks or months as bars, the same as a table, and what each place has earned. */
export function EarningsChart({ earnings, by, onBy }: Props) {
  const [wanted, setWanted] = useState<string | null>(null);
  const currencies = [...new Set((earnings?.periods ?? []).map((each) => each.net.currency))];
  const currency = wanted && currencies.includes(wanted) ? wanted : currencies[0];
  return (
    <section class="card form" aria-labelledby="chart-title">
      <div class="chart-head">
        <h2 id="chart-title">{t("earnings.chart")}</h2>
        <div class="chips" role="group" aria-label={t("earnings.period")}>
          {VIEWS.map(([view, label]) => (
            <Chip key={view} on={by === view} onToggle={() => onBy(view)}>
              {t(label)}
            </Chip>
          ))}
        </div>
      </div>
      {!earnings ? (
        <Skeleton rows={1} height={260} />
      ) : !currency ? (
        <p class="muted">{t("earnings.noneInPeriod")}</p>
      ) : (
        <>
          {currencies.length > 1 && (
            <Field label={t("earnings.currency")}>
              {(attributes) => (
                <select class="input" {...attributes} value={currency} onChange={(event) => setWanted(event.currentTarget.value)}>
                  {currencies.map((each) => (
                    <option key={each}>{each}</option>
                  ))}
                </select>
              )}
            </Field>
          )}
          <Bars bars={barsOf(earnings.periods, currency, by, earnings.from, earnings.to)} by={by} currency={currency} />
          <details>
            <summary>{t("earnings.table")}</summary>
            <SumsTable
              head={t("earnings.period")}
              rows={earnings.periods
                .filter((each) => each.net.currency === currency)
                .map((each) => ({ key: each.from, name: periodName(each.from, by), sums: each }))}
            />
          </details>
          <h3>{t("earnings.listings")}</h3>
          <SumsTable
            head={t("earnings.listing")}
            rows={earnings.listings
              .filter((each) => each.net.currency === currency)
              .map((each) => ({ key: each.listingId, name: each.title, sums: each }))}
          />
        </>
      )}
    </section>
  );
}

function periodName(from: string, by: "week" | "month"): string {
  return by === "month" ? monthName(from) : t("earnings.weekFrom", { day: calendarDay(from) });
}

function finding(bars: Bar[], currency: string): string {
  const [before, now] = [bars.at(-2)?.net ?? 0, bars.at(-1)?.net ?? 0];
  const difference = money(Math.abs(now - before), currency);
  const key = now > before ? "earnings.finding.more" : now < before ? "earnings.finding.less" : "earnings.finding.same";
  return t(key, { now: money(now, currency), difference });
}

/** For the eye; the table below it says the same. */
function Bars({ bars, by, currency }: { bars: Bar[]; by: "week" | "month"; currency: string }) {
  const { zero, heights } = placed(bars);
  const most = Math.max(...bars.map((bar) => bar.net));
  return (
    <figure class="chart">
      <figcaption>{finding(bars, currency)}</figcaption>
      <div class="chart-bars" aria-hidden="true">
        <span class="chart-top">{money(Math.max(0, most), currency)}</span>
        {bars.map((bar, index) => (
          <div key={bar.from} class="chart-column" title={`${periodName(bar.from, by)}: ${money(bar.net, currency)}`}>
            <div class="chart-room">
              <div
                class={`chart-bar${bar.net < 0 ? " is-negative" : ""}${index === bars.length - 1 ? " is-now" : ""}`}
                style={{ height: `${heights[index]}%`, bottom: `${bar.net < 0 ? zero - (heights[index] ?? 0) : zero}%` }}
              />
              <div class="chart-zero" style={{ bottom: `${zero}%` }} />
            </div>
            <span class="chart-label">{shortName(bar.from, by)}</span>
          </div>
        ))}
      </div>
    </figure>
  );
}

/** "16 Nov" or "Nov": the first words of longer names, as the language has them. */
function shortName(from: string, by: "week" | "month"): string {
  return by === "month" ? monthName(from).slice(0, 3) : weekdayAndDay(from).replace(/^\S+\s/, "");
}

interface Row {
  key: string;
  name: string;
  sums: EarningSums;
}

function SumsTable({ head, rows }: { head: string; rows: Row[] }) {
  return (
    <div class="table-room" tabIndex={0} role="region" aria-label={head}>
      <table class="sums">
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col">{t("earnings.net")}</th>
            <th scope="col">{t("earnings.gross")}</th>
            <th scope="col">{t("earnings.refunds")}</th>
            <th scope="col">{t("earnings.commission")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, sums }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {[sums.net, sums.gross, sums.refunds, sums.commission].map((each, column) => (
                <td key={column}>{money(each.amount, each.currency)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
