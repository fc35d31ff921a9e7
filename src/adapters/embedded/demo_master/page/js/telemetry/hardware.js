/** Hardware of the nodes as their exporters report it: use now, the last hour as lines, a node in full beside the table. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import * as column from "../kinds/columns.js";
import { nowMs, parseTime } from "../times.js";
import { formatCount } from "../quantities.js";
import { Sparkline } from "./charts.js";
import { HardwarePanel } from "./hardware_panel.js";
import { entryOf, NotKnown, partOf } from "./summary.js";
import { TableView } from "./table_view.js";
import { formatByteRate, formatCelsius, formatNumber, formatPercent } from "./units.js";

// A node that has said nothing for this long is no longer reporting: the summary's own window. Source: wire contract 3.7.
const SILENT_MS = 5 * 60_000;

/** The disk that stands for the node: the one at `/`, else the first. */
const mainDisk = (node) => (node.disks ?? []).find(({ mountPoint }) => mountPoint === "/") ?? node.disks?.[0];

/** Whether a node's last sample is too old to be about now. */
function isSilent(node) {
  const ms = parseTime(node.timestamp);
  return ms === null || nowMs() - ms > SILENT_MS;
}

/** Bytes per second over all interfaces that are up, but for the loopback. `field`: `rxBytesPerSec` or `txBytesPerSec`. */
const traffic = (node, field) => (node.networks ?? []).filter(({ up, interface: name }) => up && name !== "lo").reduce((sum, one) => sum + (one[field] ?? 0), 0);

const isNumber = (value) => typeof value === "number";
const percent = (id, title, get) => column.meter(id, title, (node) => get(node) ?? null, () => "", { width: "minmax(112px, 1fr)", card: "line" });
const figure = (id, title, get, show, width = "84px") => ({
  id, title, width, align: "end", highFirst: true, card: "line", value: (node) => (isNumber(get(node)) ? get(node) : null), text: (node) => show(get(node)),
});

function columnsWith(series) {
  const pointsOf = (node) => entryOf(series, (entry) => entry.nodeName, node.nodeName)?.points;
  const line = (id, title, get, tone) => ({
    id, title, width: "112px", card: "hidden", value: () => null, text: () => "",
    cell: (node) => html`<${Sparkline} points=${pointsOf(node)} get=${get} show=${formatPercent} label=${`${title} of ${node.nodeName}`} tone=${tone} />`,
  });
  return [
    { ...column.text("name", "Node", (node) => node.nodeName, { width: "minmax(130px, 1.6fr)", card: "title" }), strong: true },
    column.status("state", "Reports", (node) => (isSilent(node) ? { text: "silent", tone: "bad" } : { text: "now", tone: "ok" }), { width: "92px" }),
    percent("cpu", "CPU", (node) => node.cpu?.usagePct), line("cpuLine", "CPU, 1 h", (point) => point.cpuPct, "note"),
    percent("memory", "Memory", (node) => node.memory?.usagePct), line("memoryLine", "Memory, 1 h", (point) => point.memPct, "warn"),
    percent("disk", "Disk", (node) => mainDisk(node)?.usagePct),
    figure("load", "Load", (node) => node.cpu?.load1, formatNumber, "66px"),
    figure("received", "Received", (node) => traffic(node, "rxBytesPerSec"), formatByteRate, "104px"),
    figure("sent", "Sent", (node) => traffic(node, "txBytesPerSec"), formatByteRate, "104px"),
    // A node without sensors reports 0.
    figure("temperature", "CPU temp.", (node) => node.temperature?.cpuTempC || null, formatCelsius, "92px"),
  ];
}

function Totals({ summary }) {
  if (!summary) return html`<p class="fine pad">All nodes together: not known.</p>`;
  return html`<p class="fine pad"><span class="num">${formatCount(summary.onlineNodes)} of ${formatCount(summary.totalNodes)}</span> nodes report. CPU ${formatPercent(summary.avgCpuPct)} on average, ${formatPercent(summary.maxCpuPct)} at most;
    memory ${formatPercent(summary.avgMemPct)}, ${formatPercent(summary.maxMemPct)} at most.</p>`;
}

export function Hardware({ route, digest, meta }) {
  const nodes = partOf(digest, "metricsNodes");
  const series = partOf(digest, "nodeMetricsSeries");
  const kind = { id: "hardware", kind: "Node", title: "Node metrics", namespaced: false, sort: "name", path: (node) => [node.nodeName], columns: columnsWith(series) };
  const name = route.path[0];
  const panel = name === undefined ? null : html`<${HardwarePanel} key=${name} name=${name} meta=${meta} route=${route} node=${(nodes ?? []).find((node) => node.nodeName === name)}
    points=${entryOf(series, (entry) => entry.nodeName, name)?.points} isSilent=${isSilent} />`;
  return html`<${TableView} kind=${kind} route=${route} objects=${nodes} panel=${panel} openKey=${name ?? null} above=${html`<${Totals} summary=${partOf(digest, "metricsSummary")} />`}
    none=${html`<${NotKnown} digest=${digest} what="Node metrics" />`} />`;
}
