/** Traces: the newest of the snapshot, or those that the agent finds for a filter; one of them opens as a waterfall. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import * as column from "../kinds/columns.js";
import { formatClock, formatDateTime, parseTime } from "../times.js";
import { Asking, useAnswer } from "./ask.js";
import { IN_SNAPSHOT, RangeField, rangeOf } from "./ranges.js";
import { NotKnown, partOf } from "./summary.js";
import { changeRoute, TableView } from "./table_view.js";
import { Trace } from "./trace.js";
import { formatMs } from "./units.js";

const FILTERS = ["service", "operation", "min", "status", "method"];
const LIMIT = 500;
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

const status = (trace) => (trace.hasError ? { text: trace.errorType || "failed", tone: "bad" } : { text: "ok", tone: "ok" });

const KIND = {
  id: "traces", kind: "Trace", title: "Traces", namespaced: false, sort: "time", path: (trace) => [trace.traceId],
  columns: [
    { ...column.text("operation", "Operation", (trace) => trace.rootOperation || trace.traceId, { width: "minmax(190px, 2.4fr)", card: "title" }), strong: true },
    column.text("service", "Service", (trace) => trace.rootService, { width: "minmax(100px, 1fr)", card: "line" }),
    column.status("status", "Outcome", status, { width: "minmax(104px, 1fr)" }),
    { id: "duration", title: "Duration", width: "92px", align: "end", highFirst: true, card: "line", value: (trace) => trace.durationMs, text: (trace) => formatMs(trace.durationMs) },
    column.number("spans", "Spans", (trace) => trace.spanCount, { width: "74px", card: "line" }),
    column.words("services", "Through", (trace) => trace.services, { width: "minmax(120px, 1.6fr)" }),
    // Newest first is what a list of traces is for: the value falls with time.
    { id: "time", title: "Started", width: "88px", align: "end", card: "line", value: (trace) => -(parseTime(trace.timestamp) ?? 0), text: (trace) => formatClock(trace.timestamp),
      cell: (trace) => html`<time class="num" datetime=${trace.timestamp} title=${formatDateTime(trace.timestamp)}>${formatClock(trace.timestamp)}</time>` },
  ],
};

/** The question of an address, or null when the snapshot's own list answers it. */
function questionOf(query, range) {
  const get = (name) => query.get(name) ?? "";
  const isFiltered = FILTERS.some((name) => get(name) !== "") || get("order") !== "";
  if (!isFiltered && range === IN_SNAPSHOT) return null;
  const least = Number(get("min"));
  return {
    sub_action: "list_traces", since: range, limit: LIMIT, service: get("service"), operation: get("operation"), method: get("method"), status_code: get("status"),
    min_duration_ms: Number.isFinite(least) && least > 0 ? least : "", sort: get("order") === "slowest" ? "duration_desc" : "",
  };
}

function Choice({ label, value, options, onValue }) {
  return html`<label class="select-field"><span class="visually-hidden">${label}</span><select aria-label=${label} value=${value} onChange=${(event) => onValue(event.currentTarget.value)}>
    ${[...options, ...(options.some(([known]) => known === value) ? [] : [[value, value]])].map(([known, text]) => html`<option key=${known} value=${known}>${text}</option>`)}</select></label>`;
}

function Filters({ route, services }) {
  const get = (name) => route.query.get(name) ?? "";
  const set = (name) => (value) => changeRoute(route, { [name]: value });
  return html`
    <${Choice} label="Service" value=${get("service")} onValue=${set("service")} options=${[["", "All services"], ...services.map((name) => [name, name])]} />
    <${Choice} label="Outcome" value=${get("status")} onValue=${set("status")} options=${[["", "Any outcome"], ["error", "Failed"], ["500", "HTTP 500"], ["404", "HTTP 404"], ["200", "HTTP 200"]]} />
    <${Choice} label="Method" value=${get("method")} onValue=${set("method")} options=${[["", "Any method"], ...METHODS.map((name) => [name, name])]} />
    <${Choice} label="Order of the agent's list" value=${get("order")} onValue=${set("order")} options=${[["", "Newest"], ["slowest", "Slowest"]]} />
    <label class="small-field">Operation <input type="text" value=${get("operation")} placeholder="exact name" onChange=${(event) => set("operation")(event.currentTarget.value)} /></label>
    <label class="small-field">At least, ms <input type="number" min="0" class="number-field" value=${get("min")} onChange=${(event) => set("min")(event.currentTarget.value)} /></label>
    <${RangeField} value=${rangeOf(route.query.get("range"))} onValue=${set("range")} />
    ${FILTERS.some((name) => get(name)) && html`<button type="button" class="button" onClick=${() => changeRoute(route, Object.fromEntries(FILTERS.map((name) => [name, ""])))}>Clear filters</button>`}`;
}

export function Traces({ route, digest, meta }) {
  const range = rangeOf(route.query.get("range"));
  const question = questionOf(route.query, range);
  const isOne = route.path.length > 0;
  const answer = useAnswer(meta.clusterId, "query_traces", isOne ? null : question);
  if (isOne) return html`<${Trace} key=${route.path[0]} id=${route.path[0]} route=${route} digest=${digest} meta=${meta} />`;
  const objects = question ? answer.data ?? null : partOf(digest, "recentTraces");
  // Who asks for the slowest wants to see them first; a click on a column decides otherwise.
  const sorted = question?.sort && !route.query.get("sort") ? { ...route, query: new Map([...route.query, ["sort", "-duration"]]) } : route;
  return html`<${TableView} kind=${KIND} route=${sorted} objects=${objects}
    above=${html`<div class="filters" role="group" aria-label="Filters"><${Filters} route=${route} services=${(partOf(digest, "apmServices") ?? []).map(({ name }) => name)} /></div>
      <${Asking} answer=${answer} what="traces" />
      ${objects?.length === LIMIT && html`<p class="fine pad">The first ${LIMIT}: narrow the filters to see others.</p>`}`}
    none=${!question && html`<${NotKnown} digest=${digest} what="Recent traces" />`} />`;
}
