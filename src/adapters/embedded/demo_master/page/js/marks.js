/**
 * The small drawn parts every view uses: status marks, chips, bars, ages, links.
 *
 * A tone is always drawn with a shape too: disc = fine, triangle = look, square = broken, ring = ended, diamond = note.
 */
import { html } from "../vendor/htm-preact-standalone.module.js";
import { useTicking } from "./store.js";
import { formatAge, formatDateTime } from "./times.js";
import { fillTone } from "./tone.js";

const SHAPES = new Map([
  ["ok", () => html`<circle cx="5" cy="5" r="3.6" />`],
  ["warn", () => html`<path d="M5 .9 9.6 9H.4z" />`],
  ["bad", () => html`<rect x="1.2" y="1.2" width="7.6" height="7.6" rx="1" />`],
  ["idle", () => html`<circle class="hollow" cx="5" cy="5" r="3.1" />`],
  ["note", () => html`<path d="M5 .6 9.4 5 5 9.4.6 5z" />`],
]);
const MEANING = { ok: "fine", warn: "needs a look", bad: "broken", idle: "at rest", note: "note" };

/** The shape of a tone. Decorative: the text beside it says the same. */
export function Mark({ tone }) {
  const shape = SHAPES.get(tone) ?? SHAPES.get("note");
  return html`<svg class=${`mark tone-${tone}`} viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">${shape()}</svg>`;
}

/** A status: shape and text; `quiet` leaves out the tinted ground. */
export function Chip({ status, quiet = false }) {
  return html`<span class=${`chip tone-${status.tone}${quiet ? " quiet" : ""}`} title=${`${status.text} (${MEANING[status.tone]})`}>
    <${Mark} tone=${status.tone} /><span class="chip-text">${status.text}</span>
  </span>`;
}

/** A bar of a share, with its text beside it; `label` names it for screen readers. `tone`: for bars whose end is good. */
export function Meter({ percent, text, label, tone: ownTone }) {
  if (percent === null || percent === undefined) return html`<span class="meter-none">${text || "–"}</span>`;
  const tone = ownTone ?? fillTone(percent);
  const shown = Math.min(100, Math.max(0, percent));
  return html`<span class=${`meter tone-${tone}`} role="img" aria-label=${`${label}: ${text}, ${percent.toFixed(0)} %`} title=${`${label}: ${text}, ${percent.toFixed(1)} %`}>
    <span class="meter-track"><span class="meter-fill" style=${{ width: `${shown}%` }}></span></span>
    <span class="meter-percent">${percent.toFixed(0)}%</span>
    <span class="meter-text">${text}</span>
  </span>`;
}

/** An age that keeps counting; the full time is its tooltip. */
export function Age({ at }) {
  const text = useTicking(() => formatAge(at));
  return html`<time class="num" datetime=${at} title=${formatDateTime(at)}>${text}</time>`;
}

/** One named fact in a definition list. */
export function Fact({ name, children }) {
  return html`<div class="fact"><dt>${name}</dt><dd>${children}</dd></div>`;
}

/** What happened and what to do: `tone`, a title, an explanation, perhaps an action. */
export function Notice({ tone = "note", title, children, role }) {
  return html`<div class=${`notice tone-${tone}`} role=${role}>
    <${Mark} tone=${tone} />
    <div class="notice-body"><p class="notice-title">${title}</p>${children && html`<div class="notice-text">${children}</div>`}</div>
  </div>`;
}
