/** One node's hardware: its last hour from the snapshot, longer times and single metrics from the agent, all figures of now. */
import { html, useState } from "../../vendor/htm-preact-standalone.module.js";
import { Section } from "../detail/parts.js";
import { ObjectLink } from "../links.js";
import { Fact, Notice } from "../marks.js";
import { formatBytes, formatBytesOf, formatCount } from "../quantities.js";
import { hashOf } from "../router.js";
import { formatDateTime, formatSpan } from "../times.js";
import { Answer, useAnswer } from "./ask.js";
import { Chart } from "./charts.js";
import { RangeField, rangeOf } from "./ranges.js";
import { Figures } from "./service_panel.js";
import { Side } from "./side.js";
import { changeRoute } from "./table_view.js";
import { formatByteRate, formatCelsius, formatNumber, formatPercent, formatRate } from "./units.js";

const line = (name, field) => ({ name, get: (point) => point[field] });

function LastHour({ points }) {
  if (!points) return html`<${Notice} tone="idle" title="The last hour of this node: not known" />`;
  return html`<${Chart} title="CPU" points=${points} lines=${[line("all", "cpuPct"), line("user", "userPct"), line("system", "systemPct"), line("waiting", "iowaitPct")]} show=${formatPercent} most=${100} />
    <${Chart} title="Memory" points=${points} lines=${[line("memory", "memPct"), line("swap", "swapUsagePct")]} show=${formatPercent} most=${100} />
    <${Chart} title="Load" points=${points} lines=${[line("1 min", "load1"), line("5 min", "load5"), line("15 min", "load15")]} show=${formatNumber} />
    <${Chart} title="Disk" points=${points} lines=${[line("read", "diskReadBps"), line("written", "diskWriteBps")]} show=${formatByteRate} />
    <${Chart} title="Disk busy, file system full" points=${points} lines=${[line("busy", "diskIOUtilPct"), line("full", "diskPct")]} show=${formatPercent} most=${100} />
    <${Chart} title="Network" points=${points} lines=${[line("received", "netRxBps"), line("sent", "netTxBps")]} show=${formatByteRate} />
    <${Chart} title="Pressure" points=${points} lines=${[line("CPU", "cpuSomePct"), line("memory", "memSomePct"), line("I/O", "ioSomePct")]} show=${formatPercent} />
    ${points.some(({ cpuTempC }) => cpuTempC > 0) && html`<${Chart} title="CPU temperature" points=${points} lines=${[line("CPU", "cpuTempC")]} show=${formatCelsius} />`}`;
}

const value = (name) => [{ name, get: (point) => point.value }];

function History({ data }) {
  return html`<${Chart} title="CPU" points=${data.cpu} lines=${value("CPU")} show=${formatPercent} most=${100} /><${Chart} title="Memory" points=${data.memory} lines=${value("memory")} show=${formatPercent} most=${100} />
    <${Chart} title="Root file system" points=${data.disk} lines=${value("full")} show=${formatPercent} most=${100} /><${Chart} title="CPU temperature" points=${data.temp} lines=${value("CPU")} show=${formatCelsius} />`;
}

/** Any metric of the node by its own name, as the exporter calls it. */
function OneMetric({ clusterId, name, since }) {
  const [metric, setMetric] = useState("");
  const answer = useAnswer(clusterId, "query_metrics", metric ? { sub_action: "get_series", node_name: name, metric, since } : null);
  return html`<${Section} title="One metric">
    <label class="small-field">Name <input type="text" class="mono" placeholder="node_load1" spellcheck=${false} onChange=${(event) => setMetric(event.currentTarget.value.trim())} /></label>
    ${metric && html`<${Answer} answer=${answer} what="the metric">${(points) => html`<${Chart} title=${metric} points=${points} lines=${value(metric)} show=${formatNumber} />`}</${Answer}>`}</${Section}>`;
}

function Now({ node }) {
  const { cpu = {}, memory = {}, tcp = {}, system = {}, psi = {}, vmstat = {}, softnet = {} } = node;
  const facts = [
    ["CPU", `${formatPercent(cpu.usagePct)} of ${cpu.cores ?? "?"} cores; load ${[cpu.load1, cpu.load5, cpu.load15].map(formatNumber).join(", ")}`],
    ["Memory", `${formatPercent(memory.usagePct)}, ${formatBytesOf(memory.availableBytes, memory.totalBytes, "of")} available`],
    ["Swap", memory.swapTotalBytes ? `${formatPercent(memory.swapUsagePct)} of ${formatBytes(memory.swapTotalBytes)}` : "none"],
    ["Pressure", `CPU ${formatPercent(psi.cpuSomePct)}, memory ${formatPercent(psi.memSomePct)}, I/O ${formatPercent(psi.ioSomePct)}`],
    ["TCP", `${formatCount(tcp.currEstab)} established, ${formatCount(tcp.timeWait)} waiting, ${formatCount(tcp.socketsUsed)} sockets`],
    ["Connections tracked", `${formatCount(system.conntrackEntries)} of ${formatCount(system.conntrackLimit)}`],
    ["Files open", formatCount(system.filefdAllocated)],
    ["Page faults", `${formatRate(vmstat.pgFaultPerSec)}, major ${formatRate(vmstat.pgMajFaultPerSec)}`],
    ["Packets dropped by the kernel", formatRate(softnet.droppedPerSec)],
    ["Kernel", node.kernel || "–"],
    ["Up for", node.uptime ? formatSpan(node.uptime) : "–"],
  ];
  return html`<${Section} title="Now"><dl class="facts">${facts.map(([name, text]) => html`<${Fact} key=${name} name=${name}><span class="num">${text}</span></${Fact}>`)}</dl></${Section}>
    <${Section} title="File systems"><${Figures} heads=${["Mount", "Full", "Size", "Read", "Written", "Busy"]} rows=${(node.disks ?? []).map((one) => [html`<span title=${one.device}>${one.mountPoint || one.device}</span>`,
      formatPercent(one.usagePct), formatBytes(one.totalBytes), formatByteRate(one.readBytesPerSec), formatByteRate(one.writeBytesPerSec), formatPercent(one.ioUtilPct)])} /></${Section}>
    <${Section} title="Interfaces"><${Figures} heads=${["Interface", "Speed", "Received", "Sent", "Errors", "Dropped"]} rows=${(node.networks ?? []).map((one) => [`${one.interface}${one.up ? "" : " (down)"}`,
      one.speedBps > 0 ? `${formatNumber(one.speedBps / 1e9)} Gbit/s` : "–", formatByteRate(one.rxBytesPerSec), formatByteRate(one.txBytesPerSec), formatRate(one.rxErrPerSec + one.txErrPerSec), formatRate(one.rxDropPerSec + one.txDropPerSec)])} /></${Section}>
    ${(node.temperature?.sensors ?? []).length > 0 && html`<${Section} title="Temperatures"><${Figures} heads=${["Sensor", "Now", "High", "Critical"]} rows=${node.temperature.sensors.map((one) => [`${one.chip} ${one.sensor}`,
      formatCelsius(one.currentC), one.maxC ? formatCelsius(one.maxC) : "–", one.critC ? formatCelsius(one.critC) : "–"])} /></${Section}>`}`;
}

/** `isSilent`: tells whether a node's last sample is too old to be about now. */
export function HardwarePanel({ name, node, points, isSilent, meta, route }) {
  const range = rangeOf(route.query.get("range"), "1h");
  const isHour = range === "1h";
  const answer = useAnswer(meta.clusterId, "query_metrics", isHour ? null : { sub_action: "get_history", node_name: name, since: range });
  return html`<${Side} kind="Node metrics" title=${name} back=${hashOf("hardware", [], route.query)}>
    ${!node && html`<${Notice} tone="idle" title="No node of this name reports" />`}
    ${node && isSilent(node) && html`<${Notice} tone="bad" title="Silent"><p>Its last sample is of ${formatDateTime(node.timestamp)}.</p></${Notice}>`}
    <dl class="facts summary"><${Fact} name="In the cluster"><${ObjectLink} kind="Node" name=${name} /></${Fact}>${node && html`<${Fact} name="Reports from"><span class="mono">${node.nodeIP}</span></${Fact}>`}</dl>
    <${Section} title="Over time"><${RangeField} value=${range} only=${["1h", "6h", "24h", "168h"]} onValue=${(text) => changeRoute(route, { range: text })} />
      ${isHour ? html`<${LastHour} points=${points} />` : html`<${Answer} answer=${answer} what="the history">${(data) => html`<${History} data=${data} />`}</${Answer}>`}</${Section}>
    ${node && html`<${Now} node=${node} />`}
    <${OneMetric} clusterId=${meta.clusterId} name=${name} since=${range} />
  </${Side}>`;
}
