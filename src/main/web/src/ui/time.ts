import { useEffect, useState } from "preact/hooks";

const SECOND_MILLIS = 1_000;

/** Whole seconds until an instant, counted down each second; null without one. */
export function useCountdown(until: string | null): number | null {
  const seconds = () => (until === null ? null : Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / SECOND_MILLIS)));
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    setLeft(seconds());
    if (until === null) return;
    const timer = setInterval(() => setLeft(seconds()), SECOND_MILLIS);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}

/** "9:05" */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
