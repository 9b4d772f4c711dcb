// The shell: navigation, banners, and the page that the URL names. Pages other than the map are loaded when asked for.
import { useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { signedIn } from "./api/session";
import { type MessageKey, t } from "./i18n";
import { MapPage } from "./pages/map/MapPage";
import { Link, lastMap, match, navigate, place } from "./router";
import { unread } from "./state/inbox";
import { Button, Skeleton } from "./ui/basics";
import { ConnectionBanner, LiveDot } from "./ui/connection";
import { Icon, type IconName, Logo } from "./ui/icons";
import { Toasts } from "./ui/toast";

type PageOf = ComponentType<{ parameters: Record<string, string> }>;

interface Route {
  pattern: string;
  title: MessageKey;
  load: () => Promise<PageOf>;
  /** Only for signed-in users: others go through /login. */
  own?: boolean;
}

const routes: Route[] = [
  { pattern: "/login", title: "login.title", load: () => import("./pages/LoginPage").then((m) => m.LoginPage) },
  { pattern: "/register", title: "register.title", load: () => import("./pages/RegisterPage").then((m) => m.RegisterPage) },
  { pattern: "/guest", title: "guest.title", load: () => import("./pages/GuestPage").then((m) => m.GuestPage) },
  { pattern: "/book/:id", title: "checkout.title", load: () => import("./pages/CheckoutPage").then((m) => m.CheckoutPage), own: true },
  { pattern: "/bookings", title: "bookings.title", load: () => import("./pages/BookingsPage").then((m) => m.BookingsPage), own: true },
  { pattern: "/bookings/:id", title: "booking.title", load: () => import("./pages/BookingPage").then((m) => m.BookingPage), own: true },
  { pattern: "/inbox", title: "inbox.title", load: () => import("./pages/InboxPage").then((m) => m.InboxPage), own: true },
  { pattern: "/account", title: "account.title", load: () => import("./pages/AccountPage").then((m) => m.AccountPage) },
  { pattern: "/vehicles", title: "vehicles.title", load: () => import("./pages/VehiclesPage").then((m) => m.VehiclesPage), own: true },
  { pattern: "/cards", title: "cards.title", load: () => import("./pages/CardsPage").then((m) => m.CardsPage), own: true },
  { pattern: "/wallet", title: "wallet.title", load: () => import("./pages/WalletPage").then((m) => m.WalletPage), own: true },
  { pattern: "/passes", title: "passes.title", load: () => import("./pages/PassesPage").then((m) => m.PassesPage), own: true },
  { pattern: "/passes/new/:id", title: "passes.buyTitle", load: () => import("./pages/PassBuyPage").then((m) => m.PassBuyPage), own: true },
  { pattern: "/admin/finance", title: "finance.title", load: () => import("./pages/FinancePage").then((m) => m.FinancePage), own: true },
  { pattern: "/admin/promotions", title: "promotions.title", load: () => import("./pages/AdminPromotionsPage").then((m) => m.AdminPromotionsPage), own: true },
  { pattern: "/admin/fees", title: "fees.title", load: () => import("./pages/FeesPage").then((m) => m.FeesPage), own: true },
  { pattern: "/merchant", title: "merchant.title", load: () => import("./pages/MerchantPage").then((m) => m.MerchantPage), own: true },
  { pattern: "/invoices", title: "invoices.title", load: () => import("./pages/InvoicesPage").then((m) => m.InvoicesPage), own: true },
  { pattern: "/host", title: "host.title", load: () => import("./pages/HostPage").then((m) => m.HostPage), own: true },
  { pattern: "/host/new", title: "host.newTitle", load: () => import("./pages/ListingFormPage").then((m) => m.ListingFormPage), own: true },
  { pattern: "/host/earnings", title: "earnings.title", load: () => import("./pages/EarningsPage").then((m) => m.EarningsPage), own: true },
  { pattern: "/host/promotions", title: "promotions.title", load: () => import("./pages/PromotionsPage").then((m) => m.PromotionsPage), own: true },
  { pattern: "/host/:id", title: "host.editTitle", load: () => import("./pages/ListingFormPage").then((m) => m.ListingFormPage), own: true },
  {
    pattern: "/host/:id/availability",
    title: "hours.title",
    load: () => import("./pages/AvailabilityPage").then((m) => m.AvailabilityPage),
    own: true,
  },
  { pattern: "/host/:id/plans", title: "plans.title", load: () => import("./pages/PlansPage").then((m) => m.PlansPage), own: true },
  { pattern: "/host/:id/bays", title: "bays.title", load: () => import("./pages/BaysPage").then((m) => m.BaysPage), own: true },
  { pattern: "/host/:id/calendar", title: "calendar.title", load: () => import("./pages/CalendarPage").then((m) => m.CalendarPage), own: true },
  { pattern: "/dev/gate", title: "gate.title", load: () => import("./pages/GatePage").then((m) => m.GatePage), own: true },
];

export function App() {
  const { path } = place.value;
  const found = routes.flatMap((route) => {
    const parameters = match(route.pattern, path);
    return parameters ? [{ route, parameters }] : [];
  })[0];
  const onMap = path === "/";
  useSignalEffect(() => {
    const here = place.value;
    const wanted = routes.find((route) => match(route.pattern, here.path));
    document.title = wanted ? `${t(wanted.title)} · Berth` : "Berth";
    if (wanted?.own && !signedIn.value) {
      navigate(`/login?next=${encodeURIComponent(location.pathname + location.search)}`, { replace: true });
    }
  });
  return (
    <>
      <a class="skip-link" href="#main">
        {t("nav.skip")}
      </a>
      <Navigation path={path} />
      <ConnectionBanner />
      <main id="main" class={onMap ? "is-map" : "is-page"}>
        {onMap ? (
          <MapPage />
        ) : found && (!found.route.own || signedIn.value) ? (
          <LoadedPage route={found.route} parameters={found.parameters} key={found.route.pattern + JSON.stringify(found.parameters)} />
        ) : found ? null : (
          <NotFound />
        )}
      </main>
      <Toasts />
    </>
  );
}

const loadedPages = new Map<string, PageOf>();

/** A page whose code may still have to come: shapes until it is there, and a way on when it does not come. */
function LoadedPage({ route, parameters }: { route: Route; parameters: Record<string, string> }) {
  const [page, setPage] = useState<{ is: PageOf } | null>(() => {
    const known = loadedPages.get(route.pattern);
    return known ? { is: known } : null;
  });
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (page) return;
    let gone = false;
    route.load().then(
      (is) => {
        loadedPages.set(route.pattern, is);
        if (!gone) setPage({ is });
      },
      () => !gone && setFailed(true),
    );
    return () => {
      gone = true;
    };
  }, []);
  if (page) return <page.is parameters={parameters} />;
  return (
    <div class="page">
      {failed ? (
        <div class="state" role="alert">
          <Icon name="offline" size={36} />
          <p>{t("error.pageNotLoaded")}</p>
          <Button onClick={() => location.reload()}>{t("action.retry")}</Button>
        </div>
      ) : (
        <Skeleton rows={4} />
      )}
    </div>
  );
}

function Navigation({ path }: { path: string }) {
  const count = unread.value;
  return (
    <header class="top">
      <Link href={lastMap.value} class="brand" aria-label={t("nav.home")}>
        <Logo />
        <span>Berth</span>
      </Link>
      <LiveDot />
      <nav class="nav" aria-label={t("nav.main")}>
        <NavLink href={lastMap.value} icon="map" label={t("nav.map")} current={path === "/"} />
        <NavLink href="/bookings" icon="ticket" label={t("nav.bookings")} current={path.startsWith("/bookings")} />
        <NavLink href="/host" icon="home" label={t("nav.host")} current={path.startsWith("/host")} />
        <NavLink href="/inbox" icon="bell" label={t("nav.inbox")} current={path === "/inbox"} count={count} />
        <NavLink
          href={signedIn.value ? "/account" : "/login"}
          icon="user"
          label={signedIn.value ? t("nav.account") : t("nav.login")}
          current={["/account", "/login", "/register", "/vehicles", "/cards", "/wallet", "/passes", "/admin/finance", "/admin/promotions", "/admin/fees", "/merchant", "/invoices"].includes(path)}
        />
      </nav>
    </header>
  );
}

function NavLink({ href, icon, label, current, count = 0 }: { href: string; icon: IconName; label: string; current: boolean; count?: number }) {
  return (
    <Link href={href} class="nav-link" aria-current={current ? "page" : undefined}>
      <span class="nav-icon">
        <Icon name={icon} size={22} />
        {count > 0 && (
          <span class="badge">
            {count > 99 ? "99+" : count}
            <span class="only-spoken"> {t("inbox.unread", { count })}</span>
          </span>
        )}
      </span>
      <span class="nav-label">{label}</span>
    </Link>
  );
}

function NotFound() {
  return (
    <div class="page">
      <div class="state">
        <Icon name="pin" size={36} />
        <h1>{t("notFound.title")}</h1>
        <Link class="button button-primary" href="/">
          {t("notFound.back")}
        </Link>
      </div>
    </div>
  );
}
