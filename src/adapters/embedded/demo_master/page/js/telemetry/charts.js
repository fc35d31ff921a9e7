/**
 * Lines over time: a small one for a table's cell, and a chart with axes for a panel.
 *
 * Gaps in the data are gaps in the line. The drawing is decorative for screen readers; last, least and most are its text.
 */
import { html, useState } from "../../vendor/htm-preact-standalone.module.js";
import { formatClock, formatDateTime, parseTime } from "../times.js";

const CELL = { width: 96, height: 22 };
const PLOT = { width: 520, height: 92, left: 0, top: 4 };
// A point later than this many steps after the one before it does not continue its line.
const GAP_STEPS = 2.5;

/** Points as `[ms, value]`, ascending, without those that have no time or no number. */
function readPoints(points, get) {
  return (points ?? []).map((point) => [parseTime(point.timestamp), get(point)])
    .filter(([ms, value]) => ms !== null && typeof value === "number" && Number.isFinite(value))
    .sort(([one], [other]) => one - other);
}

function pathOf(points, { left, width, top, height }, [from, to], most) {
  const steps = points.slice(1).map(([ms], index) => ms - points[index][0]).sort((one, other) => one - other);
  const gapMs = (steps[Math.floor(steps.length / 2)] ?? 0) * GAP_STEPS;
  const x = (ms) => left + (to > from ? ((ms - from) / (to - from)) * width : width / 2);
  const y = (value) => top + height - (most > 0 ? Math.min(1, Math.max(0, value / most)) * height : 0);
  return points.map(([ms, value], index) => `${index === 0 || ms - points[index - 1][0] > gapMs ? "M" : "L"}${x(ms).toFixed(1)} ${y(value).toFixed(1)}`).join("");
}

const spanOf = (lines) => [Math.min(...lines.map((points) => points[0][0])), Math.max(...lines.map((points) => points.at(-1)[0]))];
const HALF_DAY_MS = 43_200_000;

/** A moment for a scale: the clock, and the day where the time shown may reach into another. */
function scaleText(ms, lengthMs) {
  const text = new Date(ms).toISOString();
  return lengthMs > HALF_DAY_MS ? formatDateTime(text).replace(/ \d{4},/, ",").slice(0, -3) : formatClock(text);
}

const mostOf = (points) => points.reduce((most, [, value]) => Math.max(most, value), 0);

/** A small line without axes; from zero to its own most. Fewer than two points draw nothing. */
export function Sparkline({ points, get, show, label, tone = "note" }) {
  const read = readPoints(points, get);
  if (read.length < 2) return html`<span class="meter-none" title=${`${label}: not enough points`}>–</span>`;
  const most = mostOf(read);
  const box = { left: 1, width: CELL.width - 2, top: 2, height: CELL.height - 4 };
  const text = `${label}: now ${show(read.at(-1)[1])}, at most ${show(most)} in the time shown`;
  return html`<svg class=${`spark tone-${tone}`} viewBox=${`0 0 ${CELL.width} ${CELL.height}`} preserveAspectRatio="none" role="img" aria-label=${text}><title>${text}</title>
    <path d=${pathOf(read, box, spanOf([read]), most)} /></svg>`;
}

function nearest(points, ms) {
  return points.reduce((best, point) => (Math.abs(point[0] - ms) < Math.abs(best[0] - ms) ? point : best), points[0]);
}

/**
 * A chart of one or more lines in one unit. `lines`: `[{name, get}]`; `show` writes a value; `most`: the top of the scale (of
 * percentages), else the highest value. The pointer, or the arrow keys, reads one moment.
 */
export function Chart({ title, points, lines, show, most: fixedMost }) {
  const [at, setAt] = useState(null);
  const read = lines.map((line) => ({ ...line, points: readPoints(points, line.get) })).filter((line) => line.points.length > 0);
  if (read.length === 0) return html`<figure class="chart"><figcaption>${title}</figcaption><p class="fine">No points in this time.</p></figure>`;
  const [from, to] = spanOf(read.map((line) => line.points));
  const most = fixedMost ?? Math.max(...read.map((line) => mostOf(line.points)));
  const moment = at === null ? to : at;
  const onMove = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    setAt(from + ((event.clientX - box.left) / box.width) * (to - from));
  };
  const onKeyDown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const times = read[0].points.map(([ms]) => ms);
    const index = times.indexOf(nearest(read[0].points, moment)[0]);
    setAt(times[Math.max(0, Math.min(times.length - 1, index + step))]);
  };
  const shownAt = nearest(read[0].points, moment)[0];
  const x = to > from ? ((shownAt - from) / (to - from)) * PLOT.width : PLOT.width / 2;
  return html`<figure class="chart"><figcaption>${title} <span class="chart-now num">${read.map((line, index) => html`<span key=${line.name} class=${`line-${index}`}>
        ${read.length > 1 && html`<i class="line-key" aria-hidden="true"></i>${line.name} `}${show(nearest(line.points, moment)[1])}</span>`)}
        <time class="faint" datetime=${new Date(shownAt).toISOString()}>${at === null ? "latest" : scaleText(shownAt, to - from)}</time></span></figcaption>
    <svg viewBox=${`0 0 ${PLOT.width} ${PLOT.height + 8}`} preserveAspectRatio="none" tabindex="0" role="img"
        aria-label=${`${title}, ${formatDateTime(new Date(from).toISOString())} to ${formatDateTime(new Date(to).toISOString())}: ${read.map((line) => `${line.name} at most ${show(mostOf(line.points))}`).join(", ")}. Arrow keys read single moments.`}
        onPointerMove=${onMove} onPointerLeave=${() => setAt(null)} onKeyDown=${onKeyDown} onBlur=${() => setAt(null)}>
      <path class="chart-grid" d=${`M0 ${PLOT.top}H${PLOT.width}M0 ${PLOT.top + PLOT.height / 2}H${PLOT.width}M0 ${PLOT.top + PLOT.height}H${PLOT.width}`} />
      ${read.map((line, index) => html`<path key=${line.name} class=${`chart-line line-${index}`} d=${pathOf(line.points, PLOT, [from, to], most)} />`)}
      ${at !== null && html`<path class="chart-at" d=${`M${x.toFixed(1)} 0V${PLOT.height + 8}`} />`}</svg>
    <div class="chart-scale num" aria-hidden="true"><span>${scaleText(from, to - from)}</span><span>top ${show(most)}</span><span>${scaleText(to, to - from)}</span></div>
  </figure>`;
}
