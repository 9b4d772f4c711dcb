import { useMemo, useState } from "preact/hooks";
import { encode } from "uqr";
import { download, explain } from "../api/client";
import type { Booking, Pass } from "../api/types";
import { minuteOf } from "../domain/zone";
import { stayText, t } from "../i18n";
import { Button, Notice } from "../ui/basics";
import { keepFile } from "../ui/file";

const QUIET_ZONE = 3;

/** What opens the gate: the signed code, and the PIN for when no camera sees it. */
export function PassCard({ pass, booking }: { pass: Pass; booking: Booking }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const print = async () => {
    setBusy(true);
    setFailure(null);
    try {
      keepFile(await download(`/bookings/${booking.id}/pass.pdf`), "berth-pass.pdf");
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  return (
    <section class="card pass" aria-labelledby="pass-title">
      <h2 id="pass-title">{t("pass.title")}</h2>
      <p class="muted">{t("pass.hint")}</p>
      <QrCode text={pass.qr} />
      <p class="pass-pin-label" id="pin-label">
        {t("pass.pin")}
      </p>
      <p class="pass-pin" aria-labelledby="pin-label" data-pin={pass.pin}>
        {[...pass.pin].map((digit, index) => (
          <span key={index}>{digit}</span>
        ))}
      </p>
      <p class="muted">
        {t("pass.valid", { time: stayText(minuteOf(pass.notBefore ?? booking.from), minuteOf(pass.notAfter ?? booking.to), booking.listing.timeZone) })}
      </p>
      <p class="muted">{t("pass.offline")}</p>
      <Button icon="ticket" busy={busy} onClick={() => void print()}>
        {t("pass.print")}
      </Button>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
    </section>
  );
}

export function QrCode({ text }: { text: string }) {
  const { path, size } = useMemo(() => {
    const { data, size } = encode(text, { ecc: "M", border: QUIET_ZONE });
    const parts: string[] = [];
    for (const [y, row] of data.entries()) {
      for (const [x, dark] of row.entries()) if (dark) parts.push(`M${x} ${y}h1v1h-1z`);
    }
    return { path: parts.join(""), size };
  }, [text]);
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t("pass.qr")} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
