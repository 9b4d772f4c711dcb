import { useState } from "preact/hooks";
import { type RequestOptions, api, explain } from "../api/client";
import type { Page } from "../api/types";
import { type Loaded, useLoad } from "./load";
import { toast } from "./toast";

export interface LoadedPages<T> extends Loaded<Page<T>> {
  /** Fetches the next page; null at the end. */
  more: (() => void) | null;
  loadingMore: boolean;
}

/** A list that comes page by page, fetched anew when the question changes. */
export function usePages<T>(path: string | null, query: RequestOptions["query"]): LoadedPages<T> {
  const loaded = useLoad<Page<T>>(path && path + JSON.stringify(query), (signal) => api.get<Page<T>>(path ?? "", query, signal));
  const [loadingMore, setLoadingMore] = useState(false);
  const known = loaded.data;
  const more = async () => {
    if (!path || !known?.next || loadingMore) return;
    setLoadingMore(true);
    try {
      const page = await api.get<Page<T>>(path, { ...query, cursor: known.next });
      loaded.set({ items: [...known.items, ...page.items], next: page.next });
    } catch (error) {
      toast(explain(error), "danger");
    }
    setLoadingMore(false);
  };
  return { ...loaded, more: known?.next ? () => void more() : null, loadingMore };
}
