import { useState } from "preact/hooks";
import { ApiError, api, explain } from "../api/client";
import { type Bay, type Page, SLOT_KINDS, type Slot, type SlotKind } from "../api/types";
import { type MessageKey, number, t } from "../i18n";
import { Link } from "../router";
import { Button, Check, ErrorState, Field, IconButton, Notice, PageHead, Skeleton, TextField } from "../ui/basics";
import { Dialog } from "../ui/dialog";
import { useLoad } from "../ui/load";

/** As many as one answer gives. */
const PAGE = 100;

/** The measures that a bay may say, with the limits of the contract. */
const MEASURES = [
  { field: "maxHeightCentimetres", min: 50, max: 3_000 },
  { field: "maxLengthCentimetres", min: 50, max: 3_000 },
  { field: "maxWidthCentimetres", min: 50, max: 3_000 },
  { field: "maxWeightKilograms", min: 50, max: 60_000 },
  { field: "entranceMetres", min: 0, max: 5_000 },
  { field: "liftMetres", min: 0, max: 5_000 },
] as const;

/** What a host says of each bay: for whom it is, and what fits into it. */
export function BaysPage({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters.id as string;
  const [cursors, setCursors] = useState<string[]>([]);
  const cursor = cursors[cursors.length - 1];
  const page = useLoad(`slots ${id} ${cursor ?? ""}`, (signal) =>
    api.get<Page<Slot>>(`/listings/${id}/slots`, { limit: PAGE, ...(cursor ? { cursor } : {}) }, signal),
  );
  const [editing, setEditing] = useState<Slot | null>(null);
  const next = page.data?.next;
  return (
    <div class="page page-narrow">
      <PageHead title={t("bays.title")}>
        <Link class="button button-quiet" href={`/host/${id}`}>
          {t("bays.back")}
        </Link>
      </PageHead>
      <p class="muted">{t("bays.hint")}</p>
      {page.error !== null ? (
        <ErrorState error={page.error} onRetry={page.reload} />
      ) : !page.data ? (
        <Skeleton rows={4} height={56} />
      ) : (
        <ul class="cards">
          {page.data.items.map((slot) => (
            <li key={slot.id} class="card row-card">
              <span class="row-text">
                <strong>{t("bay.named", { name: slot.name })}</strong>
                <span class="muted">{describe(slot)}</span>
              </span>
              <IconButton icon="edit" label={t("bays.edit", { name: slot.name })} onClick={() => setEditing(slot)} />
            </li>
          ))}
        </ul>
      )}
      {(cursors.length > 0 || next) && (
        <div class="form-actions">
          <Button disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
            {t("bays.before")}
          </Button>
          <Button disabled={!next} onClick={() => next && setCursors([...cursors, next])}>
            {t("bays.after")}
          </Button>
        </div>
      )}
      {editing && (
        <BayDialog
          listing={id}
          slot={editing}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            page.reload();
          }}
        />
      )}
    </div>
  );
}

function describe({ kind, bay }: Slot): string {
  const said = [t(`slotKind.${kind ?? "STANDARD"}` as MessageKey)];
  if (bay?.chargingRequired) said.push(t("bays.chargingTag"));
  for (const { field } of MEASURES) {
    const value = bay?.[field];
    if (value != null) said.push(`${t(`bays.${field}` as MessageKey)}: ${number(value)}`);
  }
  return said.join(" · ");
}

function BayDialog({ listing, slot, onClose, onSaved }: { listing: string; slot: Slot; onClose: () => void; onSaved: () => void }) {
  const [name, setName] = useState(slot.name);
  const [kind, setKind] = useState<SlotKind>(slot.kind ?? "STANDARD");
  const [charging, setCharging] = useState(slot.bay?.chargingRequired ?? false);
  const [measures, setMeasures] = useState<Record<string, string>>(
    Object.fromEntries(MEASURES.map(({ field }) => [field, slot.bay?.[field] == null ? "" : String(slot.bay[field])])),
  );
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const fieldError = (field: string) => (failure instanceof ApiError ? failure.fieldDetail(field) : null);
  const save = async () => {
    setBusy(true);
    setFailure(null);
    const said = MEASURES.filter(({ field }) => measures[field] !== "").map(({ field }) => [field, Number(measures[field])]);
    const bay: Bay = { ...Object.fromEntries(said), ...(kind === "EV" && charging ? { chargingRequired: true } : {}) };
    try {
      await api.patch(`/listings/${listing}/slots/${slot.id}`, { name: name.trim(), kind, bay });
      onSaved();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("bays.edit", { name: slot.name })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button tone="primary" busy={busy} disabled={name.trim() === ""} onClick={() => void save()}>
            {t("action.save")}
          </Button>
        </>
      }
    >
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <TextField label={t("bays.name")} required maxLength={20} value={name} onText={setName} error={fieldError("name")} />
      <Field label={t("bays.kind")} hint={t("bays.kindHint")} error={fieldError("kind")}>
        {(attributes) => (
          <select class="input" {...attributes} value={kind} onChange={(event) => setKind(event.currentTarget.value as SlotKind)}>
            {SLOT_KINDS.map((each) => (
              <option key={each} value={each}>
                {t(`slotKind.${each}` as MessageKey)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {kind === "EV" && (
        <Check checked={charging} onChange={setCharging}>
          {t("bays.charging")}
        </Check>
      )}
      <div class="field-pair">
        {MEASURES.map(({ field, min, max }) => (
          <TextField
            key={field}
            label={t(`bays.${field}` as MessageKey)}
            optional
            type="number"
            min={min}
            max={max}
            value={measures[field] ?? ""}
            onText={(text) => setMeasures({ ...measures, [field]: text })}
            error={fieldError(`bay/${field}`)}
          />
        ))}
      </div>
    </Dialog>
  );
}
