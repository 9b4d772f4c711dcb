// The shapes of the contract that the app reads and writes. Longer than other files, because it is looked up like a list.
import type { BusyStep } from "../domain/busy";
import type { Point } from "../domain/geo";
import type { Tariff } from "../domain/price";

export interface Money {
  amount: number;
  currency: string;
}

export interface Page<T> {
  items: T[];
  next?: string | null;
}

/** What was paid or given back; the amount is never negative. */
export interface Transaction {
  id: string;
  kind: "CHARGE" | "REFUND";
  paymentId: string;
  /** Of a booking; of a monthly pass that one's id. */
  bookingId?: string;
  subscriptionId?: string;
  amount: Money;
  description: string;
  createdAt: string;
  /** In the amount. */
  serviceFee?: Money | null;
}

export interface InvoiceParty {
  name: string;
  address: string;
  vatId?: string | null;
}

/** An invoice or credit note; amounts of the latter are what went back. */
export interface Invoice {
  id: string;
  kind: "INVOICE" | "CREDIT_NOTE";
  number: string;
  /** A day of the place's calendar. */
  issuedOn: string;
  seller: InvoiceParty;
  buyer: InvoiceParty;
  corrects?: { id: string; number: string } | null;
  bookingId: string;
  title: string;
  from: string;
  to: string;
  timeZone: string;
  tax: Money;
  total: Money;
}

/** A calendar that other programs subscribe to. */
export interface CalendarFeed {
  id: string;
  listingId?: string | null;
  createdAt: string;
  readAt?: string | null;
}

/** A calendar elsewhere whose busy times block a place. */
export interface CalendarImport {
  id: string;
  listingId: string;
  slotId?: string | null;
  /** The host of its address; the rest is its secret. */
  site: string;
  createdAt: string;
  refreshing: boolean;
  readAt?: string | null;
  nextAt: string;
  error?: string | null;
  busy: number;
  skipped: number;
  conflicts: { from: string; to: string; summary: string; bookings: string[] }[];
}

/** How a host is paid. */
export interface PayoutAccount {
  state: "NONE" | "ONBOARDING" | "ENABLED" | "RESTRICTED";
  timeZone: string;
  nextRunAt: string;
  holdbackHours: number;
  balances: Balance[];
}

export interface Balance {
  held: Money;
  heldUntil?: string;
  available: Money;
  underWay: Money;
  minimum: Money;
}

export interface Payout {
  id: string;
  amount: Money;
  status: "PENDING" | "SENT" | "FAILED" | "REVERSED";
  reversed?: Money;
  week?: string;
  createdAt: string;
  settledAt?: string;
}

export interface EarningSums {
  gross: Money;
  refunds: Money;
  commission: Money;
  net: Money;
}

export interface Earnings {
  timeZone: string;
  by: "day" | "week" | "month";
  from: string;
  to: string;
  periods: (EarningSums & { from: string })[];
  listings: (EarningSums & { listingId: string; title: string })[];
}

/** A place on a waitlist. */
export interface Wait {
  id: string;
  listingId: string;
  title: string;
  timeZone: string;
  from: string;
  to: string;
  createdAt: string;
  toldAt?: string | null;
}

export interface DemoAccount {
  email: string;
  password: string;
  name?: string;
  role?: string;
}

export interface ServerConfig {
  tileUrl: string | null;
  tileAttribution: string | null;
  apiBase: string;
  demo: { accounts: DemoAccount[] } | null;
  node: string;
  dataAttribution: string | null;
  /** What the platform keeps of a price, of 10,000; unknown when the server does not say. */
  commissionBasisPoints?: number;
}

export interface User {
  id: string;
  email: string;
  name: string;
  roles: string[];
  locale?: string;
}

export interface Session {
  user: User;
  accessToken: string;
  refreshToken: string;
  /** Seconds. */
  expiresIn: number;
}

export const LISTING_TYPES = [
  "DRIVEWAY",
  "GARAGE",
  "SURFACE_LOT",
  "MULTI_STOREY",
  "UNDERGROUND",
  "ON_STREET",
  "COVERED",
] as const;
export type ListingType = (typeof LISTING_TYPES)[number];

export const AMENITIES = [
  "EV_CHARGING",
  "COVERED",
  "CCTV",
  "LIGHTING",
  "GATED",
  "STAFFED",
  "OPEN_24_7",
  "LIFT",
  "TOILETS",
  "FAMILY_BAYS",
  "WOMENS_BAYS",
  "PARK_AND_RIDE",
  "CAR_WASH",
  "VALET",
  "ACCESSIBLE",
] as const;

export interface Pin extends Point {
  id: string;
  v: number;
  type: ListingType;
  title: string;
  rating?: number | null;
  capacity: number;
  free: number;
  busy: BusyStep[];
  currency: string;
  tariff: Tariff | null;
  tz?: string;
  instantBook?: boolean;
  /** All of its slots are for people with a disabled parking permit. */
  accessible?: boolean;
  /** Its host says when it can be booked, which only the server knows. */
  limited?: boolean;
}

export interface SearchItem {
  id: string;
  title: string;
  location: Point;
  price?: Money | null;
  rating?: number | null;
  reviewCount?: number;
  freeSlots: number;
  capacity: number;
  distanceMeters?: number | null;
  walkingMinutes?: number | null;
  version: number;
  type?: ListingType;
  timeZone?: string;
  /** As of a pin. */
  accessible?: boolean;
}

export type CancellationPolicy = "FLEXIBLE" | "MODERATE" | "STRICT";

export interface ListingDraft {
  title: string;
  description: string;
  type: ListingType;
  location: Point;
  address: string;
  timeZone: string;
  capacity: number;
  tariff: Tariff & { currency: string };
  amenities: string[];
  instantBook: boolean;
  cancellationPolicy: CancellationPolicy;
  maxHeightCentimetres?: number | null;
  addressPrivacy: AddressPrivacy;
  /** For its owner; an empty text takes them away. */
  accessNotes?: string | null;
}

export const ADDRESS_PRIVACIES = ["AFTER_CONFIRMATION", "PUBLIC"] as const;
/** Who is told where a place is: everybody, or drivers with a confirmed booking. */
export type AddressPrivacy = (typeof ADDRESS_PRIVACIES)[number];

export const SLOT_KINDS = ["STANDARD", "ACCESSIBLE", "EV", "FAMILY", "MOTORCYCLE", "TRUCK", "CAR_SHARE"] as const;
export type SlotKind = (typeof SLOT_KINDS)[number];

/** What is special about a bay. */
export interface Bay {
  maxHeightCentimetres?: number | null;
  maxLengthCentimetres?: number | null;
  maxWidthCentimetres?: number | null;
  maxWeightKilograms?: number | null;
  chargingRequired?: boolean | null;
  entranceMetres?: number | null;
  liftMetres?: number | null;
}

export interface Slot {
  id: string;
  name: string;
  kind?: SlotKind;
  bay?: Bay | null;
}

export interface Recommendation {
  slot: Slot;
  reasons: ("KEPT_FOR_YOU" | "NEAREST_TO_ENTRANCE" | "NEAREST_TO_LIFT" | "LEAST_GAPS")[];
}

export interface Recommended {
  items: Recommendation[];
  freeSlots: number;
  misfits: Record<string, number>;
  warnings: "MEASURES_UNKNOWN"[];
}

export interface Listing extends ListingDraft {
  id: string;
  /** A user's id. */
  owner: string;
  demo: boolean;
  attribution?: string | null;
  version: number;
  /** What everybody else is told, where that is less; for its owner. */
  shown?: { location: Point; address: string };
  slots?: Slot[];
}

export type AccessDirection = "ENTRY" | "EXIT";
export type CredentialType = "QR" | "PIN" | "PLATE";

/** What a gate does; the reason is always there when it stays shut. */
export interface AccessDecision {
  attemptId: string;
  decision: "ALLOW" | "DENY";
  reason?: string;
  bookingId?: string;
  plateMatch?: "EXACT" | "OCR";
}

export interface AccessAttempt {
  id: string;
  at: string;
  device: string;
  direction: AccessDirection;
  credential: CredentialType;
  decision: "ALLOW" | "DENY";
  reason?: string;
  bookingId?: string;
  /** In clear for 30 days. */
  plate?: string;
}

export interface Gate {
  failEntry: "OPEN" | "CLOSED";
  failExit: "OPEN" | "CLOSED";
  reentry: boolean;
  closed: boolean;
  seesEntry: boolean;
  seesExit: boolean;
  releaseNoShows: boolean;
  version: number;
}

export interface Occupancy {
  capacity: number;
  free: number;
  booked: number;
  arrived: number;
  reading?: { free: number; observedAt: string; source: string; confidence: number };
}

/** When a listing can be booked; the last part says what that means. */
export interface Availability extends AvailabilityDraft {
  exitAfterHours: boolean;
  exceptions: HoursException[];
  leadMinutes: number;
  horizonDays: number;
  minStayMinutes: number;
  maxStayMinutes: number;
  bufferMinutes: number;
  asksOutsideHours: boolean;
  timeZone: string;
  alwaysOpen: boolean;
  rules: HoursRule[];
  days: HoursDay[];
  open: boolean;
  opensAt?: string | null;
  closesAt?: string | null;
}

export interface AvailabilityDraft {
  openingHours?: string | null;
  holidayRegion?: string | null;
  exitAfterHours?: boolean;
  exceptions?: HoursException[];
  leadMinutes?: number;
  horizonDays?: number;
  minStayMinutes?: number;
  maxStayMinutes?: number;
  bufferMinutes?: number;
  /** Drivers may ask for times at which it is closed. */
  asksOutsideHours?: boolean;
}

export interface HoursException {
  firstDay: string;
  lastDay?: string | null;
  /** Closed without. */
  hours?: string | null;
  note?: string | null;
}

export interface HoursRule {
  dates: string[];
  weekdays: number[];
  holidays: "NOTHING" | "TOO" | "ONLY";
  spans: string[];
  open: boolean;
  added: boolean;
}

export interface HoursDay {
  date: string;
  holiday: boolean;
  open: { from: string; to: string }[];
}

export interface FreeBusy {
  timeZone: string;
  capacity: number;
  steps: FreeBusyStep[];
}

export interface FreeBusyStep {
  from: string;
  to: string;
  free: number;
  booked: number;
  blocked: number;
  closed: boolean;
  reason?: "CLOSED" | "BLOCKED" | "BOOKED" | null;
}

export interface Block {
  id: string;
  from: string;
  to: string;
  slotId?: string | null;
  reason?: string | null;
}

/** The label says it in English, the numbers say it in every language. */
export interface QuoteLine {
  kind: string;
  label: string;
  amount: number;
  quantity: number;
  unitAmount: number;
  insteadOf?: number | null;
  /** Of a window or event. */
  name?: string | null;
  /** Of a segment's increment; 0 for a flat price. */
  minutes?: number | null;
  tax?: number | null;
  taxBasisPoints?: number | null;
}

export interface Price {
  from: string;
  to: string;
  lines: QuoteLine[];
  total: Money;
}

/** What a code takes off: the final price is less already. */
export interface QuoteDiscount {
  code: string;
  percent?: number | null;
  amount: Money;
}

/** What is paid to the platform beside the parking; it comes back only with the whole price. */
export interface ServiceFee {
  amount: Money;
  tax: Money;
  /** Of the parking. */
  basisPoints: number;
  fixed?: Money | null;
  taxBasisPoints?: number | null;
  /** Otherwise it is added to the rate and the fixed part. */
  taxIncluded?: boolean | null;
  taxName?: string | null;
  taxPlace?: string | null;
}

/** Of the parking; how much it is the lines say. */
export interface QuoteTax {
  source: "TARIFF" | "PLACE" | "UNKNOWN";
  place?: string | null;
  name?: string | null;
  basisPoints?: number | null;
  included?: boolean | null;
}

export interface FeeCalculation {
  parking: Money;
  serviceFee?: ServiceFee | null;
  total: Money;
  host: Money;
  platform: Money;
  commissionBasisPoints: number;
}

export interface Quote {
  quoteId: string;
  lines: QuoteLine[];
  tax?: QuoteTax;
  serviceFee?: ServiceFee | null;
  discount?: QuoteDiscount | null;
  finalPrice: Money;
  policy: CancellationPolicy | string;
  expiresAt: string;
  warnings?: "MEASURES_UNKNOWN"[];
  /** The host is asked when it is false. */
  instantBook?: boolean;
}

/** One stay of a series. */
export interface SeriesOccurrence {
  /** Of the place's calendar. */
  date: string;
  from?: string | null;
  to?: string | null;
  price?: Money | null;
  /** Why it cannot be had. */
  problem?: string | null;
  detail?: string | null;
}

export interface SeriesQuote {
  /** Only when all can be had. */
  quoteId?: string | null;
  timeZone: string;
  occurrences: SeriesOccurrence[];
  conflicts: number;
  finalPrice: Money;
  /** In the price. */
  serviceFee?: ServiceFee | null;
  expiresAt: string;
}

/** Bookings that were made together. */
export interface Series {
  id: string;
  rrule: string;
  price: Money;
  payment: { status: string; nextAction?: { url: string } | null };
  actions: "CANCEL"[];
  bookings: Booking[];
}

export interface SeriesCancellation {
  refund: Money;
  kept: Money;
  bookings: { bookingId: string; from: string; to: string; price: Money; refund: Money; reason: string }[];
}

export type BookingStatus =
  | "HELD"
  | "PENDING_HOST"
  | "CONFIRMED"
  | "ACTIVE"
  | "COMPLETED"
  | "EXPIRED"
  | "DECLINED"
  | "CANCELLED_BY_DRIVER"
  | "CANCELLED_BY_HOST"
  | "NO_SHOW";

export interface Payment {
  status: string;
  intentId?: string | null;
  clientSecret?: string | null;
  nextAction?: { url: string } | null;
  /** What pays, or has paid, points first; for the driver only. */
  parts?: { source: "POINTS" | "WALLET" | "CARD"; amount: Money }[];
  /** What is kept for a request until the host answers, at least its price; for the driver only. */
  setAside?: Money | null;
}

export interface Pass {
  qr: string;
  pin: string;
  notBefore?: string;
  notAfter?: string;
}

export interface Booking {
  id: string;
  /** Counts its changes. */
  version?: number;
  status: BookingStatus;
  /** As everybody was told of it when it was booked. */
  listing: { id: string; title: string; address: string; location: { lat: number; lng: number }; timeZone: string };
  /** Where it is, for those who may know. Not in what is told live. */
  arrival?: Arrival | null;
  driverId: string;
  slot: Slot;
  from: string;
  to: string;
  price: Money;
  /** In the price; not for the host. */
  serviceFee?: ServiceFee | null;
  /** What a code has taken off, and the price before. Not in what is told live. */
  discount?: (QuoteDiscount & { price: Money }) | null;
  /** Not in what is told live. */
  payment?: Payment | null;
  holdExpiresAt?: string | null;
  hostId?: string;
  vehicleId?: string | null;
  policy?: CancellationPolicy | string;
  enteredAt?: string | null;
  leftAt?: string | null;
  /** What the reader can do now. Not in what is told live. */
  actions?: BookingAction[] | null;
  /** What goes or has gone back of what was paid. */
  refund?: Money | null;
  change?: PendingChange | null;
  /** From the driver's coming on; not after one who left in time. */
  overstay?: Overstay | null;
  history?: HistoryEntry[];
  /** What it was made with. */
  seriesId?: string | null;
  series?: { number: number; size: number } | null;
  pass?: Pass | null;
  createdAt: string;
}

export interface Arrival {
  location: Point;
  address: string;
  accessNotes?: string | null;
}

export type BookingAction = "PAY" | "CANCEL" | "MODIFY" | "EXTEND" | "CHECK_IN" | "CHECK_OUT" | "CONFIRM" | "DECLINE" | "PAY_OVERSTAY" | "WAIVE_FEE";

/** What staying too long would cost, costs by now, or has cost. */
export interface Overstay {
  status: "NOT_YET" | "RUNNING" | "DUE" | "PAID";
  /** The end of the grace. */
  since: string;
  perHour: Money;
  /** Once; nothing when the host has waived it. */
  fee: Money;
  hours: number;
  amount: Money;
  waivedReason?: string | null;
  paymentId?: string | null;
  nextAction?: { url: string } | null;
  refund?: Money | null;
}

/** A change that waits for its money; the booking is as it was until then. */
export interface PendingChange {
  from: string;
  to: string;
  slotName: string;
  price: Money;
  due: Money;
  expiresAt: string;
  nextAction?: { url: string } | null;
}

export interface HistoryEntry {
  status: BookingStatus;
  actor?: string | null;
  reason: string;
  detail?: string | null;
  at: string;
}

export interface ExtensionOption {
  to: string;
  /** Beside what the booking costs already. */
  price: Money;
}

export interface Extension {
  longestTo: string;
  options: ExtensionOption[];
}

export interface CancellationPreview {
  refund: Money;
  kept: Money;
  /** In the price. */
  serviceFee?: Money | null;
  serviceFeeRefunded?: boolean;
  policy: string;
  reason: string;
  /** How long that holds. */
  until?: string | null;
  explanation: string;
}

export interface Notification {
  id: string;
  type: string;
  title: string;
  body: string;
  action?: { url: string } | null;
  readAt?: string | null;
  createdAt: string;
}

export interface Vehicle {
  id: string;
  plate: string;
  make?: string | null;
  model?: string | null;
  colour?: string | null;
  year?: number | null;
  size?: string | null;
  heightCm?: number | null;
  ev?: boolean;
  default?: boolean;
  kind?: VehicleKind;
  lengthCm?: number | null;
  widthCm?: number | null;
  weightKg?: number | null;
  /** Its driver has a disabled person's permit. */
  permit?: boolean;
  carShare?: boolean;
}

export const VEHICLE_KINDS = ["CAR", "MOTORCYCLE", "TRUCK"] as const;
export type VehicleKind = (typeof VEHICLE_KINDS)[number];

export interface PaymentMethod {
  type: "card";
  token?: string;
  /** Of a saved card, in place of a token. */
  id?: string;
  save?: boolean;
}

export interface SavedCard {
  id: string;
  brand: string;
  last4: string;
  expMonth: number;
  expYear: number;
  expired: boolean;
  default: boolean;
  createdAt: string;
}

/** When a pass lets its holder in, by the clocks of the place; no windows for always. */
export interface PassHours {
  windows: { days: string[]; from: string; to: string }[];
  entryGraceMinutes: number;
  exitGraceMinutes: number;
}

/** What a place offers by the month. */
export interface Plan {
  id: string;
  listingId: string;
  title: string;
  kind: "PASS" | "PERMIT";
  price: Money;
  deposit?: Money;
  concurrency: number;
  hours: PassHours;
  months: "ROLLING" | "CALENDAR";
  /** What the price is for: the pass, or each vehicle that may be inside at once. */
  per: "PASS" | "VEHICLE";
  places: number;
  left: number;
  version: number;
}

export interface Subscription {
  id: string;
  planId: string;
  listingId: string;
  status: "PENDING" | "ACTIVE" | "PAST_DUE" | "SUSPENDED" | "ENDED" | "FAILED";
  kind: "PASS" | "PERMIT";
  title: string;
  placeTitle: string;
  address: string;
  timeZone: string;
  slots: string;
  price: Money;
  deposit?: Money;
  concurrency: number;
  hours: PassHours;
  holder?: string;
  from: string;
  paidUntil?: string;
  renewsAt?: string;
  endsAt?: string;
  graceUntil?: string;
  slotsKeptUntil?: string;
  endedAt?: string;
  /** The rest only of one that is asked for alone. */
  due?: Money;
  endsIfCancelled?: string;
  payment?: { status: string; nextAction?: { url: string } };
  vehicles?: { vehicleId?: string; plate?: string }[];
  cards?: { slot: string; pin: string; qr: string }[];
  paymentMethod?: { type: "card" | "wallet"; id?: string };
  change?: {
    planId: string;
    title: string;
    concurrency: number;
    price: Money;
    takesEffectAt: string;
    payment?: { status: string; nextAction?: { url: string } };
  };
}

export interface PassQuoteLine {
  kind: "UNUSED" | "REST_OF_MONTH" | "MONTH" | "DEPOSIT";
  amount: Money;
}

export interface PassQuote {
  from: string;
  to: string;
  days: number;
  ofDays: number;
  lines: PassQuoteLine[];
  monthly: Money;
  total: Money;
}

export interface ChangeQuote {
  planId: string;
  title: string;
  concurrency: number;
  price: Money;
  takesEffect: "NOW" | "RENEWAL";
  from: string;
  to: string;
  days: number;
  ofDays: number;
  lines: PassQuoteLine[];
  due: Money;
}

export interface WalletBalance {
  available: Money;
  reserved: Money;
}

export interface WalletEntry {
  id: string;
  kind: "TOP_UP" | "PAID_OUT" | "PAYOUT_RETURNED" | "PAYMENT" | "REFUND" | "OTHER";
  booking?: string;
  amount: Money;
  balance: Money;
  createdAt: string;
}

export interface WithdrawalPart {
  amount: Money;
  card?: { brand: string; last4: string };
  toppedUpAt: string;
}

export interface WithdrawalPreview {
  payable: Money;
  amount: Money;
  parts: WithdrawalPart[];
}

export interface Withdrawal {
  id: string;
  status: "UNDER_WAY" | "PAID" | "PARTLY_PAID" | "FAILED";
  amount: Money;
  paid: Money;
  parts: WithdrawalPart[];
}

export interface Dispute {
  id: string;
  providerId: string;
  payment: string;
  driver: string;
  host: string;
  amount: Money;
  withdrawn: Money;
  fees: Money;
  borneByHost: Money;
  borneByUs: Money;
  reason: string;
  status: "NEEDS_RESPONSE" | "UNDER_REVIEW" | "WON" | "LOST" | "CLOSED";
  dueBy?: string;
  openedAt: string;
  closedAt?: string;
  evidence?: string;
  evidenceSentAt?: string;
}

export interface Reconciliation {
  id: string;
  from: string;
  to: string;
  status: "RUNNING" | "DONE" | "FAILED";
  startedAt: string;
  endedAt?: string;
  providerCount: number;
  ledgerCount: number;
  differences: number;
  failure?: string;
}

export interface ReconciliationDifference {
  kind: "MISSING_HERE" | "MISSING_THERE" | "AMOUNT";
  subject: string;
  currency: string;
  here?: number;
  there?: number;
  at: string;
}

export interface PointsBalance {
  points: number;
  worth: Money;
  reserved: Money;
  /** What expires within a day of the first of it. */
  expiring?: { points: number; worth: Money; at: string };
}

export interface PointsEntry {
  id: string;
  kind: "EARNED" | "PAYMENT" | "REFUND" | "TAKEN_BACK" | "EXPIRED" | "OTHER";
  booking?: string;
  amount: Money;
  balance: Money;
  createdAt: string;
}

export interface Points extends Page<PointsEntry> {
  balances: PointsBalance[];
  terms: { earnBasisPoints: number; pointWorth: number; lifetimeDays: number };
}

export interface AccountSum {
  kind: string;
  currency: string;
  debit: number;
  credit: number;
  balance: number;
}

export interface TrialBalance {
  asOf: string;
  accounts: AccountSum[];
  balanced: boolean;
}

export interface LedgerDifference {
  kind: string;
  owner?: string;
  currency: string;
  running: number;
  entries: number;
  reserved: number;
  pending: number;
}

export interface StatementEntry {
  entry: number;
  transfer: string;
  kind: string;
  payment?: string;
  booking?: string;
  amount: Money;
  balance: Money;
  postedAt: string;
}

export type Payer = "PLATFORM" | "HOST" | "MERCHANT";

/** Codes of one kind, and how often they are used. */
export interface Promotion {
  id: string;
  name: string;
  payer: Payer;
  ownerId: string;
  percent?: number | null;
  amount?: Money | null;
  currency: string;
  minimumPrice: Money;
  cap?: Money | null;
  validFrom: string;
  validUntil: string;
  hostId?: string | null;
  uses?: number | null;
  usesPerDriver?: number | null;
  /** That everybody shares. */
  code?: string | null;
  codes: number;
  reserved: number;
  consumed: number;
  given: Money;
  withdrawnAt?: string | null;
  createdAt: string;
}

export interface Merchant {
  accountId: string;
  name: string;
  limit: Money;
  owed: Money;
  /** What codes that were not used may still come to. */
  open: Money;
}

export interface MerchantEntry {
  id: string;
  kind: "VALIDATION" | "RETURNED" | "PAID";
  booking?: string | null;
  amount: Money;
  balance: Money;
  createdAt: string;
}

/** A version of what the platform takes. */
/** A version of a place's tax. */
export interface Tax {
  id: string;
  /** ISO 3166 code. */
  place: string;
  name: string;
  basisPoints: number;
  inclusive: boolean;
  /** None when it has ended. */
  zones: string[];
  validFrom: string;
  reason: string;
}

export interface FeePolicy {
  id: string;
  /** For that host only. */
  hostId?: string | null;
  commissionBasisPoints?: number | null;
  serviceFee?: { basisPoints: number; fixed?: Money | null } | null;
  validFrom: string;
  reason: string;
  createdAt: string;
}
