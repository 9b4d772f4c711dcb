// The whole state of a page is in its URL. Signals instead of a library: a location, a way to change it, a link.
import { signal } from "@preact/signals";
import type { JSX } from "preact";

export interface Place {
  path: string;
  query: URLSearchParams;
}

function read(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

export const place = signal<Place>(read());

/** Where the map was left, so that "Map" leads back to it. */
export const lastMap = signal("/");

addEventListener("popstate", () => (place.value = read()));

export function navigate(url: string, options: { replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  const next = read();
  const samePage = next.path === place.peek().path;
  place.value = next;
  if (!samePage) scrollTo(0, 0);
}

/** Writes the URL without telling anybody: for state that already is what the URL says. */
export function rewriteUrl(url: string): void {
  history.replaceState(history.state, "", url);
}

/** `/bookings/:id` against the path: the parameters, or null. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const [wanted, given] = [pattern.split("/"), path.replace(/\/+$/, "").split("/")];
  if (wanted.length !== given.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) parameters[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return parameters;
}

export function Link({ href, onClick, ...rest }: JSX.IntrinsicElements["a"] & { href: string }) {
  return (
    <a
      href={href}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        navigate(href);
      }}
      {...rest}
    />
  );
}
