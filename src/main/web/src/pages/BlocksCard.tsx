import { useState } from "preact/hooks";
import { api, explain } from "../api/client";
import type { Block, Listing, Page } from "../api/types";
import type { Stay } from "../domain/price";
import { QUARTER_MINUTES, defaultStay, snapUp } from "../domain/stay";
import { instantOf, minuteOf, nowMinute } from "../domain/zone";
import { stayText, t } from "../i18n";
import { Button, ErrorState, IconButton, Notice, Skeleton } from "../ui/basics";
import { Dialog } from "../ui/dialog";
import { useLoad } from "../ui/load";
import { Moment } from "./map/StayDialog";

/** Times in which the host keeps the place for themselves. */
export function BlocksCard({ listing }: { listing: Listing }) {
  const blocks = useLoad(`blocks ${listing.id}`, (signal) => api.get<Page<Block>>(`/listings/${listing.id}/blocks`, undefined, signal));
  const [adding, setAdding] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const items = blocks.data?.items ?? [];
  const remove = async (block: Block) => {
    setFailure(null);
    try {
      await api.remove(`/listings/${listing.id}/blocks/${block.id}`);
      blocks.reload();
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <section class="card form">
      <h2>{t("blocks.title")}</h2>
      <p class="muted">{t("blocks.hint")}</p>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      {blocks.error !== null ? (
        <ErrorState error={blocks.error} onRetry={blocks.reload} />
      ) : !blocks.data ? (
        <Skeleton rows={1} height={44} />
      ) : (
        <ul class="plain">
          {items.map((block) => {
            const span = stayText(minuteOf(block.from), minuteOf(block.to), listing.timeZone);
            return (
              <li key={block.id} class="block-row">
                <span>{span}</span>
                <IconButton icon="trash" label={t("blocks.remove", { time: span })} onClick={() => void remove(block)} />
              </li>
            );
          })}
        </ul>
      )}
      <Button icon="plus" onClick={() => setAdding(true)}>
        {t("blocks.add")}
      </Button>
      {adding && (
        <BlockDialog
          listing={listing}
          onClose={() => setAdding(false)}
          onSaved={() => {
            setAdding(false);
            blocks.reload();
          }}
        />
      )}
    </section>
  );
}

interface BlockDialogProps {
  listing: Listing;
  /** What is offered first. */
  initial?: Stay;
  onClose: () => void;
  onSaved: () => void;
}

/** Chooses a time to keep. */
export function BlockDialog({ listing, initial, onClose, onSaved }: BlockDialogProps) {
  const [stay, setStay] = useState(() => initial ?? defaultStay());
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const save = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await api.post(`/listings/${listing.id}/blocks`, { from: instantOf(stay.from), to: instantOf(stay.to) });
      onSaved();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("blocks.add")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button tone="primary" busy={busy} disabled={stay.to <= stay.from} onClick={() => void save()}>
            {t("blocks.save")}
          </Button>
        </>
      }
    >
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      <Moment
        label={t("stay.from")}
        minute={stay.from}
        earliest={snapUp(nowMinute())}
        zone={listing.timeZone}
        onChange={(from) => setStay({ from, to: Math.max(stay.to, from + QUARTER_MINUTES) })}
      />
      <Moment
        label={t("stay.to")}
        minute={stay.to}
        earliest={stay.from + QUARTER_MINUTES}
        zone={listing.timeZone}
        onChange={(to) => setStay({ from: stay.from, to })}
      />
    </Dialog>
  );
}
