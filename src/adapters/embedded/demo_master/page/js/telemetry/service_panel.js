/** One traced service: over time, its operations, whom it calls, what it answers, and where it runs. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { Section } from "../detail/parts.js";
import { Chip, Fact, Notice } from "../marks.js";
import { formatCount } from "../quantities.js";
import { hashOf } from "../router.js";
import { Answer, useAnswer } from "./ask.js";
import { Chart } from "./charts.js";
import { ClusterObjects } from "./objects.js";
import { IN_SNAPSHOT, RANGES } from "./ranges.js";
import { Side } from "./side.js";
import { entryOf, partOf } from "./summary.js";
import { errorRatioOf, errorTone, formatMs, formatRate, formatRatio } from "./units.js";

const MOST = 20;

function Charts({ points }) {
  return html`<${Chart} title="Rate" points=${points} lines=${[{ name: "rate", get: (point) => point.rps }]} show=${formatRate} />
    <${Chart} title="Errors" points=${points} lines=${[{ name: "errors", get: (point) => errorRatioOf(point.successRate) }]} show=${formatRatio} />
    <${Chart} title="Duration" points=${points} lines=${[{ name: "mean", get: (point) => point.avgMs }, { name: "p99", get: (point) => point.p99Ms }]} show=${formatMs} />`;
}

/** A short table; `rows` are arrays of cells, the first column text, the others figures. */
export function Figures({ heads, rows }) {
  return html`<div class="figures-scroll"><table class="figures-table"><thead><tr>${heads.map((head) => html`<th key=${head} scope="col">${head}</th>`)}</tr></thead>
    <tbody>${rows.slice(0, MOST).map((cells, row) => html`<tr key=${row}>${cells.map((cell, index) => (index === 0 ? html`<th key=${index} scope="row">${cell}</th>` : html`<td key=${index} class="num">${cell}</td>`))}</tr>`)}</tbody></table></div>
    ${rows.length > MOST && html`<p class="fine">And ${rows.length - MOST} more.</p>`}`;
}

function Operations({ operations, service }) {
  if (!operations) return html`<${Section} title="Operations"><p class="fine">Not known.</p></${Section}>`;
  const own = operations.filter(({ serviceName }) => serviceName === service);
  return html`<${Section} title="Operations" count=${own.length}>
    ${own.length === 0 ? html`<p class="fine">None in this time.</p>` : html`<${Figures} heads=${["Operation", "Rate", "Errors", "p99"]} rows=${own.map((one) => [
      html`<a href=${hashOf("traces", [], new Map([["service", service], ["operation", one.operationName]]))}>${one.operationName}</a>`,
      formatRate(one.rps), formatRatio(errorRatioOf(one.successRate)), formatMs(one.p99Ms)])} />`}</${Section}>`;
}

function Answers({ clusterId, service, since }) {
  const http = useAnswer(clusterId, "query_traces", { sub_action: "http_stats", service, since });
  const db = useAnswer(clusterId, "query_traces", { sub_action: "db_stats", service, since });
  return html`<${Section} title="Answers by status"><${Answer} answer=${http} what="answers by status">${(rows) => (rows.length === 0 ? html`<p class="fine">No HTTP answers in this time.</p>`
      : html`<${Figures} heads=${["Request", "Status", "Count"]} rows=${rows.map((one) => [one.operation || one.method, one.statusCode, formatCount(one.count)])} />`)}</${Answer}></${Section}>
    <${Section} title="Database calls"><${Answer} answer=${db} what="database calls">${(rows) => (rows.length === 0 ? html`<p class="fine">None in this time.</p>`
      : html`<${Figures} heads=${["Call", "Count", "Errors", "p99"]} rows=${rows.map((one) => [[one.dbSystem, one.dbName, one.operation, one.table].filter(Boolean).join(" "), formatCount(one.callCount), formatRatio(one.errorRate), formatMs(one.p99Ms)])} />`)}</${Answer}></${Section}>`;
}

export function ServicePanel({ digest, meta, range, service, namespace, name, back }) {
  const inSnapshot = range === IN_SNAPSHOT || range === "1h";
  const known = entryOf(partOf(digest, "apmTimeSeries"), (entry) => `${entry.namespace}/${entry.serviceName}`, `${namespace}/${name}`);
  const series = useAnswer(meta.clusterId, "query_traces", inSnapshot && known ? null : { sub_action: "service_series", service: name, since: inSnapshot ? "1h" : range });
  const asked = useAnswer(meta.clusterId, "query_traces", range === IN_SNAPSHOT ? null : { sub_action: "list_operations", since: range });
  const errors = errorRatioOf(service?.successRate);
  return html`<${Side} kind="Traced service" title=${name} back=${back}>
    <div class="offers">
      <a class="button small" href=${hashOf("traces", [], new Map([["service", name], ["range", range]]))}>Traces</a>
      <a class="button small" href=${hashOf("traces", [], new Map([["service", name], ["status", "error"], ["range", range]]))}>Failed traces</a>
      <a class="button small" href=${hashOf("logs", [], new Map([["service", name], ["range", range]]))}>Logs</a>
      <a class="button small" href=${hashOf("topology", [`${namespace}/${name}`])}>In the topology</a></div>
    ${!service && html`<${Notice} tone="idle" title="No requests in this time" />`}
    ${service && html`<dl class="facts summary">
      <${Fact} name="Namespace">${namespace || "–"}</${Fact}>
      ${service.environment && html`<${Fact} name="Environment">${service.environment}</${Fact}>`}
      <${Fact} name="Requests"><span class="num">${formatCount(service.spanCount)}</span> in ${RANGES.get(range).text}, ${formatRate(service.rps)}</${Fact}>
      <${Fact} name="Errors"><${Chip} quiet status=${{ text: `${formatRatio(errors)}, ${formatCount(service.errorCount)} requests`, tone: errorTone(errors) }} /></${Fact}>
      <${Fact} name="Duration">median ${formatMs(service.p50Ms)}, mean ${formatMs(service.avgDurationMs)}, p99 ${formatMs(service.p99Ms)}</${Fact}></dl>`}
    <${Section} title=${inSnapshot ? "Last hour" : `Last ${RANGES.get(range).text}`}>
      ${inSnapshot && known ? html`<${Charts} points=${known.points} />` : html`<${Answer} answer=${series} what="the service over time">${(data) => html`<${Charts} points=${data.points ?? []} />`}</${Answer}>`}</${Section}>
    ${range === IN_SNAPSHOT ? html`<${Operations} operations=${partOf(digest, "apmOperations")} service=${name} />`
      : html`<${Answer} answer=${asked} what="operations">${(rows) => html`<${Operations} operations=${rows} service=${name} />`}</${Answer}>`}
    <${Answers} clusterId=${meta.clusterId} service=${name} since=${range} />
    <${ClusterObjects} digest=${digest} namespace=${namespace} name=${name} />
  </${Side}>`;
}
