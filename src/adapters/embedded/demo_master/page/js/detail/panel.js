/**
 * One object, in full, beside its table: facts, what is wrong, its parts, its relations, the JSON as received; and what can be
 * done with it, which takes the place of the details while it is done (`?do=scale`).
 *
 * The panel stays open while snapshots come and go. When its object is gone it keeps showing the last state and says so.
 */
import { html, useEffect, useMemo, useRef, useState } from "../../vendor/htm-preact-standalone.module.js";
import { AboutObject } from "../commands/about_object.js";
import { actionFor, offersFor } from "../commands/offers.js";
import { ActionPane } from "../commands/pane.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { Fact, Notice } from "../marks.js";
import { pathOf } from "../kinds/kinds.js";
import { hashOf } from "../router.js";
import { formatClock } from "../times.js";
import { OF_KIND } from "./kinds.js";
import { ObjectLink } from "../links.js";
import { Conditions, Events, Pairs } from "./parts.js";
import { OwnerChain } from "./uses.js";

function Facts({ kind, object, digest }) {
  const columns = kind.columns.filter((column) => !["name", "namespace", "message", "object"].includes(column.id) && column.inPanel !== false);
  return html`<dl class="facts summary">
    ${kind.namespaced && namespaceOf(object) && html`<${Fact} name="Namespace"><${ObjectLink} kind="Namespace" name=${namespaceOf(object)} /></${Fact}>`}
    ${digest.relations.ownersOf(object).length > 0 && html`<${Fact} name="Belongs to"><${OwnerChain} object=${object} digest=${digest} /></${Fact}>`}
    ${columns.map((column) => html`<${Fact} key=${column.id} name=${column.title}>
      <span class=${column.mono ? "mono" : ""}>${column.cell ? column.cell(object) : column.text(object) || "–"}</span></${Fact}>`)}
  </dl>`;
}

function Offers({ kind, object, digest, query, doing }) {
  const row = useRef(null);
  // Where the window is narrow the row scrolls; what is being done must be in sight.
  useEffect(() => row.current.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }), [doing]);
  const plain = new Map([...query].filter(([name]) => name !== "do"));
  const current = (id) => (doing === id ? "page" : undefined);
  return html`<nav class="offers" ref=${row} aria-label="What can be done" onClick=${noteFollowed}>
    <a class="button small offer" href=${hashOf(kind.id, pathOf(kind, object), plain)} aria-current=${doing ? undefined : "page"}>Details</a>
    ${offersFor(kind, object, digest, plain).map((offer) => html`<a key=${offer.id} href=${offer.hash} aria-current=${current(offer.id)}
      class=${`button small offer ${offer.destroys ? "destroys" : ""} ${offer.id === "scale-owner" ? "leads-away" : ""}`}>${offer.label}</a>`)}
  </nav>`;
}

function Missing({ kind, objectKey, close }) {
  return html`<${Notice} tone="idle" title=${`No ${kind.one} of this name in the latest snapshot`}>
    <p class="breakable">${objectKey.replace(/^\//, "")} was deleted, renamed, or never existed.</p>
    <button type="button" class="button" onClick=${close}>Back to the table</button></${Notice}>`;
}

function Body({ kind, object, digest, raw }) {
  if (raw) return html`<pre class="json" tabindex="0" aria-label="Object as JSON">${JSON.stringify(object, null, 2)}</pre>`;
  const Own = OF_KIND.get(kind.id);
  const events = kind.id === "events" ? null : digest.eventsOf(kind.kind, kind.namespaced ? namespaceOf(object) : "", nameOf(object));
  return html`
    <${Facts} kind=${kind} object=${object} digest=${digest} />
    ${Own && html`<${Own} kind=${kind} object=${object} digest=${digest} />`}
    <${Conditions} object=${object} />
    ${events && html`<${Events} events=${events} />`}
    <${AboutObject} kind=${kind.kind} namespace=${kind.namespaced ? namespaceOf(object) : ""} name=${nameOf(object)} />
    <${Pairs} title="Labels" map=${object.labels} />
    <${Pairs} title="Annotations" map=${object.annotations} />`;
}

// Whether this panel was reached by a link of another one: then the focus goes on in it, instead of back to the page's top.
let followed = false;

function noteFollowed(event) {
  followed = event.target.closest("a.object-link, a.leads-away") !== null;
}

function useFocusWhenFollowed() {
  useEffect(() => {
    if (followed) document.getElementById("panel-title")?.focus();
    followed = false;
  }, []);
}

export function Panel({ kind, objectKey, digest, query = new Map(), close }) {
  const [raw, setRaw] = useState(false);
  const last = useRef(null);
  const found = digest.find(kind, objectKey);
  if (found) last.current = { object: found, seenAt: digest.snapshot.fetchedAt };
  const object = found ?? last.current?.object;
  useFocusWhenFollowed();
  useEffect(() => {
    const onKey = (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      close();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [close]);
  // The page is drawn again every two seconds; what an object shows changes only with the snapshot.
  const body = useMemo(() => object && html`<${Body} kind=${kind} object=${object} digest=${digest} raw=${raw} />`, [kind, object, digest, raw]);
  const row = actionFor(kind, query.get("do"));
  return html`<aside class=${`panel ${row && object ? "acting" : ""}`} data-name=${object && nameOf(object)} aria-labelledby="panel-title">
    <header class="panel-head">
      <div class="panel-names"><p class="panel-kind">${kind.kind}</p>
        <h2 id="panel-title" tabindex="-1">${object ? nameOf(object) : kind.kind}</h2></div>
      <div class="panel-tools">
        ${object && !row && html`<button type="button" class="toggle" aria-pressed=${raw ? "true" : "false"} onClick=${() => setRaw(!raw)}>JSON</button>`}
        <button type="button" class="icon-button" aria-label="Close (Esc)" title="Close (Esc)" onClick=${close}>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="m3.5 3.5 9 9m0-9-9 9" /></svg></button>
      </div>
    </header>
    ${found && html`<${Offers} kind=${kind} object=${found} digest=${digest} query=${query} doing=${row?.action} />`}
    <div class="panel-body" tabindex="0" role="region" aria-label="Details" onClick=${noteFollowed}>
      ${!object && html`<${Missing} kind=${kind} objectKey=${objectKey} close=${close} />`}
      ${object && !found && html`<${Notice} tone="warn" role="status" title="No longer in the latest snapshot">
        <p>Deleted or replaced. Below is its last state, of ${formatClock(last.current.seenAt)}.</p></${Notice}>`}
      ${row && object ? html`<${ActionPane} key=${row.action} row=${row} kind=${kind} object=${object} digest=${digest} />` : body}
    </div>
  </aside>`;
}
