// Short notes that go away by themselves, and a voice for screen readers.
import { signal } from "@preact/signals";
import { t } from "../i18n";
import { Icon } from "./icons";

const SHOWN_MILLIS = 6_000;
const MOST_SHOWN = 3;

interface Note {
  key: number;
  text: string;
  tone: "info" | "danger";
}

const notes = signal<Note[]>([]);
const spoken = signal("");
let lastKey = 0;

export function toast(text: string, tone: Note["tone"] = "info"): void {
  const note = { key: ++lastKey, text, tone };
  notes.value = [...notes.peek().slice(1 - MOST_SHOWN), note];
  setTimeout(() => dismiss(note.key), SHOWN_MILLIS);
}

/** Says something to a screen reader that others see for themselves. */
export function announce(text: string): void {
  spoken.value = text;
}

function dismiss(key: number): void {
  notes.value = notes.peek().filter((note) => note.key !== key);
}

export function Toasts() {
  return (
    <>
      <div class="toasts" role="status">
        {notes.value.map((note) => (
          <div key={note.key} class={`toast toast-${note.tone}`}>
            <span>{note.text}</span>
            <button type="button" class="icon-button" aria-label={t("action.dismiss")} onClick={() => dismiss(note.key)}>
              <Icon name="close" size={18} />
            </button>
          </div>
        ))}
      </div>
      <div class="only-spoken" role="status" aria-live="polite">
        {spoken.value}
      </div>
    </>
  );
}
