// What somebody may mean while typing: asked of the server a moment after the last key; an answer to older letters is dropped.
import { useEffect, useState } from "preact/hooks";
import { api, isAborted } from "../../api/client";
import type { Point } from "../../domain/geo";
import { view } from "../../state/explore";

const DELAY_MILLIS = 120;
const LONGEST = 200;

export interface Suggested {
  kind: "TOWN" | "DISTRICT" | "STREET" | "LISTING";
  id?: string;
  label: string;
  note?: string;
  location: Point;
}

/** Null while nothing has come for these letters, or where the server does not answer. */
export function useSuggestions(query: string, open: boolean): Suggested[] | null {
  const [answer, setAnswer] = useState<{ query: string; items: Suggested[] } | null>(null);
  const wanted = query.trim().slice(0, LONGEST);
  useEffect(() => {
    if (!open || !wanted) return;
    const running = new AbortController();
    const timer = setTimeout(() => {
      const { lat, lng } = view.peek().center;
      api.get<{ items: Suggested[] }>("/search/suggest", { q: wanted, near: `${lat.toFixed(4)},${lng.toFixed(4)}` }, running.signal).then(
        ({ items }) => {
          if (!running.signal.aborted) setAnswer({ query: wanted, items });
        },
        (error: unknown) => {
          if (!isAborted(error)) setAnswer(null);
        },
      );
    }, DELAY_MILLIS);
    return () => {
      clearTimeout(timer);
      running.abort();
    };
  }, [wanted, open]);
  return answer && answer.query === wanted ? answer.items : null;
}
