import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, api, explain, newKey } from "../api/client";
import type { Booking, Listing, Page, Quote, Series, SeriesQuote, Vehicle } from "../api/types";
import { type Repeat, rruleOf } from "../domain/recurrence";
import { isValid } from "../domain/stay";
import { instantOf, minuteOf } from "../domain/zone";
import { dayAndTime, duration, money, stayText, t, text, zoneNote } from "../i18n";
import { Link, lastMap, navigate, place } from "../router";
import { putBooking } from "../state/bookings";
import { permit } from "../state/permit";
import { Button, ErrorState, Notice, PageHead, Skeleton } from "../ui/basics";
import { CardChoice, TEST_CARDS } from "../ui/cards";
import { Icon } from "../ui/icons";
import { type Inside, InsideChoice, partsWith, useHeld } from "../ui/inside-choice";
import { useLoad } from "../ui/load";
import { PriceLines } from "../ui/price-lines";
import { PromoField } from "../ui/promo-field";
import { useCountdown } from "../ui/time";
import { WALLET, WalletChoice, methodOf } from "../ui/wallet-choice";
import { BayPart, NoBay, PermitCheck, isNoBay } from "./BayPart";
import { RepeatFields, SeriesList } from "./RepeatPart";

/** From a quote to a booking: exactly what was quoted, paid in the same call. */
export function CheckoutPage({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters.id as string;
  const query = place.value.query;
  const stay = { from: minuteOf(query.get("from") ?? ""), to: minuteOf(query.get("to") ?? "") };
  if (!isValid(stay)) {
    return (
      <div class="page page-narrow">
        <PageHead title={t("checkout.title")} />
        <Notice tone="danger">{t("checkout.badStay")}</Notice>
        <Link class="button button-primary" href={`/?l=${id}`}>
          {t("checkout.chooseAgain")}
        </Link>
      </div>
    );
  }
  return <Checkout id={id} from={instantOf(stay.from)} to={instantOf(stay.to)} />;
}

function Checkout({ id, from, to }: { id: string; from: string; to: string }) {
  const listing = useLoad(`listing ${id}`, (signal) => api.get<Listing>(`/listings/${id}`, undefined, signal));
  const vehicles = useLoad("vehicles", (signal) => api.get<Page<Vehicle>>("/vehicles", undefined, signal));
  const [vehicle, setVehicle] = useState<string | null>(null);
  const known = vehicles.data?.items ?? [];
  const vehicleId = vehicle ?? known.find((each) => each.default)?.id ?? known[0]?.id ?? null;
  const [slotId, setSlotId] = useState<string | null>(null);
  const [repeat, setRepeat] = useState<Repeat | null>(null);
  const [except, setExcept] = useState<string[]>([]);
  const rrule = repeat && rruleOf(repeat);
  const wanted = {
    listingId: id,
    from,
    to,
    ...(vehicleId ? { vehicleId } : {}),
    ...(slotId ? { slotId } : {}),
    ...(permit.value ? { permit: true } : {}),
  };
  const key = `${id} ${from} ${to} ${vehicleId} ${slotId} ${permit.value}`;
  const [promo, setPromo] = useState("");
  const [promoError, setPromoError] = useState<string | null>(null);
  const single = useLoad(vehicles.loading || rrule ? null : `quote ${key} ${promo}`, async () => {
    if (promo) {
      try {
        return await api.post<Quote>("/quotes", { ...wanted, promoCode: promo });
      } catch (error) {
        // What it costs without the code is told all the same.
        if (!(error instanceof ApiError && (error.code === "PROMO_CODE_REFUSED" || error.status === 429))) throw error;
        setPromoError(explain(error));
      }
    }
    return api.post<Quote>("/quotes", wanted);
  });
  const series = useLoad(vehicles.loading || !rrule ? null : `series ${key} ${rrule} ${except.join()}`, () =>
    api.post<SeriesQuote>("/series-quotes", { ...wanted, rrule, ...(except.length > 0 ? { except } : {}) }),
  );
  const quote = rrule ? series : single;
  const ready = rrule ? series.data?.quoteId != null : single.data !== null;
  const [token, setToken] = useState<string>(TEST_CARDS[0].token);
  const [inside, setInside] = useState<Inside>({ points: false, wallet: false });
  const price = quote.data?.finalPrice ?? null;
  const held = useHeld(price?.currency ?? null);
  // A series is paid by one thing.
  const draws = !rrule && (inside.points || inside.wallet);
  const needsCard = !draws || !price || partsWith(price, held, inside).card > 0;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const attempt = useRef({ of: "", key: "" });
  const left = useCountdown(quote.data?.expiresAt ?? null);
  const place = listing.data;
  const expired = left !== null && left <= 0;
  useEffect(() => {
    if (expired && !busy) quote.reload();
  }, [expired]);

  const choose = (chosen: Inside) => {
    setInside(chosen);
    // The wallet is not the way to pay the rest, too.
    if ((chosen.points || chosen.wallet) && token === WALLET) setToken(TEST_CARDS[0].token);
  };
  const pay = async () => {
    if (!quote.data?.quoteId) return;
    setBusy(true);
    setFailure(null);
    // The same attempt keeps its key, so that trying again after a lost answer never books twice.
    const of = `${quote.data.quoteId} ${token} ${inside.points} ${inside.wallet} ${needsCard}`;
    if (attempt.current.of !== of) attempt.current = { of, key: newKey() };
    try {
      const order = {
        quoteId: quote.data.quoteId,
        finalPrice: quote.data.finalPrice,
        ...(needsCard ? { paymentMethod: methodOf(token) } : {}),
        ...(draws ? { usePoints: inside.points, useWallet: inside.wallet } : {}),
      };
      const made = rrule
        ? (await api.post<Series>("/booking-series", order, attempt.current.key)).bookings
        : [await api.post<Booking>("/bookings", { ...order, ...(vehicleId ? { vehicleId } : {}) }, attempt.current.key)];
      made.forEach(putBooking);
      navigate(`/bookings/${made[0]?.id}?new=1`, { replace: true });
    } catch (error) {
      if (!(error instanceof ApiError && error.isUnknown)) attempt.current = { of: "", key: "" };
      if (error instanceof ApiError && ["QUOTE_STALE", "QUOTE_INVALID", "SERIES_CONFLICT", "PROMO_CODE_REFUSED"].includes(error.code)) quote.reload();
      setFailure(error);
      setBusy(false);
    }
  };

  if (listing.error !== null) return <Framed><ErrorState error={listing.error} onRetry={listing.reload} /></Framed>;
  if (!place) return <Framed><Skeleton rows={4} /></Framed>;
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  const note = zoneNote(begin, place.timeZone);
  // The host may want to be asked always, or only because the place is closed then.
  const said = quote.data && "instantBook" in quote.data ? quote.data.instantBook : place.instantBook;
  const asks = said === false;
  const taken = failure instanceof ApiError && failure.code === "SLOT_TAKEN";
  return (
    <Framed>
      <div class="two-columns">
        <section class="card form" aria-label={t("checkout.summary")}>
          <div>
            <h2>{place.title}</h2>
            <p class="muted">{place.address}</p>
            {place.addressPrivacy === "AFTER_CONFIRMATION" && !place.shown && <p class="muted">{t("privacy.afterBooking")}</p>}
          </div>
          <p class="with-icon">
            <Icon name="clock" />
            <span>
              {stayText(begin, end, place.timeZone)} · {duration(end - begin)}
              {note && <span class="muted"> · {note}</span>}
            </span>
          </p>
          {!asks && (
            <RepeatFields
              begin={begin}
              zone={place.timeZone}
              repeat={repeat}
              onChange={(chosen) => {
                setRepeat(chosen);
                setExcept([]);
                setFailure(null);
              }}
            />
          )}
          {isNoBay(quote.error) ? (
            <NoBay error={quote.error} />
          ) : quote.error !== null ? (
            <ErrorState error={quote.error} onRetry={quote.reload} />
          ) : rrule && series.data ? (
            <>
              <SeriesList quote={series.data} except={except} onExcept={setExcept} />
              <p class="with-icon muted">
                <Icon name="shield" />
                <span>{t("repeat.terms")}</span>
              </p>
            </>
          ) : single.data && !rrule ? (
            <>
              <PriceLines lines={single.data.lines} total={single.data.finalPrice} discount={single.data.discount} fee={single.data.serviceFee} tax={single.data.tax} />
              <PromoField
                used={single.data.discount?.code ?? null}
                tried={promo}
                error={promoError}
                busy={single.loading}
                onUse={(code) => {
                  setPromoError(null);
                  setFailure(null);
                  // The same code again is another try.
                  if (code !== "" && code === promo) single.reload();
                  else setPromo(code);
                }}
              />
              <p class="with-icon muted">
                <Icon name="shield" />
                <span>
                  {single.data.policy === "FLEXIBLE"
                    ? t("checkout.freeUntil", { time: dayAndTime(begin, place.timeZone) })
                    : (text(`policy.${single.data.policy}`) ?? single.data.policy)}
                </span>
              </p>
            </>
          ) : (
            <Skeleton rows={1} height={80} />
          )}
        </section>
        <form
          class="card form"
          onSubmit={(event) => {
            event.preventDefault();
            void pay();
          }}
        >
          {known.length > 0 ? (
            <fieldset class="choices">
              <legend>{t("checkout.vehicle")}</legend>
              {known.map((each) => (
                <label key={each.id} class="choice">
                  <input
                    type="radio"
                    name="vehicle"
                    checked={vehicleId === each.id}
                    onChange={() => {
                      setVehicle(each.id);
                      setSlotId(null);
                    }}
                  />
                  <Icon name="car" />
                  <span>
                    <strong>{each.plate}</strong>
                    <span class="muted">{[each.make, each.model].filter(Boolean).join(" ")}</span>
                  </span>
                </label>
              ))}
            </fieldset>
          ) : (
            !vehicles.loading && (
              <p class="muted">
                {t("checkout.noVehicle")} <Link href="/vehicles">{t("checkout.addVehicle")}</Link>
              </p>
            )
          )}
          <BayPart listing={place} from={from} to={to} vehicleId={vehicleId} slotId={slotId} onChoose={setSlotId} />
          {permit.value && place.slots?.some((slot) => slot.kind === "ACCESSIBLE") && <PermitCheck />}
          {asks && <Notice tone="info">{t("checkout.asks")}</Notice>}
          {!rrule && price && <InsideChoice price={price} held={held} inside={inside} onChoose={choose} />}
          {needsCard ? (
            <>
              <CardChoice token={token} onChoose={setToken}>
                {!draws && <WalletChoice price={price} token={token} onChoose={setToken} />}
              </CardChoice>
              <p class="field-hint">{t("card.test")}</p>
            </>
          ) : (
            <p class="muted">{t("inside.noCard")}</p>
          )}
          {failure !== null && (
            <Notice tone="danger">
              <p>{explain(failure)}</p>
              {taken && (
                <Link class="button button-quiet" href={lastMap.value}>
                  {t("checkout.findOther")}
                </Link>
              )}
            </Notice>
          )}
          <Button tone="primary" type="submit" wide busy={busy} disabled={!ready || taken}>
            {busy
              ? t("checkout.paying")
              : rrule && series.data && !ready
                ? t("repeat.notAll")
                : quote.data
                ? t(asks ? "checkout.ask" : "checkout.pay", { price: money(quote.data.finalPrice.amount, quote.data.finalPrice.currency) })
                : t(quote.error !== null ? "spot.closed" : "checkout.pricing")}
          </Button>
          <Link class="button button-plain" href={`/?l=${id}`}>
            {t("checkout.back")}
          </Link>
        </form>
      </div>
    </Framed>
  );
}

function Framed({ children }: { children: preact.ComponentChildren }) {
  return (
    <div class="page">
      <PageHead title={t("checkout.title")} />
      {children}
    </div>
  );
}
