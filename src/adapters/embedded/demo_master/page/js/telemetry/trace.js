/** One trace: its spans as a waterfall, the chosen span in full, and the ways to its logs and its pods. */
import { html, useMemo, useState } from "../../vendor/htm-preact-standalone.module.js";
import { Fact, Mark, Notice } from "../marks.js";
import { formatCount } from "../quantities.js";
import { hashOf } from "../router.js";
import { formatDateTime } from "../times.js";
import { Answer, useAnswer } from "./ask.js";
import { SpanPanel } from "./span_panel.js";
import { treeOf, unfolded } from "./spans.js";
import { ViewHead } from "./table_view.js";
import { formatMs } from "./units.js";

const HUES = 8;
const FIRST = 300;
const DEEPEST_INDENT = 14;

const isFailed = (span) => span.statusCode === "STATUS_CODE_ERROR";

/** What a span says of itself in one line. */
function whatOf(span) {
  if (span.db) return [span.db.system, span.db.operation, span.db.table || span.db.name].filter(Boolean).join(" ");
  if (span.http) return [span.http.method, span.http.route || span.http.url, span.http.statusCode].filter(Boolean).join(" ");
  return "";
}

function SpanRow({ row, totalMs, hue, chosen, folded, onFold, onChoose }) {
  const { span, depth, startMs, below } = row;
  const left = totalMs > 0 ? (startMs / totalMs) * 100 : 0;
  const width = totalMs > 0 ? Math.max(0.25, ((span.durationMs ?? 0) / totalMs) * 100) : 100;
  const words = `${span.serviceName}: ${span.spanName}, ${formatMs(span.durationMs)}, starts at ${formatMs(startMs)}${isFailed(span) ? ", failed" : ""}`;
  return html`<li class=${`span-row hue-${hue} ${chosen ? "chosen" : ""}`}>
    <div class="span-name" style=${{ paddingLeft: `${Math.min(depth, DEEPEST_INDENT) * 14}px` }}>
      ${below > 0 ? html`<button type="button" class="fold" aria-expanded=${folded ? "false" : "true"} aria-label=${`${formatCount(below)} below ${span.spanName}`} onClick=${onFold}>${folded ? "+" : "−"}</button>` : html`<span class="fold-none"></span>`}
      <button type="button" class="span-button" aria-label=${words} aria-pressed=${chosen ? "true" : "false"} title=${words} onClick=${onChoose}>
        ${isFailed(span) && html`<${Mark} tone="bad" />`}<span class="span-service">${span.serviceName}</span> <span class="span-text">${span.spanName || "(no name)"}</span> <span class="faint">${whatOf(span)}</span></button></div>
    <div class="span-track" aria-hidden="true" onClick=${onChoose}><span class=${`span-bar ${isFailed(span) ? "failed" : ""}`} style=${{ left: `${Math.min(left, 99.7)}%`, width: `${Math.min(width, 100 - Math.min(left, 99.7))}%` }}></span></div>
    <span class="span-time num">${formatMs(span.durationMs)}</span></li>`;
}

function Waterfall({ trace, digest }) {
  const tree = useMemo(() => treeOf(trace.spans ?? []), [trace]);
  const [folded, setFolded] = useState(() => new Set());
  const [chosenId, setChosenId] = useState(() => tree.rows.find(({ span }) => span.error || isFailed(span))?.span.spanId ?? null);
  const [most, setMost] = useState(FIRST);
  const rows = unfolded(tree.rows, folded);
  const chosen = tree.rows.find(({ span }) => span.spanId === chosenId)?.span;
  const fold = (id) => setFolded((known) => (known.has(id) ? new Set([...known].filter((other) => other !== id)) : new Set([...known, id])));
  return html`<div class="kind-view with-panel"><div class="trace-side">
      <div class="trace-legend">${tree.services.map((name, index) => html`<span key=${name} class=${`hue-${index % HUES}`}><i class="hue" aria-hidden="true"></i>${name}</span>`)}</div>
      <div class="span-axis num" aria-hidden="true"><span></span><span class="axis">${[0, 0.25, 0.5, 0.75, 1].map((part) => html`<span key=${part}>${formatMs(tree.totalMs * part)}</span>`)}</span><span></span></div>
      <ul class="spans" aria-label="Spans">${rows.slice(0, most).map((row) => html`<${SpanRow} key=${row.span.spanId} row=${row} totalMs=${tree.totalMs} hue=${tree.services.indexOf(row.span.serviceName) % HUES}
        chosen=${row.span.spanId === chosenId} folded=${folded.has(row.span.spanId)} onFold=${() => fold(row.span.spanId)} onChoose=${() => setChosenId(row.span.spanId === chosenId ? null : row.span.spanId)} />`)}</ul>
      ${rows.length > most && html`<button type="button" class="button" onClick=${() => setMost(most + FIRST * 3)}>Show more of ${formatCount(rows.length)} spans</button>`}</div>
    ${chosen && html`<${SpanPanel} span=${chosen} digest=${digest} close=${() => setChosenId(null)} />`}</div>`;
}

export function Trace({ id, route, digest, meta }) {
  const answer = useAnswer(meta.clusterId, "query_trace_detail", { trace_id: id });
  return html`<section class="trace-view" aria-label="Trace">
    <${ViewHead} title="Trace"><a class="button" href=${hashOf("traces", [], route.query)}>All traces</a>
      <a class="button" href=${hashOf("logs", [], new Map([["trace", id]]))}>Logs of this trace</a></${ViewHead}>
    <${Answer} answer=${answer} what="the trace">${(trace) => html`
      <dl class="facts trace-facts"><${Fact} name="Trace"><span class="mono breakable">${trace.traceId}</span></${Fact}>
        <${Fact} name="Started">${formatDateTime(trace.spans?.[0]?.timestamp)}</${Fact}>
        <${Fact} name="Took"><span class="num">${formatMs(trace.durationMs)}, ${formatCount(trace.spanCount)} spans, ${formatCount(trace.serviceCount)} services</span></${Fact}></dl>
      ${trace.spans?.length ? html`<${Waterfall} trace=${trace} digest=${digest} />` : html`<${Notice} tone="idle" title="The trace has no spans" />`}`}</${Answer}>
  </section>`;
}
