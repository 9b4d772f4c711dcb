import { useState } from "preact/hooks";
import { t } from "../i18n";
import { Button, TextField } from "./basics";
import { Icon } from "./icons";

const LONGEST = 40;

interface PromoFieldProps {
  /** The code that the price is less by. */
  used: string | null;
  /** What was tried last. */
  tried: string;
  error: string | null;
  busy: boolean;
  /** Empty to take it away. */
  onUse: (code: string) => void;
}

/** A code, for those who have one: a line until it is wanted. */
export function PromoField({ used, tried, error, busy, onUse }: PromoFieldProps) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState(tried);
  if (used !== null) {
    return (
      <p class="with-icon">
        <Icon name="check" />
        <span>
          {t("promo.used", { code: used })}{" "}
          <Button
            tone="plain"
            onClick={() => {
              setTyped("");
              onUse("");
            }}
          >
            {t("promo.remove")}
          </Button>
        </span>
      </p>
    );
  }
  if (!open && error === null) {
    return (
      <div>
        <Button tone="plain" icon="ticket" aria-expanded={false} onClick={() => setOpen(true)}>
          {t("promo.have")}
        </Button>
      </div>
    );
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim()) onUse(typed.trim());
      }}
    >
      <TextField label={t("promo.code")} value={typed} onText={setTyped} error={error} maxLength={LONGEST} autocomplete="off" />
      <Button type="submit" busy={busy} disabled={typed.trim() === ""}>
        {t("promo.use")}
      </Button>
    </form>
  );
}
