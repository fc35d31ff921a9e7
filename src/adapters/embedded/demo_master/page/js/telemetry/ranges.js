/** The times that can be asked about, and the control that chooses one. */
import { html } from "../../vendor/htm-preact-standalone.module.js";

/** Time that the traces of the snapshot cover; anything else is asked of the agent. Source: wire contract 3.6. */
export const IN_SNAPSHOT = "15m";

/** Range texts as the agent takes them (Go durations), with their words and seconds. */
export const RANGES = new Map([
  ["15m", { text: "15 minutes", seconds: 900 }],
  ["1h", { text: "1 hour", seconds: 3600 }],
  ["6h", { text: "6 hours", seconds: 21_600 }],
  ["24h", { text: "24 hours", seconds: 86_400 }],
  ["168h", { text: "7 days", seconds: 604_800 }],
]);

/** A range as an address has it; unknown ones are the first. */
export const rangeOf = (text, fallback = IN_SNAPSHOT) => (RANGES.has(text) ? text : fallback);

/** Chooses a range. `only`: fewer of them. */
export function RangeField({ value, onValue, only = [...RANGES.keys()] }) {
  return html`<label class="select-field"><span class="visually-hidden">Time</span>
    <select id="range" value=${value} onChange=${(event) => onValue(event.currentTarget.value)}>
      ${only.map((range) => html`<option key=${range} value=${range}>Last ${RANGES.get(range).text}</option>`)}
    </select></label>`;
}
