import { useEffect } from "preact/hooks";
import type { Notification } from "../api/types";
import { relative, t } from "../i18n";
import { navigate } from "../router";
import { inboxError, inboxNext, inboxState, loadInbox, loadMoreInbox, markAllRead, markRead, notifications, unread } from "../state/inbox";
import { Button, EmptyState, ErrorState, PageHead, Skeleton } from "../ui/basics";
import { Icon, type IconName } from "../ui/icons";

export function InboxPage() {
  const [state, items] = [inboxState.value, notifications.value];
  // A message to an open page may be lost: whoever looks sees what there is.
  useEffect(() => void loadInbox(), []);
  return (
    <div class="page">
      <PageHead title={t("inbox.title")}>
        {unread.value > 0 && <Button onClick={() => void markAllRead()}>{t("inbox.markAll")}</Button>}
      </PageHead>
      {state === "failed" ? (
        <ErrorState error={inboxError.value} onRetry={() => void loadInbox()} />
      ) : state !== "ready" ? (
        <Skeleton rows={4} />
      ) : items.length === 0 ? (
        <EmptyState icon="bell" title={t("inbox.none")}>
          <p>{t("inbox.noneHint")}</p>
        </EmptyState>
      ) : (
        <>
          <ul class="cards">
            {items.map((item) => (
              <Item key={item.id} item={item} />
            ))}
          </ul>
          {inboxNext.value && <Button onClick={() => void loadMoreInbox()}>{t("action.more")}</Button>}
        </>
      )}
    </div>
  );
}

const ICONS: Record<string, IconName> = { BOOKING: "ticket", PAYMENT: "card", SYSTEM: "info", PROMOTION: "star" };

function Item({ item }: { item: Notification }) {
  const path = item.action?.url;
  const target = path?.startsWith("/") && !path.startsWith("//") ? path : null;
  return (
    <li>
      <button
        type="button"
        class={`card inbox-item${item.readAt ? "" : " is-unread"}`}
        onClick={() => {
          void markRead(item);
          if (target) navigate(target);
        }}
      >
        <span class="spot-kind">
          <Icon name={ICONS[item.type] ?? "bell"} />
        </span>
        <span class="inbox-text">
          <strong>
            {item.title}
            {!item.readAt && <span class="only-spoken"> ({t("inbox.new")})</span>}
          </strong>
          <span>{item.body}</span>
          <span class="muted">{relative(item.createdAt)}</span>
        </span>
        {target && <Icon name="next" />}
      </button>
    </li>
  );
}
