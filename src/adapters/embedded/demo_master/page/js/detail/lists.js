/** Lists of other objects in a panel: trouble first, folded when long, each a link. */
import { html, useState } from "../../vendor/htm-preact-standalone.module.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { kindById } from "../kinds/kinds.js";
import { ObjectLink } from "../links.js";
import { Mark } from "../marks.js";
import { toneRank } from "../tone.js";
import { Section } from "./parts.js";

const FEW = 8;
const MORE = 100;
const NO_STATUS = { text: "", tone: "note" };

function Line({ kind, object, status, showNamespace, showKind, as }) {
  const namespace = kind.namespaced ? namespaceOf(object) : "";
  // In a list of several kinds those without a status keep the place of the mark, so that names stand in one line.
  const plain = !kind.status && !showKind;
  return html`<li class=${`object-line ${plain ? "plain" : ""}`}>
    ${!plain && (kind.status ? html`<${Mark} tone=${status.tone} />` : html`<span></span>`)}
    <span class="object-line-name"><${ObjectLink} kind=${kind.kind} namespace=${namespace} name=${nameOf(object)}>
      ${showKind && html`<span class="faint">${kind.kind} </span>`}${showNamespace && namespace && html`<span class="faint">${namespace}/</span>`}${nameOf(object)}</${ObjectLink}></span>
    <span class="object-line-status">${[status.text, as].filter(Boolean).join(", ")}</span>
  </li>`;
}

/** The lines themselves, `entries` being `[{kind, object, as?}]`. */
export function Lines({ entries, showNamespace = false, showKind = false }) {
  const [most, setMost] = useState(FEW);
  const sorted = entries.map((entry) => ({ ...entry, status: entry.kind.status?.(entry.object) ?? NO_STATUS, name: nameOf(entry.object) }))
    .sort((one, other) => toneRank(one.status.tone) - toneRank(other.status.tone) || (one.name < other.name ? -1 : 1));
  // One more line costs less than a button that shows it.
  const shown = sorted.length <= most + 1 ? sorted : sorted.slice(0, most);
  return html`<ul class="lines">${shown.map((entry) => html`<${Line} key=${`${entry.kind.id} ${namespaceOf(entry.object)}/${entry.name}`}
      kind=${entry.kind} object=${entry.object} status=${entry.status} showNamespace=${showNamespace} showKind=${showKind} as=${(entry.as ?? []).join(", ")} />`)}</ul>
    ${sorted.length > shown.length && html`<button type="button" class="button small" onClick=${() => setMost(most + MORE)}>
      Show ${sorted.length - shown.length > MORE ? `${MORE} more of ${sorted.length}` : `all ${sorted.length}`}</button>`}`;
}

/** A section of objects of one kind. `none` is said when there are none; without it the section is left out then. */
export function ObjectList({ title, list, objects, none, showNamespace }) {
  if (!objects.length && !none) return null;
  const kind = kindById(list);
  return html`<${Section} title=${title} count=${objects.length}>
    ${objects.length === 0 && html`<p class="fine">${none}</p>`}
    <${Lines} entries=${objects.map((object) => ({ kind, object }))} showNamespace=${showNamespace} /></${Section}>`;
}

/** A section of pods. */
export function PodList({ title = "Pods", pods, showNamespace, none = "None in this snapshot." }) {
  return html`<${ObjectList} title=${title} list="pods" objects=${pods} none=${none} showNamespace=${showNamespace} />`;
}

/** A section of objects of several kinds that refer to this one, `sources` as the relations give them: pods apart, they are many. */
export function Sources({ title, sources, none }) {
  const pods = sources.filter(({ kind }) => kind.id === "pods");
  const others = sources.filter(({ kind }) => kind.id !== "pods");
  if (!sources.length) return html`<${Section} title=${title} count=${0}><p class="fine">${none}</p></${Section}>`;
  return html`
    ${others.length > 0 && html`<${Section} title=${title} count=${others.length}><${Lines} entries=${others} showKind /></${Section}>`}
    ${pods.length > 0 && html`<${Section} title=${others.length ? "Pods that use it" : title} count=${pods.length}><${Lines} entries=${pods} showKind=${!others.length} /></${Section}>`}`;
}
