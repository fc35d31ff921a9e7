/** Service levels: what the ingress and the mesh saw, now and over a day, a week, a month, beside the time before. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { Section } from "../detail/parts.js";
import { Chip, Notice } from "../marks.js";
import { formatCount } from "../quantities.js";
import { hashOf } from "../router.js";
import { Answer, useAnswer } from "./ask.js";
import { Chart, Sparkline } from "./charts.js";
import { servicePath } from "./services.js";
import { Side } from "./side.js";
import { NotKnown, partOf } from "./summary.js";
import { changeRoute, ViewHead } from "./table_view.js";
import { formatMs, formatNumber, formatPercent, formatRate } from "./units.js";

const WINDOWS = new Map([["5m", "5 minutes"], ["1d", "1 day"], ["7d", "7 days"], ["30d", "30 days"]]);
const SERIES_RANGE = new Map([["5m", "1h"], ["1d", "24h"], ["7d", "168h"], ["30d", "720h"]]);
const MOST_ROWS = 500;

/** Tone of an availability in percent. Source: the classes of the wire's summary. */
function levelTone(level, requests) {
  if (requests === 0) return "idle";
  if (level >= 99.9) return "ok";
  return level >= 99 ? "warn" : "bad";
}

function Level({ percent, requests }) {
  if (requests === 0) return html`<${Chip} quiet status=${{ text: "no requests", tone: "idle" }} />`;
  return html`<${Chip} quiet status=${{ text: formatPercent(percent), tone: levelTone(percent, requests) }} />`;
}

/** A change against the time before, with its direction in words. */
function Change({ now, before, show, isBetterHigh }) {
  if (typeof before !== "number" || typeof now !== "number") return html`<span class="change faint">not known before</span>`;
  const change = now - before;
  if (Math.abs(change) < 0.0005) return html`<span class="change faint">as before</span>`;
  const isBetter = change > 0 === isBetterHigh;
  return html`<span class=${`change ${isBetter ? "better" : "worse"}`} title=${`before: ${show(before)}`}>${change > 0 ? "+" : "−"}${show(Math.abs(change))}<span class="visually-hidden">, ${isBetter ? "better" : "worse"} than before</span></span>`;
}

const points = (value) => `${formatNumber(value)} pp`;

function Table({ caption, heads, children }) {
  return html`<div class="figures-scroll"><table class="figures-table wide"><caption class="visually-hidden">${caption}</caption>
    <thead><tr>${heads.map((head) => html`<th key=${head} scope="col">${head}</th>`)}</tr></thead><tbody>${children}</tbody></table></div>`;
}

function Ingress({ current, previous, history, query, window }) {
  const before = new Map((previous ?? []).map((entry) => [entry.serviceKey, entry]));
  const pointsOf = Map.groupBy(history ?? [], ({ serviceKey }) => serviceKey);
  const isWindow = window !== "5m";
  if (current.length === 0) return html`<p class="fine">No service behind the ingress in this time.</p>`;
  return html`<${Table} caption="Services behind the ingress" heads=${["Service", "Availability", ...(isWindow ? ["Errors over time"] : []), "p95", "p99", "Rate", "Requests", "Errors"]}>
    ${current.slice(0, MOST_ROWS).map((one) => html`<tr key=${one.serviceKey}>
      <th scope="row"><a href=${hashOf("slo", [one.serviceKey], query)}>${one.displayName || one.serviceKey}</a></th>
      <td><${Level} percent=${one.successRate} requests=${one.totalRequests} />
        ${isWindow && html`<${Change} now=${one.successRate} before=${before.get(one.serviceKey)?.successRate} show=${points} isBetterHigh=${true} />`}</td>
      ${isWindow && html`<td><${Sparkline} points=${pointsOf.get(one.serviceKey)} get=${(point) => point.errorRate} show=${formatPercent} label="Errors" tone="bad" /></td>`}
      <td class="num">${formatMs(one.p95Ms)}${isWindow && html`<${Change} now=${one.p95Ms} before=${before.get(one.serviceKey)?.p95Ms} show=${formatMs} isBetterHigh=${false} />`}</td>
      <td class="num">${formatMs(one.p99Ms)}</td><td class="num">${formatRate(one.rps)}</td><td class="num">${formatCount(one.totalRequests)}</td><td class="num">${formatCount(one.totalErrors)}</td></tr>`)}</${Table}>`;
}

const MeshName = ({ namespace, name }) => html`<a href=${hashOf("apm", servicePath(namespace, name))}><span class="faint">${namespace}/</span>${name}</a>`;

function Mesh({ services }) {
  if (services.length === 0) return html`<p class="fine">No workload in a mesh in this time.</p>`;
  return html`<${Table} caption="Workloads in the mesh" heads=${["Workload", "Success", "Rate", "Median", "p90", "p99", "mTLS"]}>
    ${services.slice(0, MOST_ROWS).map((one) => html`<tr key=${`${one.namespace}/${one.name}`}><th scope="row"><${MeshName} ...${one} /></th>
      <td><${Level} percent=${one.successRate} requests=${one.rps === 0 ? 0 : 1} /></td><td class="num">${formatRate(one.rps)}</td><td class="num">${formatMs(one.p50Ms)}</td>
      <td class="num">${formatMs(one.p90Ms)}</td><td class="num">${formatMs(one.p99Ms)}</td><td>${one.mtlsEnabled ? "yes" : "no"}</td></tr>`)}</${Table}>`;
}

function Edges({ edges }) {
  if (edges.length === 0) return html`<p class="fine">No calls in the mesh in this time.</p>`;
  return html`<${Table} caption="Calls in the mesh" heads=${["From", "To", "Success", "Rate", "Mean"]}>
    ${edges.slice(0, MOST_ROWS).map((one) => html`<tr key=${`${one.srcNamespace}/${one.srcName} ${one.dstNamespace}/${one.dstName}`}>
      <th scope="row"><${MeshName} namespace=${one.srcNamespace} name=${one.srcName} /></th><td><${MeshName} namespace=${one.dstNamespace} name=${one.dstName} /></td>
      <td><${Level} percent=${one.successRate} requests=${one.rps === 0 ? 0 : 1} /></td><td class="num">${formatRate(one.rps)}</td><td class="num">${formatMs(one.avgMs)}</td></tr>`)}</${Table}>`;
}

function Totals({ summary }) {
  if (!summary) return html`<p class="fine pad">All together: not known.</p>`;
  const counts = [["ok", summary.healthyServices, "at 99.9 % or more"], ["warn", summary.warningServices, "at 99 % or more"], ["bad", summary.criticalServices, "below 99 %"]];
  return html`<p class="level-totals"><b class="num">${formatCount(summary.totalServices)}</b> services, last 5 minutes:
    ${counts.map(([tone, count, text]) => html`<${Chip} key=${tone} quiet status=${{ text: `${formatCount(count)} ${text}`, tone: count ? tone : "idle" }} />`)}
    <span class="num">mean success ${formatPercent(summary.avgSuccessRate)}, ${formatRate(summary.totalRps)}, mean p99 ${formatMs(summary.avgP99Ms)}</span></p>`;
}

function LevelPanel({ name, window, one, meta, back }) {
  const answer = useAnswer(meta.clusterId, "query_slo", { sub_action: "get_time_series", name, since: SERIES_RANGE.get(window) });
  return html`<${Side} kind="Service behind the ingress" title=${name} back=${back}>
    <${Section} title=${`Last ${WINDOWS.get(window)}${window === "5m" ? ", drawn over an hour" : ""}`}><${Answer} answer=${answer} what="the level over time">${(data) => html`
      <${Chart} title="Errors" points=${data.points} lines=${[{ name: "errors", get: (point) => 100 - point.successRate }]} show=${formatPercent} />
      <${Chart} title="Duration" points=${data.points} lines=${[{ name: "median", get: (point) => point.p50Ms }, { name: "p99", get: (point) => point.p99Ms }]} show=${formatMs} />
      <${Chart} title="Rate" points=${data.points} lines=${[{ name: "rate", get: (point) => point.rps }]} show=${formatRate} />`}</${Answer}></${Section}>
    ${one && html`<${Section} title="Answers by status"><ul class="lines">${(one.statusCodes ?? []).map(({ code, count }) => html`<li key=${code}>${code} <span class="num faint">${formatCount(count)}</span></li>`)}</ul></${Section}>
      <${Section} title="By method"><ul class="lines">${(one.methods ?? []).map(({ method, count }) => html`<li key=${method}>${method} <span class="num faint">${formatCount(count)}</span></li>`)}</ul></${Section}>`}</${Side}>`;
}

export function Levels({ route, digest, meta }) {
  const window = WINDOWS.has(route.query.get("window")) ? route.query.get("window") : "1d";
  const windows = partOf(digest, "sloWindows");
  const now = { current: partOf(digest, "sloIngress"), meshServices: partOf(digest, "sloServices"), meshEdges: partOf(digest, "sloEdges") };
  const shown = window === "5m" ? now : windows?.[window] ?? null;
  const chosen = route.path[0];
  const unknown = (what) => html`<${NotKnown} digest=${digest} what=${`${what}, ${WINDOWS.get(window)}`} />`;
  return html`<div class=${`kind-view ${chosen ? "with-panel" : ""}`}><section class="table-side levels-view" aria-label="Service levels">
    <${ViewHead} title="Service levels"><div class="window-choice" role="group" aria-label="Window">${[...WINDOWS].map(([id, text]) => html`<button key=${id} type="button" class="toggle" aria-pressed=${id === window ? "true" : "false"} onClick=${() => changeRoute(route, { window: id })}>${text}</button>`)}</div></${ViewHead}>
    <${Totals} summary=${partOf(digest, "sloSummary")} />
    <section class="levels-part"><h2>Behind the ingress</h2>${shown?.current ? html`<${Ingress} ...${shown} query=${route.query} window=${window} />` : unknown("Ingress")}
      ${shown?.current && window !== "5m" && !shown.previous && html`<${Notice} tone="idle" title="The time before: not known" />`}</section>
    <section class="levels-part"><h2>In the mesh</h2>${shown?.meshServices ? html`<${Mesh} services=${shown.meshServices} />` : unknown("Mesh")}</section>
    <section class="levels-part"><h2>Calls in the mesh</h2>${shown?.meshEdges ? html`<${Edges} edges=${shown.meshEdges} />` : unknown("Mesh calls")}</section>
  </section>${chosen && html`<${LevelPanel} key=${`${chosen} ${window}`} name=${chosen} window=${window} meta=${meta} one=${(shown?.current ?? []).find(({ serviceKey }) => serviceKey === chosen)} back=${hashOf("slo", [], route.query)} />`}</div>`;
}
