import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { isAborted } from "../api/client";

export interface Loaded<T> {
  data: T | null;
  error: unknown;
  loading: boolean;
  reload: () => void;
  set: (data: T) => void;
}

/** Fetches when the key changes, forgets answers that come too late. */
export function useLoad<T>(key: string | null, fetcher: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string | null; data: T | null; error: unknown; loading: boolean }>({
    key: null,
    data: null,
    error: null,
    loading: key !== null,
  });
  const [round, setRound] = useState(0);
  const latest = useRef(fetcher);
  latest.current = fetcher;
  useEffect(() => {
    if (key === null) return;
    const running = new AbortController();
    setState((before) => ({ key, data: before.key === key ? before.data : null, error: null, loading: true }));
    latest
      .current(running.signal)
      .then((data) => !running.signal.aborted && setState({ key, data, error: null, loading: false }))
      .catch((error: unknown) => {
        if (running.signal.aborted || isAborted(error)) return;
        setState((before) => ({ ...before, error, loading: false }));
      });
    return () => running.abort();
  }, [key, round]);
  const fresh = state.key === key;
  return {
    data: fresh ? state.data : null,
    error: fresh ? state.error : null,
    loading: state.loading || !fresh,
    reload: useCallback(() => setRound((before) => before + 1), []),
    set: (data) => setState({ key, data, error: null, loading: false }),
  };
}
