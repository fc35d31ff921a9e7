/** Log search: filters in the address, a histogram, what the entries have in common, and the entries themselves. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { Notice } from "../marks.js";
import { formatCount } from "../quantities.js";
import { hashOf } from "../router.js";
import { formatDateTime } from "../times.js";
import { Answer, useAnswer } from "./ask.js";
import { Histogram } from "./histogram.js";
import { Entry } from "./log_entry.js";
import { RangeField, rangeOf } from "./ranges.js";
import { partOf } from "./summary.js";
import { changeRoute, SearchField, ViewHead } from "./table_view.js";

const PAGE = 100;
const FILTERS = new Map([["service", "Service"], ["level", "Level"], ["scope", "Logger"], ["trace", "Trace"], ["span", "Span"]]);

function filterOf(query) {
  const get = (name) => query.get(name) ?? "";
  const times = get("from") && get("to") ? { start_time: get("from"), end_time: get("to") } : { since: rangeOf(get("range")) };
  return { query: get("q"), service: get("service"), level: get("level"), scope: get("scope"), ...times };
}

/** One property with its most frequent values; choosing one narrows the search. */
function Facet({ title, name, facets, route }) {
  const chosen = route.query.get(name) ?? "";
  if (!facets?.length) return null;
  return html`<section class="facet"><h2>${title}</h2><ul>${facets.slice(0, 12).map(({ value, count }) => html`<li key=${value}>
    <button type="button" class="facet-value" aria-pressed=${value === chosen ? "true" : "false"} onClick=${() => changeRoute(route, { [name]: value === chosen ? "" : value, page: "" })}>
      <span class="facet-name">${value || "(none)"}</span><span class="num faint">${formatCount(count)}</span></button></li>`)}</ul></section>`;
}

function Chosen({ route }) {
  const set = [...FILTERS].filter(([name]) => route.query.get(name));
  const times = route.query.get("from") && route.query.get("to");
  if (!set.length && !times) return null;
  return html`<p class="chosen-filters">${set.map(([name, title]) => html`<button key=${name} type="button" class="toggle" aria-pressed="true" aria-label=${`Remove ${title} ${route.query.get(name)}`}
      onClick=${() => changeRoute(route, { [name]: "", page: "" })}>${title}: <span class="breakable">${route.query.get(name)}</span> ×</button>`)}
    ${times && html`<button type="button" class="toggle" aria-pressed="true" onClick=${() => changeRoute(route, { from: "", to: "", page: "" })}>${formatDateTime(route.query.get("from"))} to ${formatDateTime(route.query.get("to"))} ×</button>`}
    ${route.query.get("trace") && html`<a class="button" href=${hashOf("traces", [route.query.get("trace")])}>To the trace</a>`}</p>`;
}

function Found({ result, route }) {
  const page = Math.max(0, Number.parseInt(route.query.get("page") ?? "0", 10) || 0);
  const { logs = [], total = 0, facets = {} } = result;
  const first = page * PAGE;
  return html`<div class="logs-found">
    <div class="facets" role="group" aria-label="Narrow by"><${Facet} title="Level" name="level" facets=${facets.severities} route=${route} />
      <${Facet} title="Service" name="service" facets=${facets.services} route=${route} /><${Facet} title="Logger" name="scope" facets=${facets.scopes} route=${route} /></div>
    <div class="logs-list">
      <p class="fine logs-count"><span class="num">${logs.length ? `${formatCount(first + 1)}–${formatCount(first + logs.length)} of ` : ""}${formatCount(total)}</span> entries, newest first
        ${page > 0 && html`<button type="button" class="button small" onClick=${() => changeRoute(route, { page: String(page - 1) })}>Newer</button>`}
        ${first + logs.length < total && logs.length > 0 && html`<button type="button" class="button small" onClick=${() => changeRoute(route, { page: String(page + 1) })}>Older</button>`}</p>
      ${logs.length === 0 && html`<${Notice} tone="idle" title="No entry matches"><p>Take a longer time, or fewer filters.</p></${Notice}>`}
      <ul class="log-lines">${logs.map((entry, index) => html`<${Entry} key=${`${entry.timestamp} ${entry.spanId} ${index}`} entry=${entry} />`)}</ul></div></div>`;
}

function Now({ digest }) {
  const summary = partOf(digest, "logsSummary");
  if (!summary) return html`<p class="fine pad">How much is logged now: not known.</p>`;
  const levels = Object.entries(summary.severityCounts ?? {}).map(([level, count]) => `${formatCount(count)} ${level}`).join(", ");
  return html`<p class="fine pad">Last 5 minutes: <span class="num">${formatCount(summary.totalEntries)}</span> entries${levels && html` (<span class="num">${levels}</span>)`}</p>`;
}

export function Logs({ route, digest, meta }) {
  const filter = filterOf(route.query);
  const get = (name) => route.query.get(name) ?? "";
  const page = Math.max(0, Number.parseInt(get("page") || "0", 10) || 0);
  const found = useAnswer(meta.clusterId, "query_logs", { ...filter, trace_id: get("trace"), span_id: get("span"), limit: PAGE, offset: page * PAGE });
  const histogram = useAnswer(meta.clusterId, "query_logs", get("trace") ? null : { sub_action: "histogram", ...filter });
  return html`<section class="logs-view" aria-label="Logs">
    <${ViewHead} title="Logs"><${SearchField} route=${route} label="Text in the entry, then Enter" onEnter=${(text) => changeRoute(route, { q: text, page: "" })} />
      <${RangeField} value=${rangeOf(get("range"))} onValue=${(range) => changeRoute(route, { range, from: "", to: "", page: "" })} />
      <button type="button" class="button" onClick=${() => { found.again(); histogram.again(); }}>Ask again</button></${ViewHead}>
    <${Now} digest=${digest} /><${Chosen} route=${route} />
    ${!get("trace") && html`<${Answer} answer=${histogram} what="the histogram">${(data) => html`<${Histogram} result=${data} onChoose=${(from, to) => changeRoute(route, { from, to, page: "" })} />`}</${Answer}>`}
    <${Answer} answer=${found} what="log entries">${(result) => html`<${Found} result=${result} route=${route} />`}</${Answer}>
  </section>`;
}
