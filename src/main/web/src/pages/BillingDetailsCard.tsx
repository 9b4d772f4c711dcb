import { useEffect, useState } from "preact/hooks";
import { ApiError, call, explain } from "../api/client";
import type { InvoiceParty } from "../api/types";
import { t } from "../i18n";
import { Button, ErrorState, Field, Notice, Skeleton, TextField } from "../ui/basics";
import { useLoad } from "../ui/load";

const NAME_MAX = 200;
const ADDRESS_MAX = 500;
const VAT_ID_MAX = 20;
const PATH = "/users/me/billing-details";

interface Known {
  details: InvoiceParty;
  etag: string | null;
}

/** How the reader is named on invoices. */
export function BillingDetailsCard() {
  const loaded = useLoad<Known>("billing details", async (signal) => {
    const answer = await call<InvoiceParty>("GET", PATH, { signal });
    return { details: answer.data, etag: answer.etag };
  });
  return (
    <details class="card billing-details">
      <summary>{t("invoices.details")}</summary>
      {loaded.error !== null && !loaded.data ? (
        <ErrorState error={loaded.error} onRetry={loaded.reload} />
      ) : loaded.data ? (
        <Details known={loaded.data} onSaved={loaded.set} reload={loaded.reload} />
      ) : (
        <Skeleton rows={3} />
      )}
    </details>
  );
}

function Details({ known, onSaved, reload }: { known: Known; onSaved: (known: Known) => void; reload: () => void }) {
  const [name, setName] = useState(known.details.name);
  const [address, setAddress] = useState(known.details.address);
  const [vatId, setVatId] = useState(known.details.vatId ?? "");
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    setName(known.details.name);
    setAddress(known.details.address);
    setVatId(known.details.vatId ?? "");
  }, [known]);
  const save = async () => {
    setBusy(true);
    setSaved(false);
    setFailure(null);
    try {
      const body = { name, address, ...(vatId.trim() && { vatId: vatId.trim() }) };
      const answer = await call<InvoiceParty>("PUT", PATH, { body, ifMatch: known.etag ?? undefined });
      onSaved({ details: answer.data, etag: answer.etag });
      setSaved(true);
    } catch (error) {
      setFailure(error);
      // Changed elsewhere: what counts now is shown, and can be changed.
      if (error instanceof ApiError && error.status === 412) reload();
    }
    setBusy(false);
  };
  const problem = (field: string) => (failure instanceof ApiError ? failure.fieldDetail(field) : null);
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <p class="muted">{t("invoices.detailsHint")}</p>
      <TextField label={t("invoices.name")} value={name} onText={setName} required maxLength={NAME_MAX} autocomplete="billing name" error={problem("name")} />
      <Field label={t("invoices.address")} optional error={problem("address")}>
        {(attributes) => (
          <textarea
            class="input"
            rows={3}
            maxLength={ADDRESS_MAX}
            autocomplete="billing street-address"
            {...attributes}
            value={address}
            onInput={(event) => setAddress(event.currentTarget.value)}
          />
        )}
      </Field>
      <TextField
        label={t("invoices.vatId")}
        hint={t("invoices.vatIdHint")}
        optional
        value={vatId}
        onText={setVatId}
        maxLength={VAT_ID_MAX}
        error={problem("vatId")}
      />
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      {saved && (
        <div role="status">
          <Notice tone="success">{t("invoices.detailsSaved")}</Notice>
        </div>
      )}
      <Button tone="primary" type="submit" busy={busy}>
        {t("action.save")}
      </Button>
    </form>
  );
}
