/**
 * Links from any mention of an object to the object, wherever it stands: table, panel, overview.
 *
 * Whether there is something to link to depends on the snapshot that is shown; it comes through a context, so that a
 * column or a section needs to know the name only.
 */
import { createContext, html, useContext } from "../vendor/htm-preact-standalone.module.js";

/** The digest of the shown snapshot, or null before the first. */
export const DigestContext = createContext(null);

/** A link to the object of that name; its name as plain text when this snapshot does not list it. */
export function ObjectLink({ kind, namespace, name, children, tabindex, ...rest }) {
  const digest = useContext(DigestContext);
  const hash = digest?.relations.hashOf(kind, namespace, name) ?? null;
  const shown = children ?? name;
  if (hash === null) return html`<span class="no-link" title=${digest && name ? `${name} (not in this snapshot)` : undefined}>${shown}</span>`;
  return html`<a href=${hash} class="object-link" tabindex=${tabindex} title=${name} ...${rest}>${shown}</a>`;
}
