/** Sections that the panels of several kinds share: conditions, labels, events, lists of pods, links between objects. */
import { html, useState } from "../../vendor/htm-preact-standalone.module.js";
import { hashOfObject } from "../kinds/kinds.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { Age, Chip, Mark } from "../marks.js";
import { conditionTone, podStatus, toneRank, wordTone } from "../tone.js";

const FEW = 12;

/** A titled part of the panel; nothing at all when it has no content. */
export function Section({ title, count, children }) {
  return html`<section class="part"><h3>${title}${count !== undefined && html` <span class="part-count num">${count}</span>`}</h3>${children}</section>`;
}

/** A link to another object, or its name when that kind has no table. */
export function ObjectLink({ kind, namespace, name, children }) {
  const hash = hashOfObject(kind, namespace, name);
  return hash ? html`<a href=${hash}>${children ?? name}</a>` : html`<span>${children ?? name}</span>`;
}

/** Conditions of any object that has some: what holds, since when, and why not. */
export function Conditions({ object }) {
  const conditions = object.conditions ?? object.status?.conditions ?? [];
  if (!conditions.length) return null;
  return html`<${Section} title="Conditions"><ul class="lines">
    ${conditions.map((condition) => html`<li key=${condition.type} class="condition">
      <${Chip} quiet status=${{ text: condition.type, tone: conditionTone(condition) }} />
      <span class="condition-is">${condition.status}</span>
      <span class="since">${condition.lastTransitionTime && html`for <${Age} at=${condition.lastTransitionTime} />`}</span>
      ${(condition.reason || condition.message) && html`<p class="fine">${[condition.reason, condition.message].filter(Boolean).join(": ")}</p>`}
    </li>`)}
  </ul></${Section}>`;
}

/** A map of text as key and value pairs, sorted by key. */
export function Pairs({ title, map }) {
  const pairs = Object.entries(map ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  if (!pairs.length) return null;
  return html`<${Section} title=${title} count=${pairs.length}><dl class="pairs">
    ${pairs.map(([key, value]) => html`<div key=${key} class="pair"><dt>${key}</dt><dd>${value === "" ? html`<span class="faint">empty</span>` : value}</dd></div>`)}
  </dl></${Section}>`;
}

/** A list of pods, trouble first, folded when long. */
export function PodList({ title, pods, showNamespace = false }) {
  const [all, setAll] = useState(false);
  const sorted = pods.map((pod) => ({ pod, status: podStatus(pod) }))
    .sort((one, other) => toneRank(one.status.tone) - toneRank(other.status.tone) || (nameOf(one.pod) < nameOf(other.pod) ? -1 : 1));
  const shown = all ? sorted : sorted.slice(0, FEW);
  return html`<${Section} title=${title} count=${pods.length}>
    ${pods.length === 0 && html`<p class="fine">None in this snapshot.</p>`}
    <ul class="lines">${shown.map(({ pod, status }) => html`<li key=${`${namespaceOf(pod)}/${nameOf(pod)}`} class="pod-line">
      <${Mark} tone=${status.tone} />
      <span class="pod-line-name">${showNamespace && html`<span class="faint">${namespaceOf(pod)}/</span>`}<${ObjectLink} kind="Pod" namespace=${namespaceOf(pod)} name=${nameOf(pod)} /></span>
      <span class="pod-line-status">${status.text}</span>
    </li>`)}</ul>
    ${sorted.length > shown.length && html`<button type="button" class="button small" onClick=${() => setAll(true)}>Show all ${sorted.length}</button>`}
  </${Section}>`;
}

/** Events about one object, newest first. */
export function Events({ events }) {
  return html`<${Section} title="Events" count=${events.length}>
    ${events.length === 0 && html`<p class="fine">None in this snapshot. Events are kept for about an hour.</p>`}
    <ul class="lines">${events.slice(0, 30).map((event) => html`<li key=${`${event.name} ${event.uid}`} class="event-line">
      <div class="event-head"><${Chip} quiet status=${{ text: event.reason || event.type, tone: wordTone(event.type) }} />
        <span class="since">${event.count > 1 && html`<span class="num">×${event.count}</span> · `}<${Age} at=${event.lastTimestamp} /></span></div>
      <p class="fine">${event.message}</p>
    </li>`)}</ul>
  </${Section}>`;
}
