import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, api, explain, newKey } from "../api/client";
import { isGuest } from "../api/session";
import type { Page, SavedCard, Subscription } from "../api/types";
import { t } from "../i18n";
import { Link, navigate, place } from "../router";
import { Button, EmptyState, ErrorState, IconButton, Notice, PageHead, Skeleton } from "../ui/basics";
import { TEST_CARDS, cardEnd, cardName, useSavedCards } from "../ui/cards";
import { Dialog } from "../ui/dialog";
import { FormDialog } from "../ui/form-dialog";
import { Icon } from "../ui/icons";
import { useLoad } from "../ui/load";
import { toast } from "../ui/toast";

/** Of a driver, that are looked through for a card; nobody has more. */
const PASSES = 100;

/** The cards that a driver keeps with the payment provider. */
export function CardsPage() {
  const cards = useSavedCards();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<SavedCard | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const items = cards.data?.items ?? [];
  useReturn(cards.reload, setFailure);
  const prefer = async (card: SavedCard) => {
    setFailure(null);
    try {
      await api.put<SavedCard>(`/payments/methods/${card.id}/default`);
      toast(t("cards.isDefault", { card: cardName(card) }));
      cards.reload();
    } catch (error) {
      setFailure(error);
    }
  };
  if (isGuest.value) {
    return (
      <div class="page page-narrow">
        <PageHead title={t("cards.title")} />
        <EmptyState icon="card" title={t("cards.forAccounts")}>
          <p>{t("cards.forAccountsHint")}</p>
          <Link class="button button-primary" href="/account">
            {t("account.title")}
          </Link>
        </EmptyState>
      </div>
    );
  }
  return (
    <div class="page page-narrow">
      <PageHead title={t("cards.title")}>
        <Button icon="plus" tone="primary" onClick={() => setAdding(true)}>
          {t("cards.add")}
        </Button>
      </PageHead>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
      {cards.error !== null ? (
        <ErrorState error={cards.error} onRetry={cards.reload} />
      ) : !cards.data ? (
        <Skeleton rows={2} />
      ) : items.length === 0 ? (
        <EmptyState icon="card" title={t("cards.none")}>
          <p>{t("cards.noneHint")}</p>
        </EmptyState>
      ) : (
        <ul class="cards">
          {items.map((card) => (
            <li key={card.id} class="card row-card">
              <span class="spot-kind">
                <Icon name="card" />
              </span>
              <span class="row-text">
                <strong>{cardName(card)}</strong>
                <span class="muted">{cardEnd(card)}</span>
                <span class="tags">{card.default && <span class="tag tag-accent">{t("cards.default")}</span>}</span>
              </span>
              {!card.default && <IconButton icon="star" label={t("cards.prefer", { card: cardName(card) })} onClick={() => void prefer(card)} />}
              <IconButton icon="trash" label={t("cards.remove", { card: cardName(card) })} onClick={() => setRemoving(card)} />
            </li>
          ))}
        </ul>
      )}
      <p class="muted">{t("cards.whereKept")}</p>
      {adding && (
        <AddDialog
          onClose={() => setAdding(false)}
          onAdded={() => {
            setAdding(false);
            cards.reload();
          }}
        />
      )}
      {removing && (
        <RemoveDialog
          card={removing}
          onClose={() => setRemoving(null)}
          onRemoved={() => {
            setRemoving(null);
            cards.reload();
          }}
        />
      )}
    </div>
  );
}

/** Back from the bank: what it has said is asked once, and the address forgets it. */
function useReturn(onAdded: () => void, onFailure: (failure: unknown) => void) {
  const setup = place.value.query.get("setup_intent");
  useEffect(() => {
    if (!setup) return;
    navigate("/cards", { replace: true });
    api
      .post<SavedCard>("/payments/methods", { setupIntentId: setup })
      .then((card) => {
        toast(t("cards.added", { card: cardName(card) }));
        onAdded();
      })
      .catch(onFailure);
  }, [setup]);
}

interface SetupAnswer {
  status: string;
  nextAction?: { url: string };
  method?: SavedCard;
}

function AddDialog({ onClose, onAdded }: { onClose: () => void; onAdded: () => void }) {
  const [token, setToken] = useState<string>(TEST_CARDS[0].token);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const attempt = useRef({ of: "", key: "" });
  const add = async () => {
    setBusy(true);
    setFailure(null);
    if (attempt.current.of !== token) attempt.current = { of: token, key: newKey() };
    try {
      const answer = await api.post<SetupAnswer>("/payments/setup-intents", { token }, attempt.current.key);
      if (answer.nextAction) {
        location.assign(answer.nextAction.url);
        return;
      }
      if (answer.method) toast(t("cards.added", { card: cardName(answer.method) }));
      onAdded();
    } catch (error) {
      if (!(error instanceof ApiError && error.isUnknown)) attempt.current = { of: "", key: "" };
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("cards.add")}
      onClose={onClose}
      foot={
        <Button tone="primary" wide busy={busy} onClick={() => void add()}>
          {t("cards.save")}
        </Button>
      }
    >
      <p class="muted">{t("cards.noCharge")}</p>
      <fieldset class="choices">
        <legend>{t("cards.which")}</legend>
        {TEST_CARDS.map((card) => (
          <label key={card.token} class="choice">
            <input type="radio" name="new-card" value={card.token} checked={token === card.token} onChange={() => setToken(card.token)} />
            <Icon name="card" />
            <span>
              <strong>Visa •••• {card.digits}</strong>
              <span class="muted">{t(card.key)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <p class="field-hint">{t("card.test")}</p>
      {failure !== null && <Notice tone="danger">{explain(failure)}</Notice>}
    </Dialog>
  );
}

/** A pass that is renewed with the card is named before it is removed. */
function RemoveDialog({ card, onClose, onRemoved }: { card: SavedCard; onClose: () => void; onRemoved: () => void }) {
  const passes = useLoad("passes", (signal) => api.get<Page<Subscription>>("/subscriptions", { limit: PASSES }, signal));
  const needed = (passes.data?.items ?? []).filter(
    (pass) => pass.paymentMethod?.id === card.id && !pass.endsAt && pass.status !== "ENDED" && pass.status !== "FAILED",
  );
  return (
    <FormDialog
      title={t("cards.remove", { card: cardName(card) })}
      action={t("cards.removeNow")}
      tone="danger"
      disabled={passes.loading}
      send={() => api.remove(`/payments/methods/${card.id}`)}
      failed={(failure) => (failure instanceof ApiError && failure.code === "ILLEGAL_STATE" ? t("cards.inUse") : explain(failure))}
      onClose={onClose}
      onDone={() => {
        toast(t("cards.removed", { card: cardName(card) }));
        onRemoved();
      }}
    >
      <p>{t("cards.removeHint")}</p>
      {needed.length > 0 && (
        <Notice tone="warning">
          <p>{t("cards.paysPasses")}</p>
          <ul>
            {needed.map((pass) => (
              <li key={pass.id}>
                <Link href={`/passes?id=${pass.id}`}>
                  {pass.placeTitle}, {pass.title}
                </Link>
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </FormDialog>
  );
}
