import { useEffect, useState } from "preact/hooks";
import { ApiError, call, explain } from "../api/client";
import { isGuest, keepSession, user } from "../api/session";
import type { Session } from "../api/types";
import { t } from "../i18n";
import { Link, navigate, place, rewriteUrl } from "../router";
import { Button, Notice, PageHead, Skeleton } from "../ui/basics";

function wantedPage(): string {
  const next = place.peek().query.get("next") ?? "";
  return next.startsWith("/") && !next.startsWith("//") ? next : "/bookings";
}

/** Where mailed links lead: the secret in the fragment opens the guest's bookings, and is gone from the address at once. */
export function GuestPage() {
  const [secret] = useState(() => location.hash.slice(1));
  // An account in this browser would be left by it: that is for its owner to say.
  const [asked, setAsked] = useState(user.peek() !== null && !isGuest.peek());
  const [failure, setFailure] = useState<unknown>(null);

  const open = async () => {
    setFailure(null);
    try {
      keepSession((await call<Session>("POST", "/auth/guest-links", { body: { secret }, anonymous: true })).data);
      navigate(wantedPage(), { replace: true });
    } catch (error) {
      setFailure(error);
    }
  };

  useEffect(() => {
    rewriteUrl(location.pathname + location.search);
    if (!secret) navigate(`/login?next=${encodeURIComponent(wantedPage())}`, { replace: true });
    else if (!asked) void open();
  }, []);

  const over = failure instanceof ApiError && (failure.status === 404 || failure.status === 400);
  return (
    <div class="page page-narrow">
      <PageHead title={t("guest.title")} />
      {failure !== null ? (
        <section class="card form">
          <Notice tone="danger">{over ? t("guest.linkOver") : explain(failure)}</Notice>
          {over ? (
            <Link class="button button-primary" href={`/login?next=${encodeURIComponent(wantedPage())}`}>
              {t("login.title")}
            </Link>
          ) : (
            <Button tone="primary" onClick={() => void open()}>
              {t("action.retry")}
            </Button>
          )}
        </section>
      ) : asked ? (
        <section class="card form">
          <p>{t("guest.instead", { email: user.value?.email ?? "" })}</p>
          <Button
            tone="primary"
            onClick={() => {
              setAsked(false);
              void open();
            }}
          >
            {t("guest.open")}
          </Button>
          <Link class="button button-plain" href="/">
            {t("guest.stay")}
          </Link>
        </section>
      ) : (
        <Skeleton rows={2} />
      )}
    </div>
  );
}
