import { useRef, useState } from "preact/hooks";
import { ApiError, api, explain, newKey } from "../api/client";
import type { Withdrawal, WithdrawalPart, WithdrawalPreview } from "../api/types";
import { minuteOf, readerZone } from "../domain/zone";
import { day, money, t, text } from "../i18n";
import { Button, ErrorState, Notice, Skeleton } from "../ui/basics";
import { Dialog } from "../ui/dialog";
import { useLoad } from "../ui/load";
import { MoneyField } from "../ui/money-field";
import { toast } from "../ui/toast";

interface WithdrawDialogProps {
  currency: string;
  /** What is in the wallet, in minor units. */
  available: number;
  onClose: () => void;
  onDone: () => void;
}

/** Says which card gets what before anything goes. */
export function WithdrawDialog({ currency, available, onClose, onDone }: WithdrawDialogProps) {
  const most = useLoad(`withdrawal ${currency}`, (signal) => api.get<WithdrawalPreview>("/wallet/withdrawals/preview", { currency }, signal));
  const payable = most.data?.payable.amount ?? 0;
  return most.error !== null ? (
    <Dialog title={t("wallet.withdraw")} onClose={onClose}>
      <ErrorState error={most.error} onRetry={most.reload} />
    </Dialog>
  ) : most.data === null ? (
    <Dialog title={t("wallet.withdraw")} onClose={onClose}>
      <Skeleton rows={2} height={72} />
    </Dialog>
  ) : payable === 0 ? (
    <Dialog title={t("wallet.withdraw")} onClose={onClose} foot={<Button onClick={onClose}>{t("action.close")}</Button>}>
      <p>{t("wallet.withdrawNothing")}</p>
    </Dialog>
  ) : (
    <Amount most={most.data} available={available} onClose={onClose} onDone={onDone} />
  );
}

function Amount({ most, available, onClose, onDone }: { most: WithdrawalPreview; available: number; onClose: () => void; onDone: () => void }) {
  const { currency, amount: payable } = most.payable;
  const [amount, setAmount] = useState<number | null>(payable);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const attempt = useRef({ of: 0, key: "" });
  const fits = amount !== null && amount > 0 && amount <= payable;
  const preview = useLoad(fits ? `withdrawal ${currency} ${amount}` : null, (signal) =>
    amount === payable
      ? Promise.resolve(most)
      : api.get<WithdrawalPreview>("/wallet/withdrawals/preview", { currency, amount }, signal),
  );
  const pay = async () => {
    if (amount === null || !fits) return;
    setBusy(true);
    setFailure(null);
    // The same attempt keeps its key, so that trying again after a lost answer never pays twice.
    if (attempt.current.of !== amount) attempt.current = { of: amount, key: newKey() };
    try {
      const done = await api.post<Withdrawal>("/wallet/withdrawals", { amount: { amount, currency } }, attempt.current.key);
      toast(outcome(done), done.status === "FAILED" ? "danger" : undefined);
      onDone();
      onClose();
    } catch (error) {
      if (!(error instanceof ApiError && error.isUnknown)) attempt.current = { of: 0, key: "" };
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("wallet.withdraw")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button tone="primary" busy={busy} disabled={!fits} onClick={() => void pay()}>
            {t("wallet.withdrawGo", { amount: money(amount ?? 0, currency) })}
          </Button>
        </>
      }
    >
      {payable < available && <p>{t("wallet.withdrawMost", { amount: money(payable, currency) })}</p>}
      <MoneyField
        label={t("wallet.amount")}
        currency={currency}
        amount={amount}
        onAmount={setAmount}
        error={amount !== null && amount > payable ? t("wallet.withdrawTooMuch", { amount: money(payable, currency) }) : null}
      />
      {fits &&
        (preview.error !== null ? (
          <ErrorState error={preview.error} onRetry={preview.reload} />
        ) : preview.data === null ? (
          <Skeleton rows={1} height={72} />
        ) : (
          <table class="lines">
            <caption class="only-spoken">{t("wallet.withdrawParts")}</caption>
            <tbody>
              {preview.data.parts.map((part) => (
                <tr key={`${part.toppedUpAt} ${part.amount.amount}`}>
                  <th scope="row">
                    {cardOf(part)}
                    <br />
                    <span class="muted">{t("wallet.withdrawToppedUp", { time: day(minuteOf(part.toppedUpAt), readerZone()) })}</span>
                  </th>
                  <td>{money(part.amount.amount, currency)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      <p class="muted">{t("wallet.withdrawHint")}</p>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
    </Dialog>
  );
}

function cardOf({ card }: WithdrawalPart): string {
  return card ? `${text(`card.brand.${card.brand}`) ?? card.brand} •••• ${card.last4}` : t("wallet.withdrawCard");
}

function outcome(done: Withdrawal): string {
  const { amount, currency } = done.status === "PARTLY_PAID" ? done.paid : done.amount;
  if (done.status === "FAILED") return t("wallet.withdrawFailed");
  return t(done.status === "PARTLY_PAID" ? "wallet.withdrawPartly" : "wallet.withdrawn", { amount: money(amount, currency) });
}
