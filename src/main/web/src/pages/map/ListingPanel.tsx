import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, api, explain } from "../../api/client";
import { user } from "../../api/session";
import type { Availability as OpenTimes, FeeCalculation, Listing, Price, Quote } from "../../api/types";
import { AREA_METERS, contains, distanceMeters } from "../../domain/geo";
import { isSimple, priceByDay } from "../../domain/price";
import { isValid, snapUp, withFrom } from "../../domain/stay";
import { instantOf, minuteOf } from "../../domain/zone";
import { type MessageKey, day, distance, duration, money, number, stayText, t, text, time, zoneNote } from "../../i18n";
import { pins, pinsVersion } from "../../live/pins";
import { Link } from "../../router";
import { area, box, chooseStay, jumpTo, select, stay } from "../../state/explore";
import { ownPlaces } from "../../state/bookings";
import { type Spot, availabilityOf, spotOf, spots } from "../../state/spots";
import { Marked } from "../../ui/attribution";
import { Button, ErrorState, IconButton, Notice, Skeleton } from "../../ui/basics";
import { Icon } from "../../ui/icons";
import { useLoad } from "../../ui/load";
import { PriceLines } from "../../ui/price-lines";
import { announce } from "../../ui/toast";
import { PermitCheck } from "../BayPart";
import { amenityName } from "./FilterDialog";
import { Occupancy } from "./Occupancy";
import { StayDialog } from "./StayDialog";
import { hoursTexts, limitTexts, nowText } from "../hours-texts";
import { tariffTexts } from "../tariff-texts";
import { availabilityText, typeName } from "./SpotList";
import { PlansPart } from "./PlansPart";
import { WaitPart } from "./WaitPart";
import { laterStart } from "./later";

const MOST_ALTERNATIVES = 3;
const OPEN_ZOOM = 16;

/** One place: what it costs for the wanted stay, whether it is free, what it offers, and the way to book it. */
export function ListingPanel({ id }: { id: string }) {
  const loaded = useLoad(`listing ${id}`, (signal) => api.get<Listing>(`/listings/${id}`, undefined, signal));
  const heading = useRef<HTMLHeadingElement>(null);
  pinsVersion.value;
  const pin = pins.get(id);
  const listing = loaded.data;
  const spot = pin ? spotOf(pin, stay.value, ownPlaces.value.has(id)) : (spots.value.find((each) => each.id === id) ?? fromListing(listing));
  const title = listing?.title ?? spot?.title;

  useEffect(() => heading.current?.focus({ preventScroll: true }), [title !== undefined]);
  const shown = box.value;
  useEffect(() => {
    // A link to a listing alone: show where it is.
    if (listing && shown && !contains(shown, listing.location)) jumpTo(listing.location, OPEN_ZOOM);
  }, [listing !== null, shown !== null]);
  const hidden = listing?.addressPrivacy === "AFTER_CONFIRMATION";
  useEffect(() => {
    area.value = listing && hidden ? { center: listing.shown?.location ?? listing.location, meters: AREA_METERS } : null;
    return () => void (area.value = null);
  }, [listing, hidden]);
  useEffect(() => {
    if (spot && title) announce(`${title}: ${availabilityText(spot)}`);
  }, [spot?.free]);

  return (
    <article class="detail" aria-label={title}>
      <div class="detail-bar">
        <IconButton icon="back" label={t("detail.back")} onClick={() => select(null)} />
        <span class="muted">{t("detail.back")}</span>
      </div>
      <div class="detail-scroll">
        {loaded.error !== null && !spot ? <ErrorState error={loaded.error} onRetry={loaded.reload} /> : null}
        {!spot && loaded.error === null && <Skeleton rows={4} />}
        {spot && (
          <>
            <header class="detail-head">
              <p class="detail-kind">
                {typeName(spot.type)}
                {listing?.demo && <span class="tag">{t("detail.demo")}</span>}
                {spot.mine && <span class="tag tag-accent">{t("spot.mine")}</span>}
              </p>
              <h2 ref={heading} tabIndex={-1}>
                {title}
              </h2>
              {listing ? <p class="muted">{listing.address}</p> : <p class="skeleton-line" />}
              {listing && hidden && (
                <p class="with-icon muted">
                  <Icon name="shield" size={16} />
                  <span>{listing.shown ? t("privacy.others", { address: listing.shown.address }) : t("privacy.later")}</span>
                </p>
              )}
              {spot.rating !== null && (
                <p class="spot-rating">
                  <Icon name="star" size={16} /> {number(spot.rating, 1)}
                </p>
              )}
            </header>
            <Offer spot={spot} listing={listing} />
            {spot.mine && (
              <Notice tone="success">
                <p>{t("detail.booked")}</p>
                <Link href="/bookings">{t("bookings.title")}</Link>
              </Notice>
            )}
            {listing?.slots?.every((slot) => slot.kind === "ACCESSIBLE") && (
              <Notice tone="info">
                <p>{t("detail.permit")}</p>
                <PermitCheck />
              </Notice>
            )}
            {spot.closed && <WhyNot spot={spot} />}
            {spot.availability === "full" && !spot.mine && !spot.closed && <Alternatives spot={spot} />}
            {listing && <PlansPart listing={listing} own={listing.owner === user.value?.id} />}
            {pin && <Occupancy pin={pin} stay={stay.value} zone={spot.zone} />}
            {listing ? <Facts listing={listing} /> : loaded.error !== null ? <ErrorState error={loaded.error} onRetry={loaded.reload} /> : <Skeleton rows={2} />}
          </>
        )}
      </div>
      {spot && <BookBar spot={spot} own={listing !== null && listing.owner === user.value?.id} />}
    </article>
  );
}

/** Before the pins or outside their reach the listing's own numbers must do; how many are free only the server knows. */
function fromListing(listing: Listing | null): Spot | undefined {
  if (!listing) return undefined;
  const pin = {
    ...listing.location,
    id: listing.id,
    v: 0,
    type: listing.type,
    title: listing.title,
    rating: null,
    capacity: listing.capacity,
    free: listing.capacity,
    busy: [],
    currency: listing.tariff.currency,
    tariff: isSimple(listing.tariff) ? listing.tariff : null,
    tz: listing.timeZone,
  };
  return { ...spotOf(pin, stay.value, ownPlaces.value.has(listing.id)), availability: availabilityOf(listing.capacity, listing.capacity) };
}

function Offer({ spot, listing }: { spot: Spot; listing: Listing | null }) {
  const [choosing, setChoosing] = useState(false);
  const { from, to } = stay.value;
  const known = pins.get(spot.id)?.tariff ?? listing?.tariff ?? null;
  const tariff = known && isSimple(known) ? known : null;
  const priced = useLoad(listing && !tariff ? `price ${spot.id} ${listing.version} ${from} ${to}` : null, (signal) =>
    api.get<Price>(`/listings/${spot.id}/price`, { from: instantOf(from), to: instantOf(to) }, signal),
  );
  const price = tariff ? spot.price : (priced.data?.total.amount ?? spot.price);
  const parking = price ?? 0;
  const fees = useLoad(listing && parking > 0 ? `fees ${listing.owner} ${parking} ${spot.currency}` : null, (signal) =>
    api.get<FeeCalculation>("/fees/calculation", { amount: parking, currency: spot.currency, hostId: listing?.owner ?? "", timeZone: spot.zone }, signal),
  );
  const fee = fees.data?.serviceFee?.amount;
  const days = tariff ? priceByDay(tariff, stay.value, spot.zone) : [];
  const note = zoneNote(from, spot.zone);
  return (
    <section class="offer">
      <div class="offer-top">
        <div>
          <p class="offer-price">{price === null ? <span class="skeleton-line" /> : money(price, spot.currency)}</p>
          <p class="muted">{t("offer.for", { duration: duration(to - from) })}</p>
          {fee && fee.amount > 0 && <p class="muted">{t("offer.feeBeside", { fee: money(fee.amount, fee.currency) })}</p>}
        </div>
        <span class={`availability availability-${spot.availability} is-large`}>{availabilityText(spot)}</span>
      </div>
      <button type="button" class="offer-stay" aria-haspopup="dialog" onClick={() => setChoosing(true)}>
        <Icon name="clock" />
        <span>
          {stayText(from, to, spot.zone)}
          {note && <span class="muted"> · {note}</span>}
        </span>
        <span class="offer-change">{t("offer.change")}</span>
      </button>
      {tariff && days.length > 0 && (
        <table class="lines">
          <caption class="only-spoken">{t("offer.breakdown")}</caption>
          <tbody>
            {days.map((each) => (
              <tr key={each.begins}>
                <th scope="row">
                  {days.length > 1 && `${day(each.begins, spot.zone)}: `}
                  {each.capped
                    ? t("offer.dayPrice", { hours: each.hours })
                    : t("offer.hours", { count: each.hours, price: money(tariff.hour, spot.currency) })}
                  {each.capped && (
                    <span class="lines-why">
                      {t("why.DAY_CAP", {
                        price: money(each.amount, spot.currency),
                        instead: money(each.hours * tariff.hour, spot.currency),
                      })}
                    </span>
                  )}
                </th>
                <td>{money(each.amount, spot.currency)}</td>
              </tr>
            ))}
            {days.length > 1 && (
              <tr class="lines-total">
                <th scope="row">{t("offer.total")}</th>
                <td>{money(spot.price ?? 0, spot.currency)}</td>
              </tr>
            )}
          </tbody>
        </table>
      )}
      {!tariff && priced.error !== null && <ErrorState error={priced.error} onRetry={priced.reload} />}
      {!tariff && priced.data && <PriceLines lines={priced.data.lines} total={priced.data.total} />}
      {choosing && (
        <StayDialog
          initial={stay.value}
          zone={spot.zone}
          onClose={() => setChoosing(false)}
          onChoose={(chosen) => {
            chooseStay(chosen);
            setChoosing(false);
          }}
        />
      )}
    </section>
  );
}

/** Why the place cannot be booked then, and the way to a time when it can. */
function WhyNot({ spot }: { spot: Spot }) {
  const wanted = stay.value;
  // It is the time that is asked about: for whom the bays are is said above.
  const asked = useLoad(`why ${spot.id} ${wanted.from} ${wanted.to}`, () =>
    api.post<Quote>("/quotes", { listingId: spot.id, from: instantOf(wanted.from), to: instantOf(wanted.to), permit: true }),
  );
  if (asked.data?.instantBook === false) {
    return (
      <Notice tone="info" icon="clock">
        <p>{t("detail.askOutside")}</p>
        <Link class="button button-quiet" href={`/book/${spot.id}?from=${instantOf(wanted.from)}&to=${instantOf(wanted.to)}`}>
          {t("detail.ask")}
        </Link>
      </Notice>
    );
  }
  if (asked.error === null) return null;
  const problem = asked.error instanceof ApiError ? asked.error.problem : {};
  const opens = typeof problem.opensAt === "string" ? minuteOf(problem.opensAt) : null;
  const last = typeof problem.latestTo === "string" ? minuteOf(problem.latestTo) : null;
  const begins = typeof problem.earliestFrom === "string" ? snapUp(minuteOf(problem.earliestFrom)) : opens;
  const instead = last !== null ? { from: wanted.from, to: last } : begins !== null ? withFrom(wanted, begins) : null;
  return (
    <Notice tone="warning" icon="clock">
      <p>{explain(asked.error)}</p>
      {instead && isValid(instead) && (
        <Button onClick={() => chooseStay(instead)}>{t("full.later", { time: stayText(instead.from, instead.to, spot.zone) })}</Button>
      )}
    </Notice>
  );
}

/** When it can be booked, unless that is always. */
function Hours({ listing }: { listing: Listing }) {
  const loaded = useLoad(`hours ${listing.id} ${listing.version}`, (signal) =>
    api.get<OpenTimes>(`/listings/${listing.id}/availability`, undefined, signal),
  );
  const said = loaded.data;
  if (!said) return null;
  return (
    <>
      <dt>{t("hours.title")}</dt>
      <dd>
        <strong>{nowText(said)}</strong>
        {!said.alwaysOpen && hoursTexts(said).map((line) => <div key={line}>{line}</div>)}
        {limitTexts(said).map((line) => (
          <div key={line} class="muted">
            {line}
          </div>
        ))}
      </dd>
    </>
  );
}

function Alternatives({ spot }: { spot: Spot }) {
  const near = spots.value
    .filter((other) => other.id !== spot.id && other.availability !== "full" && (!other.permit || spot.permit))
    .map((other) => ({ other, meters: distanceMeters(spot, other) }))
    .sort((a, b) => a.meters - b.meters)
    .slice(0, MOST_ALTERNATIVES);
  const later = laterStart([spot], stay.value);
  return (
    <Notice tone="warning" icon="clock">
      <p>
        <strong>{t("full.title")}</strong>
      </p>
      {later && (
        <Button onClick={() => chooseStay(later)}>{t("full.later", { time: time(later.from, spot.zone) })}</Button>
      )}
      {near.length > 0 && (
        <>
          <p>{t("full.near", { count: near.length, distance: distance(near.at(-1)?.meters ?? 0) })}</p>
          <ul class="plain">
            {near.map(({ other, meters }) => (
              <li key={other.id}>
                <button type="button" class="link-button" onClick={() => select(other.id)}>
                  {other.title} · {distance(meters)} · {other.price === null ? "" : money(other.price, other.currency)}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <WaitPart listing={spot.id} />
    </Notice>
  );
}

function Facts({ listing }: { listing: Listing }) {
  const { tariff } = listing;
  return (
    <>
      {listing.amenities.length > 0 && (
        <section class="detail-part">
          <h3>{t("detail.offers")}</h3>
          <ul class="tags">
            {listing.amenities.map((amenity) => (
              <li key={amenity} class="tag">
                {amenityName(amenity)}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class="detail-part">
        <h3>{t("detail.facts")}</h3>
        <dl class="facts">
          <dt>{t("detail.tariff")}</dt>
          <dd>
            {tariffTexts(tariff).map((line) => (
              <div key={line}>{line}</div>
            ))}
          </dd>
          <Hours listing={listing} />
          <dt>{t("detail.capacity")}</dt>
          <dd>{t("detail.slots", { count: listing.capacity })}</dd>
          {listing.maxHeightCentimetres != null && (
            <>
              <dt>{t("detail.height")}</dt>
              <dd>{number(listing.maxHeightCentimetres / 100, 2)} m</dd>
            </>
          )}
          <dt>{t("detail.booking")}</dt>
          <dd>{listing.instantBook ? t("detail.instant") : t("detail.request")}</dd>
          <dt>{t("detail.cancel")}</dt>
          <dd>{text(`policy.${listing.cancellationPolicy}`) ?? listing.cancellationPolicy}</dd>
        </dl>
      </section>
      {listing.description && (
        <section class="detail-part">
          <h3>{t("detail.about")}</h3>
          <p class="prose">{listing.description}</p>
        </section>
      )}
      {listing.attribution && (
        <p class="detail-source">
          {t("detail.source" as MessageKey)}: <Marked text={listing.attribution} />
        </p>
      )}
    </>
  );
}

function BookBar({ spot, own }: { spot: Spot; own: boolean }) {
  const { from, to } = stay.value;
  if (own) {
    return (
      <div class="book-bar">
        <Link class="button button-quiet is-wide" href={`/host/${spot.id}`}>
          {t("detail.manage")}
        </Link>
      </div>
    );
  }
  return (
    <div class="book-bar">
      {spot.availability === "full" ? (
        <Button tone="primary" wide disabled>
          {t(spot.closed ? "spot.closed" : "spot.full")}
        </Button>
      ) : (
        <Link class="button button-primary is-wide" href={`/book/${spot.id}?from=${instantOf(from)}&to=${instantOf(to)}`}>
          {spot.price === null ? t("detail.book") : t("detail.bookFor", { price: money(spot.price, spot.currency) })}
        </Link>
      )}
    </div>
  );
}

