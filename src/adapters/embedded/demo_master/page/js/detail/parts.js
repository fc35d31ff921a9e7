/** Sections that the panels of several kinds share: conditions, labels, events. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { ObjectLink } from "../links.js";
import { Age, Chip } from "../marks.js";
import { conditionTone, wordTone } from "../tone.js";

const MOST_EVENTS = 30;

/** A titled part of the panel; nothing at all when it has no content. */
export function Section({ title, count, children }) {
  return html`<section class="part"><h3>${title}${count !== undefined && html` <span class="part-count num">${count}</span>`}</h3>${children}</section>`;
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

/** Events about one object, newest first; each leads to its own panel. */
export function Events({ events, title = "Events", none = "None in this snapshot. Events are kept for about an hour." }) {
  return html`<${Section} title=${title} count=${events.length}>
    ${events.length === 0 && html`<p class="fine">${none}</p>`}
    <ul class="lines">${events.slice(0, MOST_EVENTS).map((event) => html`<li key=${`${event.name} ${event.uid}`} class="event-line">
      <div class="event-head"><${ObjectLink} kind="Event" namespace=${event.namespace} name=${event.name}><${Chip} quiet status=${{ text: event.reason || event.type, tone: wordTone(event.type) }} /></${ObjectLink}>
        <span class="since">${event.count > 1 && html`<span class="num">×${event.count}</span> · `}<${Age} at=${event.lastTimestamp} /></span></div>
      <p class="fine">${event.message}</p>
    </li>`)}</ul>
    ${events.length > MOST_EVENTS && html`<p class="fine">And ${events.length - MOST_EVENTS} older ones.</p>`}
  </${Section}>`;
}
