import { useState } from "preact/hooks";
import { ApiError, api, explain } from "../api/client";
import { keepSession } from "../api/session";
import type { Session } from "../api/types";
import { t } from "../i18n";
import { Link, navigate } from "../router";
import { Button, Check, Notice, PageHead, TextField } from "../ui/basics";
import { nextPage } from "./LoginPage";

const SHORTEST_PASSWORD = 10;
const LONGEST_PASSWORD = 128;

export function RegisterPage() {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [host, setHost] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fieldError = (field: string) => (error instanceof ApiError ? error.fieldDetail(field) : null);

  const register = async () => {
    setBusy(true);
    setError(null);
    try {
      const roles = host ? ["DRIVER", "HOST"] : ["DRIVER"];
      keepSession(await api.post<Session>("/auth/register", { name: name.trim(), email: email.trim(), password, roles }));
      navigate(nextPage(), { replace: true });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };

  return (
    <div class="page page-narrow">
      <PageHead title={t("register.title")} />
      <form
        class="card form"
        onSubmit={(event) => {
          event.preventDefault();
          void register();
        }}
      >
        {error !== null && <Notice tone="danger">{explain(error)}</Notice>}
        <TextField label={t("register.name")} name="name" autocomplete="name" required maxLength={100} value={name} onText={setName} error={fieldError("name")} />
        <TextField
          label={t("login.email")}
          type="email"
          name="email"
          autocomplete="username"
          required
          value={email}
          onText={setEmail}
          error={fieldError("email")}
        />
        <TextField
          label={t("login.password")}
          type="password"
          name="password"
          autocomplete="new-password"
          required
          minLength={SHORTEST_PASSWORD}
          maxLength={LONGEST_PASSWORD}
          hint={t("register.passwordHint", { count: SHORTEST_PASSWORD })}
          value={password}
          onText={setPassword}
          error={fieldError("password")}
        />
        <Check checked={host} onChange={setHost}>
          {t("register.host")}
        </Check>
        <Button tone="primary" type="submit" wide busy={busy}>
          {t("register.submit")}
        </Button>
        <p class="muted">
          {t("register.known")} <Link href={`/login${location.search}`}>{t("login.title")}</Link>
        </p>
      </form>
    </div>
  );
}
