import { useState } from "preact/hooks";
import { ApiError, call, explain } from "../api/client";
import { keepSession } from "../api/session";
import type { Session } from "../api/types";
import { t } from "../i18n";
import { navigate } from "../router";
import { Button, Notice, PageHead, TextField } from "../ui/basics";
import { nextPage } from "./LoginPage";

/** All that is asked of somebody who books without an account. */
export function GuestForm({ onBack }: { onBack: () => void }) {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fieldError = (field: string) => (error instanceof ApiError ? error.fieldDetail(field) : null);
  const begin = async () => {
    setBusy(true);
    setError(null);
    try {
      const body = { email: email.trim(), name: name.trim() };
      keepSession((await call<Session>("POST", "/auth/guests", { body, anonymous: true })).data);
      navigate(nextPage(), { replace: true });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <div class="page page-narrow">
      <PageHead title={t("guest.without")} />
      <form
        class="card form"
        onSubmit={(event) => {
          event.preventDefault();
          void begin();
        }}
      >
        {error !== null && <Notice tone="danger">{explain(error)}</Notice>}
        <TextField label={t("register.name")} name="name" autocomplete="name" required maxLength={100} value={name} onText={setName} error={fieldError("name")} />
        <TextField
          label={t("login.email")}
          type="email"
          name="email"
          autocomplete="email"
          required
          hint={t("guest.emailHint")}
          value={email}
          onText={setEmail}
          error={fieldError("email")}
        />
        <Button tone="primary" type="submit" wide busy={busy}>
          {t("guest.continue")}
        </Button>
        <Button tone="plain" onClick={onBack}>
          {t("guest.logIn")}
        </Button>
      </form>
    </div>
  );
}
