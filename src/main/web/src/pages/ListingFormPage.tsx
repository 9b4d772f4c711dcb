import { useEffect, useState } from "preact/hooks";
import { ApiError, api, call, explain } from "../api/client";
import { AMENITIES, type CancellationPolicy, LISTING_TYPES, type Listing, type ListingDraft, type ListingType } from "../api/types";
import { readerZone } from "../domain/zone";
import { type MessageKey, t } from "../i18n";
import { PlacePicker } from "../map/PlacePicker";
import { Link, navigate } from "../router";
import { view } from "../state/explore";
import { Button, Check, Chip, ErrorState, Field, Notice, PageHead, Skeleton, TextField } from "../ui/basics";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { useLoad } from "../ui/load";
import { toast } from "../ui/toast";
import { BlocksCard } from "./BlocksCard";
import { FeedsCard } from "./FeedsCard";
import { ImportsCard } from "./ImportsCard";
import { ListingPreview } from "./ListingPreview";
import { PrivacyFields, defaultPrivacy } from "./PrivacyFields";
import { TariffFields, saidOf } from "./TariffFields";
import { amenityName } from "./map/FilterDialog";

const POLICIES: readonly CancellationPolicy[] = ["FLEXIBLE", "MODERATE", "STRICT"];
const MOST_SLOTS = 5_000;
const LONGEST_TITLE = 120;
const LONGEST_DESCRIPTION = 4_000;
const PICK_ZOOM = 17;

export function ListingFormPage({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters.id ?? null;
  const loaded = useLoad(id && `own listing ${id}`, (signal) => call<Listing>("GET", `/listings/${id}`, { signal }));
  const title = t(id ? "host.editTitle" : "host.newTitle");
  if (!id) return <ListingForm title={title} listing={null} etag={null} />;
  return loaded.data ? (
    <ListingForm key={loaded.data.data.version} title={title} listing={loaded.data.data} etag={loaded.data.etag} />
  ) : (
    <div class="page">
      <PageHead title={title} />
      {loaded.error !== null ? <ErrorState error={loaded.error} onRetry={loaded.reload} /> : <Skeleton rows={4} />}
    </div>
  );
}

function emptyDraft(): ListingDraft {
  return {
    title: "",
    description: "",
    type: "DRIVEWAY",
    location: view.peek().center,
    address: "",
    timeZone: readerZone(),
    capacity: 1,
    tariff: { currency: "EUR", hour: 200, day: 1200 },
    amenities: [],
    instantBook: true,
    cancellationPolicy: "FLEXIBLE",
    addressPrivacy: defaultPrivacy("DRIVEWAY"),
    accessNotes: "",
  };
}

/** Only what the contract lets a host set. */
function draftOf(listing: Listing): ListingDraft {
  const { id: _id, version: _version, owner: _owner, demo: _demo, attribution: _attribution, slots: _slots, shown: _shown, ...draft } = listing;
  return draft;
}

function ListingForm({ title, listing, etag }: { title: string; listing: Listing | null; etag: string | null }) {
  const [draft, setDraft] = useState(listing ? draftOf(listing) : emptyDraft);
  const [placed, setPlaced] = useState(listing !== null);
  // What the type suggests counts until the host says something.
  const [chosen, setChosen] = useState(listing !== null);
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const change = (part: Partial<ListingDraft>) => setDraft((before) => ({ ...before, ...part }));
  const changeType = (type: ListingType) => change({ type, ...(chosen ? {} : { addressPrivacy: defaultPrivacy(type) }) });
  const fieldError = (field: string) => (failure instanceof ApiError ? failure.fieldDetail(field) : null);
  const dayTooLow = draft.tariff.day != null && draft.tariff.day < draft.tariff.hour;

  useEffect(() => {
    if (failure !== null) document.querySelector(".form-failure")?.scrollIntoView({ block: "center" });
  }, [failure]);

  const save = async () => {
    if (!placed) return setFailure(new ApiError(422, "NO_PLACE", t("host.noPlace")));
    setBusy(true);
    setFailure(null);
    const { maxHeightCentimetres, ...rest } = draft;
    const body = {
      ...rest,
      title: draft.title.trim(),
      address: draft.address.trim(),
      accessNotes: draft.accessNotes?.trim() ?? "",
      tariff: saidOf(draft.tariff),
      ...(maxHeightCentimetres ? { maxHeightCentimetres } : {}),
    };
    try {
      if (listing) await api.put<Listing>(`/listings/${listing.id}`, body, etag ?? `"${listing.version}"`);
      const saved = listing ?? (await api.post<Listing>("/listings", body));
      toast(t(listing ? "host.saved" : "host.published"));
      navigate(`/?l=${saved.id}&c=${draft.location.lat},${draft.location.lng},${PICK_ZOOM}`);
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };

  const remove = async () => {
    if (!listing) return;
    setBusy(true);
    try {
      await api.remove(`/listings/${listing.id}`, etag ?? `"${listing.version}"`);
      toast(t("host.deleted"));
      navigate("/host");
    } catch (error) {
      setFailure(error);
      setRemoving(false);
      setBusy(false);
    }
  };

  return (
    <div class="page">
      <PageHead title={title}>
        {listing && (
          <Link class="button button-quiet" href={`/?l=${listing.id}&c=${draft.location.lat},${draft.location.lng},${PICK_ZOOM}`}>
            {t("booking.onMap")}
          </Link>
        )}
      </PageHead>
      <div class="two-columns is-wide-left">
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <section class="card form">
            <h2>{t("host.where")}</h2>
            <p class="muted">{t("host.whereHint")}</p>
            <PlacePicker
              initial={listing?.location ?? view.peek().center}
              zoom={PICK_ZOOM}
              point={draft.location}
              hidden={draft.addressPrivacy === "AFTER_CONFIRMATION"}
              onPick={(location) => {
                change({ location });
                setPlaced(true);
              }}
            />
            {!placed && <p class="field-hint">{t("host.noPlace")}</p>}
            <TextField
              label={t("host.address")}
              required
              maxLength={300}
              autocomplete="street-address"
              value={draft.address}
              onText={(address) => change({ address })}
              error={fieldError("address")}
            />
            <PrivacyFields
              draft={draft}
              onChange={(part) => {
                change(part);
                if (part.addressPrivacy) setChosen(true);
              }}
              errorOf={fieldError}
            />
          </section>
          <section class="card form">
            <h2>{t("host.what")}</h2>
            <TextField
              label={t("host.name")}
              hint={t("host.nameHint")}
              required
              maxLength={LONGEST_TITLE}
              value={draft.title}
              onText={(text) => change({ title: text })}
              error={fieldError("title")}
            />
            <Field label={t("filters.type")} error={fieldError("type")}>
              {(attributes) => (
                <select class="input" {...attributes} value={draft.type} onChange={(event) => changeType(event.currentTarget.value as ListingType)}>
                  {LISTING_TYPES.map((type) => (
                    <option key={type} value={type}>
                      {t(`type.${type}` as MessageKey)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <div class="field-pair">
              <TextField
                label={t("host.capacity")}
                type="number"
                required
                min={1}
                max={MOST_SLOTS}
                value={String(draft.capacity)}
                onText={(text) => change({ capacity: Math.max(0, Math.floor(Number(text))) })}
                error={fieldError("capacity")}
              />
              <TextField
                label={t("host.height")}
                optional
                type="number"
                min={100}
                max={1000}
                value={draft.maxHeightCentimetres ? String(draft.maxHeightCentimetres) : ""}
                onText={(text) => change({ maxHeightCentimetres: text ? Number(text) : null })}
                error={fieldError("maxHeightCentimetres")}
              />
            </div>
            <fieldset>
              <legend class="legend">{t("filters.amenities")}</legend>
              <div class="chips">
                {AMENITIES.map((amenity) => (
                  <Chip
                    key={amenity}
                    on={draft.amenities.includes(amenity)}
                    onToggle={() =>
                      change({
                        amenities: draft.amenities.includes(amenity)
                          ? draft.amenities.filter((other) => other !== amenity)
                          : [...draft.amenities, amenity],
                      })
                    }
                  >
                    {amenityName(amenity)}
                  </Chip>
                ))}
              </div>
            </fieldset>
            <Field label={t("host.description")} optional hint={t("host.descriptionHint")} error={fieldError("description")}>
              {(attributes) => (
                <textarea
                  class="input"
                  {...attributes}
                  maxLength={LONGEST_DESCRIPTION}
                  value={draft.description}
                  onInput={(event) => change({ description: event.currentTarget.value })}
                />
              )}
            </Field>
          </section>
          <section class="card form">
            <h2>{t("host.price")}</h2>
            <TariffFields tariff={draft.tariff} onTariff={(tariff) => change({ tariff })} errorOf={fieldError} />
            <Field label={t("detail.cancel")}>
              {(attributes) => (
                <select
                  class="input"
                  {...attributes}
                  value={draft.cancellationPolicy}
                  onChange={(event) => change({ cancellationPolicy: event.currentTarget.value as CancellationPolicy })}
                >
                  {POLICIES.map((policy) => (
                    <option key={policy} value={policy}>
                      {t(`policy.${policy}` as MessageKey)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Check checked={draft.instantBook} onChange={(instantBook) => change({ instantBook })}>
              {t("host.instant")}
            </Check>
          </section>
          {failure !== null && (
            <div class="form-failure">
              <Notice tone="danger">{failure instanceof ApiError && failure.code === "NO_PLACE" ? failure.detail : explain(failure)}</Notice>
            </div>
          )}
          <div class="form-buttons">
            <Button tone="primary" type="submit" busy={busy} disabled={dayTooLow}>
              {t(listing ? "host.save" : "host.publish")}
            </Button>
            {listing && (
              <Button icon="trash" onClick={() => setRemoving(true)}>
                {t("host.delete")}
              </Button>
            )}
          </div>
        </form>
        <aside class="stack is-sticky">
          <ListingPreview draft={draft} />
          {listing && (
            <nav class="stack" aria-label={t("hours.title")}>
              <Link class="card row-card" href={`/host/${listing.id}/availability`}>
                <Icon name="clock" />
                <span class="row-text">
                  <strong>{t("hours.title")}</strong>
                  <span class="muted">{t("hours.linkHint")}</span>
                </span>
                <Icon name="next" />
              </Link>
              <Link class="card row-card" href={`/host/${listing.id}/bays`}>
                <Icon name="car" />
                <span class="row-text">
                  <strong>{t("bays.open")}</strong>
                  <span class="muted">{t("bays.openHint")}</span>
                </span>
                <Icon name="next" />
              </Link>
              <Link class="card row-card" href={`/host/${listing.id}/plans`}>
                <Icon name="ticket" />
                <span class="row-text">
                  <strong>{t("plans.title")}</strong>
                  <span class="muted">{t("plans.linkHint")}</span>
                </span>
                <Icon name="next" />
              </Link>
              <Link class="card row-card" href={`/host/${listing.id}/calendar`}>
                <Icon name="calendar" />
                <span class="row-text">
                  <strong>{t("calendar.title")}</strong>
                  <span class="muted">{t("calendar.linkHint")}</span>
                </span>
                <Icon name="next" />
              </Link>
            </nav>
          )}
          {listing && <BlocksCard listing={listing} />}
          {listing && <ImportsCard listing={listing} />}
          {listing && <FeedsCard listing={listing.id} />}
          {listing && (
            <Link class="card row-card" href={`/dev/gate?listing=${listing.id}`}>
              <Icon name="shield" />
              <span class="row-text">
                <strong>{t("gate.title")}</strong>
                <span class="muted">{t("gate.linkHint")}</span>
              </span>
              <Icon name="next" />
            </Link>
          )}
        </aside>
      </div>
      {removing && (
        <Dialog
          title={t("host.deleteTitle")}
          onClose={() => setRemoving(false)}
          foot={
            <>
              <Button onClick={() => setRemoving(false)}>{t("action.cancel")}</Button>
              <Button tone="danger" busy={busy} onClick={() => void remove()}>
                {t("host.delete")}
              </Button>
            </>
          }
        >
          <p>{t("host.deleteHint", { title: listing?.title ?? "" })}</p>
        </Dialog>
      )}
    </div>
  );
}
