import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import { keepSession } from "../api/session";
import type { Session } from "../api/types";
import { config } from "../config";
import { t } from "../i18n";
import { Link, lastMap, navigate, place } from "../router";
import { Button, Notice, PageHead, TextField } from "../ui/basics";
import { Preferences } from "../ui/preferences";
import { GuestForm } from "./GuestForm";

/** Where to go after signing in: only ever a page of this app. */
export function nextPage(): string {
  const next = place.peek().query.get("next") ?? "";
  return next.startsWith("/") && !next.startsWith("//") ? next : lastMap.peek();
}

export function LoginPage() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [asGuest, setAsGuest] = useState(false);
  const demo = config.value.demo?.accounts ?? [];
  // Who is about to book needs no account for it.
  const booking = nextPage().startsWith("/book/");
  if (booking && asGuest) return <GuestForm onBack={() => setAsGuest(false)} />;

  const logIn = async (credentials: { email: string; password: string }) => {
    setBusy(true);
    setError(null);
    try {
      keepSession(await api.post<Session>("/auth/login", credentials));
      navigate(nextPage(), { replace: true });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };

  return (
    <div class="page page-narrow">
      <PageHead title={t("login.title")} />
      <form
        class="card form"
        onSubmit={(event) => {
          event.preventDefault();
          void logIn({ email: email.trim(), password });
        }}
      >
        {error !== null && <Notice tone="danger">{explain(error)}</Notice>}
        <TextField label={t("login.email")} type="email" name="email" autocomplete="username" required value={email} onText={setEmail} />
        <TextField
          label={t("login.password")}
          type="password"
          name="password"
          autocomplete="current-password"
          required
          value={password}
          onText={setPassword}
        />
        <Button tone="primary" type="submit" wide busy={busy}>
          {t("login.submit")}
        </Button>
        <p class="muted">
          {t("login.noAccount")} <Link href={`/register${location.search}`}>{t("register.title")}</Link>
        </p>
      </form>
      {booking && (
        <section class="card form" aria-labelledby="guest-title">
          <h2 id="guest-title">{t("guest.without")}</h2>
          <p class="muted">{t("guest.hint")}</p>
          <Button icon="next" onClick={() => setAsGuest(true)}>
            {t("guest.continue")}
          </Button>
        </section>
      )}
      {demo.length > 0 && (
        <section class="card form" aria-labelledby="demo-title">
          <h2 id="demo-title">{t("login.demo")}</h2>
          <p class="muted">{t("login.demoHint")}</p>
          <div class="demo-accounts">
            {demo.map((account) => (
              <Button key={account.email} icon="user" disabled={busy} onClick={() => void logIn({ email: account.email, password: account.password })}>
                {account.email}
              </Button>
            ))}
          </div>
        </section>
      )}
      <Preferences />
    </div>
  );
}
