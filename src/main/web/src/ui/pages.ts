import { useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Page } from "../api/types";
import { useLoad } from "./load";

/** A list that comes page by page: the first when the key changes, others when they are asked for. */
export function usePages<T>(key: string | null, path: string, query: Record<string, string | number | null | undefined>) {
  const first = useLoad(key, (signal) => api.get<Page<T>>(path, query, signal));
  const [more, setMore] = useState<{ of: unknown; items: T[]; next: string | null }>({ of: null, items: [], next: null });
  const [loading, setLoading] = useState(false);
  const [error, setError] = useState<unknown>(null);
  // An answer that comes after the list has changed is of the one before.
  const latest = useRef<unknown>(null);
  latest.current = first.data;
  const added = more.of === first.data ? more : null;
  const next = added ? added.next : (first.data?.next ?? null);
  const loadMore = async () => {
    const of = first.data;
    if (!next || !of) return;
    setLoading(true);
    setError(null);
    try {
      const page = await api.get<Page<T>>(path, { ...query, cursor: next });
      if (latest.current === of) setMore({ of, items: [...(added?.items ?? []), ...page.items], next: page.next ?? null });
    } catch (failure) {
      setError(failure);
    }
    setLoading(false);
  };
  return {
    items: first.data && [...first.data.items, ...(added?.items ?? [])],
    error: first.error,
    reload: first.reload,
    next,
    loadMore,
    loadingMore: loading,
    moreError: error,
  };
}
