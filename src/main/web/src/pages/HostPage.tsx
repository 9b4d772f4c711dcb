import { api } from "../api/client";
import { isGuest } from "../api/session";
import type { Listing, Page } from "../api/types";
import { money, t } from "../i18n";
import { Link } from "../router";
import { EmptyState, ErrorState, PageHead, Skeleton } from "../ui/basics";
import { Icon } from "../ui/icons";
import { useLoad } from "../ui/load";
import { OverstaysCard } from "./OverstaysCard";
import { RequestsCard } from "./RequestsCard";
import { typeIcon, typeName } from "./map/SpotList";

/** What the reader rents out. */
export function HostPage() {
  return isGuest.value ? (
    <div class="page">
      <PageHead title={t("host.title")} />
      <EmptyState icon="home" title={t("host.guest")}>
        <p>{t("error.ACCOUNT_REQUIRED")}</p>
        <Link class="button button-primary" href="/account">
          {t("account.title")}
        </Link>
      </EmptyState>
    </div>
  ) : (
    <Own />
  );
}

function Own() {
  const own = useLoad("own listings", (signal) => api.get<Page<Listing>>("/listings", { owner: "me", limit: 100 }, signal));
  const items = own.data?.items ?? [];
  return (
    <div class="page">
      <PageHead title={t("host.title")}>
        <span class="form-buttons">
          <Link class="button button-quiet" href="/host/earnings">
            <Icon name="card" /> {t("earnings.open")}
          </Link>
          <Link class="button button-quiet" href="/host/promotions">
            <Icon name="ticket" /> {t("promotions.title")}
          </Link>
          <Link class="button button-quiet" href="/invoices?as=seller">
            <Icon name="ticket" /> {t("invoices.documents")}
          </Link>
          {items.length > 0 && (
            <Link class="button button-primary" href="/host/new">
              <Icon name="plus" /> {t("host.new")}
            </Link>
          )}
        </span>
      </PageHead>
      <RequestsCard />
      <OverstaysCard />
      {own.error !== null ? (
        <ErrorState error={own.error} onRetry={own.reload} />
      ) : !own.data ? (
        <Skeleton rows={3} />
      ) : items.length === 0 ? (
        <EmptyState icon="home" title={t("host.none")}>
          <p>{t("host.noneHint")}</p>
          <Link class="button button-primary" href="/host/new">
            <Icon name="pin" /> {t("host.first")}
          </Link>
        </EmptyState>
      ) : (
        <ul class="cards">
          {items.map((listing) => (
            <li key={listing.id}>
              <Link href={`/host/${listing.id}`} class="card row-card">
                <span class="spot-kind">
                  <Icon name={typeIcon(listing)} />
                </span>
                <span class="row-text">
                  <strong>{listing.title}</strong>
                  <span class="muted">{listing.address}</span>
                  <span class="muted">
                    {typeName(listing.type)} · {t("detail.slots", { count: listing.capacity })} ·{" "}
                    {t("detail.perHour", { price: money(listing.tariff.hour, listing.tariff.currency) })}
                  </span>
                </span>
                <Icon name="next" />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
