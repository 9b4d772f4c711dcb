import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { Page, Tax } from "../api/types";
import { minuteOf, readerZone } from "../domain/zone";
import { dayAndTime, number, t } from "../i18n";
import { Button, Check, EmptyState, ErrorState, Field, Notice, Skeleton, TextField } from "../ui/basics";
import { useLoad } from "../ui/load";
import { toast } from "../ui/toast";

const BASIS_POINTS_PER_PERCENT = 100;
const SHOWN = 100;

/** The taxes of places: their versions, and another one. */
export function TaxesPart() {
  const history = useLoad("taxes", (signal) => api.get<Page<Tax>>("/admin/taxes", { limit: SHOWN }, signal));
  const known = history.data;
  return (
    <section class="section" aria-labelledby="taxes-title">
      <h2 id="taxes-title">{t("taxes.title")}</h2>
      <p class="muted">{t("taxes.hint")}</p>
      <Add onDone={history.reload} />
      {history.error !== null ? (
        <ErrorState error={history.error} onRetry={history.reload} />
      ) : known === null ? (
        <Skeleton rows={1} height={180} />
      ) : known.items.length === 0 ? (
        <EmptyState icon="card" title={t("taxes.empty")} />
      ) : (
        <div class="card table-scroll" tabIndex={0} role="region" aria-label={t("taxes.history")}>
          <table class="ledger">
            <caption class="only-spoken">{t("taxes.history")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("taxes.place")}</th>
                <th scope="col">{t("taxes.rate")}</th>
                <th scope="col" class="is-text">
                  {t("taxes.prices")}
                </th>
                <th scope="col" class="is-text">
                  {t("fees.from")}
                </th>
                <th scope="col" class="is-text">
                  {t("taxes.zones")}
                </th>
                <th scope="col" class="is-text">
                  {t("fees.reason")}
                </th>
              </tr>
            </thead>
            <tbody>
              {known.items.map((each) => (
                <tr key={each.id}>
                  <th scope="row">{each.place}</th>
                  <td>
                    {number(each.basisPoints / BASIS_POINTS_PER_PERCENT, 2)} % {each.name}
                  </td>
                  <td class="is-text">{t(each.inclusive ? "taxes.inclusive" : "taxes.exclusive")}</td>
                  <td class="is-text">{dayAndTime(minuteOf(each.validFrom), readerZone())}</td>
                  <td class="is-text">{each.zones.length > 0 ? each.zones.join(", ") : t("taxes.ended")}</td>
                  <td class="is-text">{each.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Add({ onDone }: { onDone: () => void }) {
  const [place, setPlace] = useState("");
  const [name, setName] = useState("");
  const [rate, setRate] = useState("");
  const [inclusive, setInclusive] = useState(true);
  const [zones, setZones] = useState("");
  const [from, setFrom] = useState("");
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const add = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await api.post<Tax>("/admin/taxes", {
        place: place.trim().toUpperCase(),
        name: name.trim(),
        basisPoints: Math.round(Number(rate.trim().replace(",", ".")) * BASIS_POINTS_PER_PERCENT),
        inclusive,
        zones: zones.split(/[\s,]+/).filter((zone) => zone !== ""),
        reason: reason.trim(),
        ...(from ? { validFrom: new Date(from).toISOString() } : {}),
      });
      toast(t("fees.added"));
      setReason("");
      onDone();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  return (
    <form
      class="card form"
      aria-label={t("taxes.add")}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <h3>{t("taxes.add")}</h3>
      <TextField label={t("taxes.place")} hint={t("taxes.placeHint")} value={place} onText={setPlace} required maxLength={6} />
      <TextField label={t("taxes.name")} hint={t("taxes.nameHint")} value={name} onText={setName} required maxLength={40} />
      <TextField label={t("taxes.percent")} inputMode="decimal" value={rate} onText={setRate} required />
      <Check checked={inclusive} onChange={setInclusive}>
        {t("taxes.inclusive")}
      </Check>
      <TextField label={t("taxes.zones")} hint={t("taxes.zonesHint")} value={zones} onText={setZones} optional />
      <Field label={t("fees.from")} hint={t("fees.fromHint")} optional>
        {(attributes) => <input class="input" type="datetime-local" value={from} {...attributes} onInput={(event) => setFrom(event.currentTarget.value)} />}
      </Field>
      <TextField label={t("fees.reason")} value={reason} onText={setReason} required maxLength={200} />
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <Button tone="primary" type="submit" busy={busy}>
        {t("fees.save")}
      </Button>
    </form>
  );
}
