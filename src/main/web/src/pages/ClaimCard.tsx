import { useState } from "preact/hooks";
import { ApiError, call, explain } from "../api/client";
import { exclusively, isGuest, keepSession, refreshTokenOf, user } from "../api/session";
import type { Session } from "../api/types";
import { t } from "../i18n";
import { Button, Notice, TextField } from "../ui/basics";
import { toast } from "../ui/toast";

const SHORTEST_PASSWORD = 10;
const LONGEST_PASSWORD = 128;

/** For guests: a password makes an account of what they have booked. Nothing is shown to anybody else. */
export function ClaimCard() {
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  if (!isGuest.value) return null;
  const email = user.value?.email ?? "";
  const claim = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const session = await exclusively(() => {
        const body = { refreshToken: refreshTokenOf(), password };
        return call<Session>("POST", "/auth/guests/claim", { body, anonymous: true });
      });
      keepSession(session.data);
      toast(t("claim.done"));
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  const code = failure instanceof ApiError ? failure.code : "";
  const explained =
    code === "ADDRESS_NOT_PROVEN" ? t("claim.notProven", { email }) : code === "EMAIL_TAKEN" ? t("claim.taken", { email }) : explain(failure);
  return (
    <section class="card form" aria-labelledby="claim-title">
      <h2 id="claim-title">{t("claim.title")}</h2>
      <p class="muted">{t("claim.hint", { email })}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void claim();
        }}
      >
        {failure !== null && <Notice tone={code === "ADDRESS_NOT_PROVEN" ? "warning" : "danger"}>{explained}</Notice>}
        {/* Password managers keep a password with a name. */}
        <input type="email" name="email" autocomplete="username" value={email} readOnly hidden />
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
        />
        <Button type="submit" busy={busy}>
          {t("claim.submit")}
        </Button>
      </form>
    </section>
  );
}
