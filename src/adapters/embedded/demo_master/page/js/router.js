/**
 * Where the reader is, kept in the address's hash so that back, forward, reload and a copied link work.
 *
 *     #/                          overview
 *     #/pods?ns=shop&q=web        a table, narrowed
 *     #/pods/shop/web-0           the same table with an object open; cluster-scoped: #/nodes/node-1
 *     #/commands?action=scale&…   the command form, filled in
 */
import { useEffect, useState } from "../vendor/htm-preact-standalone.module.js";

function decode(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The route of a hash: `{view, path: [segments after the view], query: Map}`. Anything odd is the overview. */
export function parseHash(hash) {
  const [pathText, queryText = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [view = "", ...path] = pathText.split("/").filter((segment) => segment !== "").map(decode);
  return { view: view || "overview", path, query: new Map(new URLSearchParams(queryText)) };
}

/** The hash of a route. Empty query values are left out. */
export function hashOf(view, path = [], query = new Map()) {
  const pairs = [...query].filter(([, value]) => value !== "" && value !== undefined && value !== null);
  const tail = pairs.length ? `?${new URLSearchParams(pairs)}` : "";
  return `#/${[view === "overview" ? "" : view, ...path].filter(Boolean).map(encodeURIComponent).join("/")}${tail}`;
}

const followers = new Set();

/** Goes to a hash; `replace` leaves no step in the history (typing in the search box). */
export function go(hash, { replace = false } = {}) {
  if (hash === location.hash) return;
  const url = `${location.pathname}${location.search}${hash}`;
  if (replace) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  followers.forEach((follow) => follow());
}

window.addEventListener("popstate", () => followers.forEach((follow) => follow()));
window.addEventListener("hashchange", () => followers.forEach((follow) => follow()));

/** The current route, followed. */
export function useRoute() {
  const [route, setRoute] = useState(() => ({ hash: location.hash, ...parseHash(location.hash) }));
  useEffect(() => {
    const follow = () =>
      setRoute((known) => (known.hash === location.hash ? known : { hash: location.hash, ...parseHash(location.hash) }));
    followers.add(follow);
    follow();
    return () => followers.delete(follow);
  }, []);
  return route;
}
