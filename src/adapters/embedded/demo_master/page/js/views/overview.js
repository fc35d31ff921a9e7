/** The overview: is the cluster well, how full is it, what needs attention now. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { kindById, listOf, pathOf } from "../kinds/kinds.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { ObjectLink } from "../links.js";
import { Age, Chip, Mark, Notice } from "../marks.js";
import { formatBytes, formatBytesOf, formatCores, formatCount, percentOf } from "../quantities.js";
import { hashOf } from "../router.js";
import { nowMs, parseTime } from "../times.js";
import { fillTone } from "../tone.js";
import { rejectionText } from "./header.js";

const PHASE_TONE = new Map([["Running", "ok"], ["Pending", "warn"], ["Failed", "bad"], ["Succeeded", "idle"], ["Unknown", "note"]]);
const LISTED = 10;

function Tile({ title, href, figure, of, children }) {
  return html`<section class="tile"><h2>${href ? html`<a href=${href}>${title}</a>` : title}</h2>
    <p class="tile-figure num">${figure}${of !== undefined && html`<span class="tile-of"> ${of}</span>`}</p>${children}</section>`;
}

function PhaseBar({ phases, total }) {
  return html`<div class="phase-bar" role="img" aria-label=${phases.map(([phase, count]) => `${count} ${phase}`).join(", ")}>
    ${phases.map(([phase, count]) => html`<span key=${phase} class=${`phase tone-${PHASE_TONE.get(phase) ?? "note"}`} style=${{ flexGrow: count / total }}></span>`)}</div>
  <ul class="legend">${phases.map(([phase, count]) => html`<li key=${phase}><${Mark} tone=${PHASE_TONE.get(phase) ?? "note"} /> <span class="num">${formatCount(count)}</span> ${phase}</li>`)}</ul>`;
}

/** Use of one resource: used as a bar, requested as a tick on it, both against allocatable. */
function Capacity({ title, totals, show, showOf }) {
  const used = percentOf(totals.used, totals.allocatable);
  const requested = percentOf(totals.requested, totals.allocatable);
  if (!totals.allocatable) return html`<${Tile} title=${title} figure="–"><p class="fine">No node reports what it can give.</p></${Tile}>`;
  return html`<${Tile} title=${title} figure=${used === null ? "–" : `${used.toFixed(0)}%`} of=${used === null ? "use unknown" : showOf(totals.used, totals.allocatable)}>
    <div class=${`capacity tone-${fillTone(used)}`} role="img" aria-label=${`${title}: ${used === null ? "use unknown" : `${used.toFixed(0)} % used`}, ${requested.toFixed(0)} % requested`}>
      ${used !== null && html`<span class="capacity-used" style=${{ width: `${Math.min(100, used)}%` }}></span>`}
      <span class="capacity-requested" style=${{ left: `${Math.min(100, requested)}%` }}></span></div>
    <p class="fine">${used === null ? "No metrics from the cluster's metrics-server. " : ""}Requested by pods: <span class="num">${show(totals.requested)}</span> (${requested.toFixed(0)}%)
      ${totals.used !== null && totals.reporting < totals.nodes && html`, ${totals.reporting} of ${totals.nodes} nodes report`}</p></${Tile}>`;
}

function Attention({ digest }) {
  const entries = digest.attention;
  return html`<section class="block"><h2>Needs attention <span class="view-count num">${formatCount(entries.length)}</span></h2>
    ${entries.length === 0 && html`<${Notice} tone="ok" title="Nothing stands out"><p>No object of this snapshot reports trouble.</p></${Notice}>`}
    <ul class="attention">${entries.slice(0, LISTED).map(({ kind, object, status, why }) => html`<li key=${`${kind.id} ${namespaceOf(object)}/${nameOf(object)}`}>
      <a class="attention-line" title=${why || undefined} href=${hashOf(kind.id, pathOf(kind, object))}>
        <${Chip} status=${status} />
        <span class="attention-name"><span class="faint">${kind.kind}${namespaceOf(object) ? ` ${namespaceOf(object)}/` : " "}</span>${nameOf(object)}</span>
        <span class="attention-why">${why}</span></a></li>`)}</ul>
    ${entries.length > LISTED && html`<p class="fine">And ${formatCount(entries.length - LISTED)} more: ${[...new Set(entries.map(({ kind }) => kind))].map((kind) => html`<a key=${kind.id} class="inline" href=${hashOf(kind.id, [], new Map([["only", "trouble"]]))}>${kind.title}</a> `)}</p>`}
  </section>`;
}

function Rollouts({ digest }) {
  const entries = digest.rollouts;
  if (!entries.length) return null;
  return html`<section class="block"><h2>Rollouts not done <span class="view-count num">${formatCount(entries.length)}</span></h2>
    <ul class="attention">${entries.slice(0, LISTED).map(({ kind, object, status }) => html`<li key=${`${kind.id} ${namespaceOf(object)}/${nameOf(object)}`}>
      <a class="attention-line" title=${object.rollout.message} href=${hashOf(kind.id, pathOf(kind, object))}><${Chip} status=${status} />
        <span class="attention-name"><span class="faint">${kind.kind} ${namespaceOf(object)}/</span>${nameOf(object)}</span>
        <span class="attention-why">${object.rollout.message}</span></a></li>`)}</ul>
    ${entries.length > LISTED && html`<p class="fine">And ${formatCount(entries.length - LISTED)} more.</p>`}</section>`;
}

function Warnings({ digest }) {
  const warnings = digest.warnings;
  return html`<section class="block"><h2><a href=${hashOf("events", [], new Map([["only", "trouble"]]))}>Warnings</a> <span class="view-count num">${formatCount(warnings.length)}</span></h2>
    ${warnings.length === 0 && html`<p class="fine">No warning event in this snapshot.</p>`}
    <ul class="lines">${warnings.slice(0, LISTED).map((event) => html`<li key=${`${event.namespace}/${event.name}`} class="event-line">
      <div class="event-head"><${Chip} quiet status=${{ text: event.reason, tone: "warn" }} />
        <span class="event-object"><${ObjectLink} kind=${event.involvedObject?.kind} namespace=${event.involvedObject?.namespace} name=${event.involvedObject?.name} /></span>
        <span class="since">${event.count > 1 && html`<span class="num">×${event.count}</span> · `}<${Age} at=${event.lastTimestamp} /></span></div>
      <p class="fine clamp">${event.message}</p></li>`)}</ul></section>`;
}

function Busiest({ title, pods, show }) {
  if (!pods.length) return null;
  const most = pods[0].used;
  return html`<section class="block"><h2>${title}</h2><ul class="busiest">
    ${pods.map(({ pod, used }) => html`<li key=${`${namespaceOf(pod)}/${nameOf(pod)}`}>
      <span class="busiest-name"><${ObjectLink} kind="Pod" namespace=${namespaceOf(pod)} name=${nameOf(pod)}><span class="faint">${namespaceOf(pod)}/</span>${nameOf(pod)}</${ObjectLink}></span>
      <span class="busiest-track" aria-hidden="true"><span style=${{ width: `${(used / most) * 100}%` }}></span></span><span class="num busiest-used">${show(used)}</span></li>`)}</ul></section>`;
}

/** Whether a push was refused since the last accepted one, or within ten minutes. Older ones are only counted. */
function refusedLately(meta) {
  const at = parseTime(meta.lastRejection?.at);
  return at !== null && (at > (parseTime(meta.receivedAt) ?? 0) || nowMs() - at < 600_000);
}

export function Overview({ digest, meta }) {
  const { summary = {} } = digest.snapshot;
  const nodes = listOf(digest.snapshot, kindById("nodes"));
  const notReady = (summary.totalNodes ?? nodes.length) - (summary.readyNodes ?? 0);
  const phases = digest.phases;
  const totalPods = phases.reduce((total, [, count]) => total + count, 0);
  return html`<div class="overview">
    <h1 class="visually-hidden">Overview</h1>
    ${refusedLately(meta) && html`<${Notice} tone="bad" title=${meta.rejected === 1 ? "One push was refused" : `${formatCount(meta.rejected)} pushes were refused`}><p class="breakable">Last reason: ${rejectionText(meta) || "not told"}</p></${Notice}>`}
    <div class="tiles">
      <${Tile} title="Nodes" href=${hashOf("nodes")} figure=${formatCount(summary.readyNodes)} of=${`of ${formatCount(summary.totalNodes)} ready`}>
        <p class="fine">${notReady > 0 ? html`<${Mark} tone="bad" /> ${notReady} not ready` : html`<${Mark} tone="ok" /> all ready`}${nodes.some((node) => node.summary?.schedulable === false) && html`, ${nodes.filter((node) => node.summary?.schedulable === false).length} cordoned`}</p></${Tile}>
      <${Tile} title="Pods" href=${hashOf("pods")} figure=${formatCount(totalPods)} of=${`in ${formatCount(summary.totalNamespaces)} namespaces`}><${PhaseBar} phases=${phases} total=${totalPods} /></${Tile}>
      <${Capacity} title="CPU" totals=${digest.totals("cpu")} show=${(cores) => `${formatCores(cores)} cores`} showOf=${(used, all) => `${formatCores(used)} of ${formatCores(all)} cores`} />
      <${Capacity} title="Memory" totals=${digest.totals("memory")} show=${formatBytes} showOf=${(used, all) => formatBytesOf(used, all, "of")} />
    </div>
    <div class="blocks">
      <div><${Attention} digest=${digest} /><${Rollouts} digest=${digest} /></div>
      <div class="blocks-side"><${Warnings} digest=${digest} />
        <${Busiest} title="Most CPU" pods=${digest.busiestPods("cpu", 5)} show=${formatCores} />
        <${Busiest} title="Most memory" pods=${digest.busiestPods("memory", 5)} show=${formatBytes} /></div>
    </div>
  </div>`;
}
