import { api } from "../api/client";
import { dropSession, isGuest, refreshTokenOf, user } from "../api/session";
import { t } from "../i18n";
import { Link, navigate } from "../router";
import { Button, PageHead } from "../ui/basics";
import { Icon } from "../ui/icons";
import { Preferences } from "../ui/preferences";
import { ClaimCard } from "./ClaimCard";
import { FeedsCard } from "./FeedsCard";

export function AccountPage() {
  const known = user.value;
  const logOut = async () => {
    const refreshToken = refreshTokenOf();
    // The session ends here whatever the server says; there it ends by itself if it cannot be told.
    await api.post("/auth/logout", { refreshToken }).catch(() => undefined);
    dropSession();
    navigate("/login");
  };
  return (
    <div class="page page-narrow">
      <PageHead title={t("account.title")} />
      {known ? (
        <section class="card form">
          <div class="account-head">
            <span class="avatar" aria-hidden="true">
              {known.name.slice(0, 1).toUpperCase()}
            </span>
            <div>
              <h2>{known.name}</h2>
              <p class="muted">{known.email}</p>
              {isGuest.value && <span class="tag">{t("guest.tag")}</span>}
            </div>
          </div>
          <nav class="menu" aria-label={t("account.menu")}>
            <Link href="/bookings">
              <Icon name="ticket" /> {t("bookings.title")} <Icon name="next" />
            </Link>
            <Link href="/vehicles">
              <Icon name="car" /> {t("vehicles.title")} <Icon name="next" />
            </Link>
            <Link href="/cards">
              <Icon name="card" /> {t("cards.title")} <Icon name="next" />
            </Link>
            <Link href="/wallet">
              <Icon name="card" /> {t("wallet.menu")} <Icon name="next" />
            </Link>
            <Link href="/passes">
              <Icon name="calendar" /> {t("passes.title")} <Icon name="next" />
            </Link>
            <Link href="/invoices">
              <Icon name="card" /> {t("invoices.title")} <Icon name="next" />
            </Link>
            {!isGuest.value && (
              <Link href="/host">
                <Icon name="home" /> {t("host.title")} <Icon name="next" />
              </Link>
            )}
            {known.roles.includes("ADMIN") && (
              <>
                <Link href="/admin/finance">
                  <Icon name="shield" /> {t("finance.title")} <Icon name="next" />
                </Link>
                <Link href="/admin/promotions">
                  <Icon name="ticket" /> {t("promotions.title")} <Icon name="next" />
                </Link>
                <Link href="/admin/fees">
                  <Icon name="card" /> {t("fees.title")} <Icon name="next" />
                </Link>
              </>
            )}
            {!isGuest.value && (
              <Link href="/merchant">
                <Icon name="ticket" /> {t("merchant.title")} <Icon name="next" />
              </Link>
            )}
          </nav>
          {isGuest.value && <p class="muted">{t("guest.logOutHint", { email: known.email })}</p>}
          <Button icon="exit" onClick={() => void logOut()}>
            {t("account.logOut")}
          </Button>
        </section>
      ) : (
        <section class="card form">
          <p>{t("account.signedOut")}</p>
          <Link class="button button-primary" href="/login">
            {t("login.title")}
          </Link>
        </section>
      )}
      <ClaimCard />
      {known && !isGuest.value && <FeedsCard />}
      <Preferences />
    </div>
  );
}
