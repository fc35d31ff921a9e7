/** How many log entries there are over time, by level; a column of it narrows the search to its time. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { formatCount } from "../quantities.js";
import { formatClock, parseTime } from "../times.js";

const LEVELS = [[/^(error|severe|fatal|critical)/i, "bad"], [/^warn/i, "warn"], [/^info/i, "note"]];
const ORDER = ["bad", "warn", "note", "idle"];

/** Tone of a severity text. */
export const levelTone = (severity) => LEVELS.find(([pattern]) => pattern.test(severity ?? ""))?.[1] ?? "idle";

/** The buckets by start, each with its counts by tone: `[{ms, total, parts: Map}]`, ascending. */
function columnsOf(buckets) {
  const columns = new Map();
  for (const { timestamp, severity, count } of buckets ?? []) {
    const ms = parseTime(timestamp);
    if (ms === null) continue;
    const column = columns.get(ms) ?? { ms, total: 0, parts: new Map() };
    columns.set(ms, column);
    const tone = levelTone(severity);
    column.total += count;
    column.parts.set(tone, (column.parts.get(tone) ?? 0) + count);
  }
  return [...columns.values()].sort((one, other) => one.ms - other.ms);
}

export function Histogram({ result, onChoose }) {
  const columns = columnsOf(result.buckets);
  if (columns.length === 0) return html`<p class="fine pad">Nothing to draw: no entry in this time.</p>`;
  const stepMs = Math.max(1, result.intervalMs || 1);
  const [from, to] = [columns[0].ms, columns.at(-1).ms + stepMs];
  const most = Math.max(...columns.map(({ total }) => total));
  return html`<figure class="histogram" aria-label=${`Entries over time, at most ${formatCount(most)} in ${Math.round(stepMs / 1000)} s`}>
    <div class="histogram-plot">${columns.map(({ ms, total, parts }) => {
      const words = `${formatClock(new Date(ms).toISOString())}: ${formatCount(total)} entries${parts.get("bad") ? `, ${formatCount(parts.get("bad"))} errors` : ""}`;
      return html`<button key=${ms} type="button" class="histogram-column" aria-label=${words} title=${words} style=${{ left: `${((ms - from) / (to - from)) * 100}%`, width: `${(stepMs / (to - from)) * 100}%` }}
          onClick=${() => onChoose(new Date(ms).toISOString(), new Date(ms + stepMs).toISOString())}>
        ${ORDER.filter((tone) => parts.get(tone)).reverse().map((tone) => html`<span key=${tone} class=${`histogram-part tone-${tone}`} style=${{ height: `${(parts.get(tone) / most) * 100}%` }}></span>`)}</button>`;
    })}</div>
    <figcaption class="chart-scale num"><span>${formatClock(new Date(from).toISOString())}</span><span>top ${formatCount(most)} in ${Math.round(stepMs / 1000)} s</span><span>${formatClock(new Date(to).toISOString())}</span></figcaption></figure>`;
}
