/**
 * The spans of a trace as a tree, in the order in which they are read: a span, then what it caused, by start.
 *
 * Spans whose parent is not here stand at the top: the parent was not sampled, or has not arrived. Spans that are their own
 * ancestors, which only broken senders make, count as such too.
 */
import { parseTime } from "../times.js";

/** Milliseconds since the epoch with the fraction that Date cuts off: `…25.222345Z` is 0.345 more than Date says. */
function preciseMs(text) {
  const ms = parseTime(text);
  if (ms === null) return null;
  const digits = /\.(\d+)/.exec(text)?.[1] ?? "";
  return ms + Number(`0.${digits.slice(3) || 0}`);
}

/** `{rows: [{span, depth, startMs, below}], totalMs, services}`; `startMs` from the earliest start, `below`: how many follow in its subtree. */
export function treeOf(spans) {
  const timed = spans.map((span) => ({ span, startMs: preciseMs(span.timestamp) ?? 0 }));
  const first = timed.reduce((least, { startMs }) => Math.min(least, startMs), Infinity);
  for (const entry of timed) entry.startMs -= first;
  timed.sort((one, other) => one.startMs - other.startMs);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = Map.groupBy(timed.filter(({ span }) => ids.has(span.parentSpanId) && span.parentSpanId !== span.spanId), ({ span }) => span.parentSpanId);
  const rows = [];
  const seen = new Set();
  const walk = (top) => {
    const stack = [[top, 0]];
    while (stack.length) {
      const [entry, depth] = stack.pop();
      if (seen.has(entry)) continue;
      seen.add(entry);
      rows.push({ ...entry, depth });
      for (const child of [...(children.get(entry.span.spanId) ?? [])].reverse()) stack.push([child, depth + 1]);
    }
  };
  for (const entry of timed) if (!ids.has(entry.span.parentSpanId) || entry.span.parentSpanId === entry.span.spanId) walk(entry);
  for (const entry of timed) walk(entry);
  const ancestors = [];
  rows.forEach((row, index) => {
    while (ancestors.length && rows[ancestors.at(-1)].depth >= row.depth) ancestors.pop();
    row.below = 0;
    for (const above of ancestors) rows[above].below += 1;
    ancestors.push(index);
  });
  const totalMs = timed.reduce((most, { span, startMs }) => Math.max(most, startMs + (span.durationMs ?? 0)), 0);
  return { rows, totalMs, services: [...new Set(rows.map(({ span }) => span.serviceName))] };
}

/** The rows that are in sight when some spans are folded. */
export function unfolded(rows, folded) {
  const shown = [];
  for (let index = 0; index < rows.length; index += 1) {
    shown.push(rows[index]);
    if (folded.has(rows[index].span.spanId)) index += rows[index].below;
  }
  return shown;
}
