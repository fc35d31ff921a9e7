/** The head of the page: which cluster, how its agent is, how fresh and how large the last snapshot is. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { chooseCluster } from "../live.js";
import { Chip } from "../marks.js";
import { formatBytes, formatCount } from "../quantities.js";
import { hashOf } from "../router.js";
import { useTicking } from "../store.js";
import { formatClock, formatDateTime, formatSpan, secondsSince } from "../times.js";

// Snapshots come every 10 s by default: two missed is late, more than four is trouble. Source: AGENT_SNAPSHOT_INTERVAL.
const LATE_SECONDS = 25;
const TOO_LATE_SECONDS = 45;

function agentStatus(meta, problem) {
  if (problem) return { text: "Agent not known now", tone: "note" };
  if (!meta.lastHeartbeatAt) return { text: "No heartbeat yet", tone: "warn" };
  return meta.online ? { text: "Agent online", tone: "ok" } : { text: "Agent offline", tone: "bad" };
}

/** Tone of a snapshot's age in seconds. */
export function freshness(seconds) {
  if (seconds === null) return "note";
  if (seconds >= TOO_LATE_SECONDS) return "bad";
  return seconds >= LATE_SECONDS ? "warn" : "ok";
}

function Figure({ name, tone = "", title, children }) {
  return html`<div class=${`figure ${tone ? `tone-${tone}` : ""}`} title=${title}><dt>${name}</dt><dd class="num">${children}</dd></div>`;
}

function Ticking({ at }) {
  return html`${useTicking(() => formatSpan(secondsSince(at)))}`;
}

function SnapshotAge({ meta }) {
  const tone = useTicking(() => freshness(secondsSince(meta.receivedAt)));
  const word = { warn: ", late", bad: ", overdue" }[tone] ?? "";
  return html`<${Figure} name="Snapshot" tone=${tone} title=${`Received ${formatDateTime(meta.receivedAt)}, collected ${formatDateTime(meta.fetchedAt)}`}>
    ${meta.receivedAt ? html`<span id="snapshot-age"><${Ticking} at=${meta.receivedAt} /> ago${word}</span>` : "none yet"}</${Figure}>`;
}

function ClusterName({ clusters, meta }) {
  if (clusters.length <= 1) return html`<span class="cluster-name" title=${meta?.clusterId}>${meta?.clusterId ?? "no cluster yet"}</span>`;
  return html`<label class="cluster-choice"><span class="visually-hidden">Cluster</span>
    <select id="cluster" value=${meta?.clusterId} onChange=${(event) => chooseCluster(event.currentTarget.value)}>
      ${clusters.map(({ clusterId }) => html`<option key=${clusterId} value=${clusterId}>${clusterId}</option>`)}
    </select></label>`;
}

/** Why the last push was refused, as one line; empty when none was. */
export function rejectionText(meta) {
  const last = meta?.lastRejection;
  if (!last) return "";
  return `${last.answer}${last.path && last.path !== "$" ? ` at ${last.path}` : ""}${last.reason ? `: ${last.reason}` : ""} (${formatClock(last.at)})`;
}

export function Header({ clusters, meta, allowChanges, problem }) {
  return html`<header class="top">
    <a class="brand" href=${hashOf("overview")} aria-label="AtlHyper console, overview">
      <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true"><path class="brand-line" d="M16 4 26.4 10v12L16 28 5.6 22V10z" /><circle class="brand-dot" cx="16" cy="16" r="4" /></svg>
      <span class="brand-name">AtlHyper</span></a>
    <div class="top-cluster"><${ClusterName} clusters=${clusters} meta=${meta} />
      ${meta && html`<${Chip} status=${agentStatus(meta, problem)} />`}
      ${meta && !allowChanges && html`<span class="read-only" title="Changing commands are switched off">read only</span>`}</div>
    ${meta && html`<dl class="figures">
      <${SnapshotAge} meta=${meta} />
      <${Figure} name="Heartbeat" title=${`Last heartbeat ${formatDateTime(meta.lastHeartbeatAt)}`}>${meta.lastHeartbeatAt ? html`<${Ticking} at=${meta.lastHeartbeatAt} /> ago` : "none yet"}</${Figure}>
      <${Figure} name="Size" title=${meta.compressed === false ? "Sent as it is, not compressed" : "As sent, compressed, of the plain snapshot"}>${meta.wireBytes ? html`${formatBytes(meta.wireBytes)} <span class="faint">of ${formatBytes(meta.plainBytes)}</span>` : "–"}</${Figure}>
      <${Figure} name="Pushes" title=${meta.rejected ? `Last refusal: ${rejectionText(meta)}` : "Snapshots accepted and refused"}>
        ${formatCount(meta.accepted)}<span class=${meta.rejected ? "rejected" : "faint"}>, ${formatCount(meta.rejected)} refused</span></${Figure}>
    </dl>`}
  </header>`;
}
