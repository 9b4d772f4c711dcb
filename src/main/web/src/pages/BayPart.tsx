import { useState } from "preact/hooks";
import { ApiError, api, explain } from "../api/client";
import type { Listing, Recommendation, Recommended } from "../api/types";
import { type MessageKey, number, t, text } from "../i18n";
import { declarePermit, permit } from "../state/permit";
import { Check, Notice, Skeleton } from "../ui/basics";
import { useLoad } from "../ui/load";

const SHOWN = 6;
const NEAR = ["ENTRANCE", "LIFT"] as const;
type Near = (typeof NEAR)[number];

interface BayPartProps {
  listing: Listing;
  from: string;
  to: string;
  vehicleId: string | null;
  /** Null for the best free one. */
  slotId: string | null;
  onChoose: (slotId: string | null) => void;
}

/** Which bay: the best one by itself, or one of those that suit. */
export function BayPart({ listing, from, to, vehicleId, slotId, onChoose }: BayPartProps) {
  const [near, setNear] = useState<Near | null>(null);
  const slots = listing.slots ?? [];
  const several = slots.length > 1;
  const query = {
    from,
    to,
    limit: SHOWN,
    ...(vehicleId ? { vehicleId } : {}),
    ...(permit.value ? { permit: true } : {}),
    ...(near ? { near } : {}),
  };
  const found = useLoad(several ? `bays ${listing.id} ${JSON.stringify(query)}` : null, (signal) =>
    api.get<Recommended>(`/listings/${listing.id}/recommendations`, query, signal),
  );
  // That nothing suits the quote says, and why.
  if (!several || isNoBay(found.error)) return null;
  const items = found.data?.items ?? [];
  const lifts = slots.some((slot) => slot.bay?.liftMetres != null);
  const entrances = slots.some((slot) => slot.bay?.entranceMetres != null);
  return (
    <fieldset class="choices">
      <legend>{t("bay.title")}</legend>
      {found.data?.warnings.includes("MEASURES_UNKNOWN") && <Notice tone="warning">{t("bay.measuresUnknown")}</Notice>}
      {(lifts || entrances) && (
        <div class="chips" role="group" aria-label={t("bay.near")}>
          {NEAR.filter((each) => (each === "LIFT" ? lifts : entrances)).map((each) => (
            <button key={each} type="button" class="chip" aria-pressed={near === each} onClick={() => setNear(near === each ? null : each)}>
              {t(`bay.near.${each}` as MessageKey)}
            </button>
          ))}
        </div>
      )}
      <label class="choice">
        <input type="radio" name="bay" checked={slotId === null} onChange={() => onChoose(null)} />
        <span>
          <strong>{t("bay.any")}</strong>
          <span class="muted">{t("bay.anyHint")}</span>
        </span>
      </label>
      {found.error !== null ? (
        <p class="muted">{explain(found.error)}</p>
      ) : !found.data ? (
        <Skeleton rows={1} height={56} />
      ) : (
        items.map((item) => (
          <label key={item.slot.id} class="choice">
            <input type="radio" name="bay" checked={slotId === item.slot.id} onChange={() => onChoose(item.slot.id)} />
            <span>
              <strong>{t("bay.named", { name: item.slot.name })}</strong>
              <span class="muted">{reasonsText(item)}</span>
            </span>
          </label>
        ))
      )}
    </fieldset>
  );
}

/** The kind, how far it is, and what speaks for it. */
function reasonsText({ slot, reasons }: Recommendation): string {
  const said = [
    slot.kind && slot.kind !== "STANDARD" ? t(`slotKind.${slot.kind}` as MessageKey) : null,
    slot.bay?.entranceMetres != null ? t("bay.entrance", { metres: number(slot.bay.entranceMetres) }) : null,
    slot.bay?.liftMetres != null ? t("bay.lift", { metres: number(slot.bay.liftMetres) }) : null,
    ...reasons.filter((reason) => reason !== "LEAST_GAPS").map((reason) => text(`bay.reason.${reason}`)),
  ];
  return said.filter(Boolean).join(" · ");
}

/** What to do when no bay suits: some are for who has a permit, which nobody but the driver knows. */
export function NoBay({ error }: { error: ApiError }) {
  const misfits = (error.problem.misfits ?? {}) as Record<string, number>;
  const reasons = Object.keys(misfits).map((reason) => text(`misfit.${reason}`) ?? reason);
  return (
    <Notice tone="warning">
      <p>{explain(error)}</p>
      {reasons.length > 0 && (
        <ul class="plain">
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {"PERMIT_NEEDED" in misfits && <PermitCheck />}
    </Notice>
  );
}

export function PermitCheck() {
  return (
    <Check checked={permit.value} onChange={declarePermit}>
      {t("bay.permit")}
    </Check>
  );
}

export function isNoBay(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === "NO_FITTING_BAY";
}
