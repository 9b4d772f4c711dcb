import { useEffect, useState } from "preact/hooks";
import { api, explain } from "../api/client";
import { ADDRESS_PRIVACIES, type AddressPrivacy, type ListingDraft } from "../api/types";
import { AREA_METERS } from "../domain/geo";
import { distance, t } from "../i18n";
import { Field, Notice } from "../ui/basics";
import { useLoad } from "../ui/load";

const LONGEST_NOTES = 1_000;
const TYPING_MILLIS = 400;

interface PrivacyFieldsProps {
  draft: ListingDraft;
  onChange: (part: Partial<ListingDraft>) => void;
  errorOf: (field: string) => string | null;
}

/** Who is told where it is, what everybody sees of it then, and how to get in. */
export function PrivacyFields({ draft, onChange, errorOf }: PrivacyFieldsProps) {
  const hidden = draft.addressPrivacy === "AFTER_CONFIRMATION";
  return (
    <>
      <fieldset class="choices">
        <legend>{t("privacy.title")}</legend>
        {ADDRESS_PRIVACIES.map((privacy) => (
          <label key={privacy} class="choice">
            <input
              type="radio"
              name="addressPrivacy"
              value={privacy}
              checked={draft.addressPrivacy === privacy}
              onChange={() => onChange({ addressPrivacy: privacy })}
            />
            <span class="row-text">
              <strong>{t(`privacy.${privacy}`)}</strong>
              <span class="muted">{t(`privacy.${privacy}.hint`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {hidden && <WhatEverybodySees address={draft.address} />}
      <Field label={t("privacy.notes")} optional hint={t("privacy.notesHint")} error={errorOf("accessNotes")}>
        {(attributes) => (
          <textarea
            class="input"
            {...attributes}
            maxLength={LONGEST_NOTES}
            value={draft.accessNotes ?? ""}
            onInput={(event) => onChange({ accessNotes: event.currentTarget.value })}
          />
        )}
      </Field>
    </>
  );
}

/** What is left of the address, as the server will leave it, a moment after the last key. */
function WhatEverybodySees({ address }: { address: string }) {
  const wanted = address.trim();
  const [asked, setAsked] = useState(wanted);
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(wanted), TYPING_MILLIS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const told = useLoad(asked || null, () => api.post<{ address: string }>("/address-previews", { address: asked }));
  if (told.error !== null) return <Notice tone="warning">{t("privacy.previewFailed", { detail: explain(told.error) })}</Notice>;
  return (
    <Notice tone="info" icon="shield">
      <p>{t("privacy.preview")}</p>
      <p aria-live="polite">
        <strong>{asked === "" ? t("privacy.noAddress") : (told.data?.address ?? "…")}</strong>
      </p>
      <p class="muted">{t("privacy.area", { distance: distance(AREA_METERS) })}</p>
    </Notice>
  );
}

export function defaultPrivacy(type: ListingDraft["type"]): AddressPrivacy {
  return type === "DRIVEWAY" ? "AFTER_CONFIRMATION" : "PUBLIC";
}
