// The shell: navigation, banners, and the page that the URL names. Pages other than the map are loaded when asked for.
import { useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";
import { Suspense, lazy } from "preact/compat";
import { signedIn } from "./api/session";
import { type MessageKey, t } from "./i18n";
import { MapPage } from "./pages/map/MapPage";
import { Link, lastMap, match, navigate, place } from "./router";
import { unread } from "./state/inbox";
import { Skeleton } from "./ui/basics";
import { ConnectionBanner, LiveDot } from "./ui/connection";
import { Icon, type IconName, Logo } from "./ui/icons";
import { Toasts } from "./ui/toast";

interface Route {
  pattern: string;
  title: MessageKey;
  page: ComponentType<{ parameters: Record<string, string> }>;
  /** Only for signed-in users: others go through /login. */
  own?: boolean;
}

const routes: Route[] = [
  { pattern: "/login", title: "login.title", page: lazy(() => import("./pages/LoginPage").then((m) => m.LoginPage)) },
  { pattern: "/register", title: "register.title", page: lazy(() => import("./pages/RegisterPage").then((m) => m.RegisterPage)) },
  { pattern: "/book/:id", title: "checkout.title", page: lazy(() => import("./pages/CheckoutPage").then((m) => m.CheckoutPage)), own: true },
  { pattern: "/bookings", title: "bookings.title", page: lazy(() => import("./pages/BookingsPage").then((m) => m.BookingsPage)), own: true },
  { pattern: "/bookings/:id", title: "booking.title", page: lazy(() => import("./pages/BookingPage").then((m) => m.BookingPage)), own: true },
  { pattern: "/inbox", title: "inbox.title", page: lazy(() => import("./pages/InboxPage").then((m) => m.InboxPage)), own: true },
  { pattern: "/account", title: "account.title", page: lazy(() => import("./pages/AccountPage").then((m) => m.AccountPage)) },
  { pattern: "/vehicles", title: "vehicles.title", page: lazy(() => import("./pages/VehiclesPage").then((m) => m.VehiclesPage)), own: true },
  { pattern: "/host", title: "host.title", page: lazy(() => import("./pages/HostPage").then((m) => m.HostPage)), own: true },
  { pattern: "/host/new", title: "host.newTitle", page: lazy(() => import("./pages/ListingFormPage").then((m) => m.ListingFormPage)), own: true },
  { pattern: "/host/:id", title: "host.editTitle", page: lazy(() => import("./pages/ListingFormPage").then((m) => m.ListingFormPage)), own: true },
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
          <Suspense fallback={<div class="page"><Skeleton rows={4} /></div>}>
            <found.route.page parameters={found.parameters} key={found.route.pattern + JSON.stringify(found.parameters)} />
          </Suspense>
        ) : found ? null : (
          <NotFound />
        )}
      </main>
      <Toasts />
    </>
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
          current={["/account", "/login", "/register", "/vehicles"].includes(path)}
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
