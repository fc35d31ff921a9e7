/** The panels of nodes, namespaces and events. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { nodePods, nodePodsText, nodeUse, nodeUseText } from "../kinds/cluster.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { KINDS, kindByName } from "../kinds/kinds.js";
import { ObjectLink } from "../links.js";
import { Age, Chip, Fact, Meter } from "../marks.js";
import { formatCount, showMemory } from "../quantities.js";
import { hashOf } from "../router.js";
import { parseTime } from "../times.js";
import { LimitBounds, QuotaBars } from "./limits.js";
import { PodList } from "./lists.js";
import { Events, Section } from "./parts.js";

export function Node({ object: node, digest }) {
  const { info = {}, spec = {}, summary = {}, taints = [] } = node;
  const pods = digest.relations.sources("node", "Node", "", nameOf(node)).map(({ object }) => object);
  const isMeasured = (digest.snapshot.otel?.metricsNodes ?? []).some(({ nodeName }) => nodeName === nameOf(node));
  return html`
    ${isMeasured && html`<p class="offers"><a class="button small" href=${hashOf("hardware", [nameOf(node)])}>Metrics of its hardware</a></p>`}
    ${(summary.reason || summary.message) && html`<p class="said">${[summary.reason, summary.message].filter(Boolean).join(": ")}</p>`}
    ${(summary.badges ?? []).length > 0 && html`<p class="rollout-head">${summary.badges.map((badge) => html`<${Chip} key=${badge} status=${{ text: badge, tone: "note" }} />`)}</p>`}
    <${Section} title="Use of allocatable"><dl class="facts">
      <${Fact} name="CPU"><${Meter} percent=${nodeUse(node, "cpu")} text=${nodeUseText(node, "cpu")} label="CPU" /></${Fact}>
      <${Fact} name="Memory"><${Meter} percent=${nodeUse(node, "memory")} text=${nodeUseText(node, "memory")} label="Memory" /></${Fact}>
      <${Fact} name="Pods"><${Meter} percent=${nodePods(node)} text=${nodePodsText(node)} label="Pods" /></${Fact}>
      <${Fact} name="Ephemeral storage">${showMemory(node.allocatable?.ephemeralStorage)}</${Fact}>
      ${Object.entries(node.allocatable?.scalarResources ?? {}).map(([name, amount]) => html`<${Fact} key=${name} name=${name}>${amount}</${Fact}>`)}
    </dl></${Section}>
    ${taints.length > 0 && html`<${Section} title="Taints" count=${taints.length}><ul class="lines">
      ${taints.map((taint) => html`<li key=${`${taint.key} ${taint.effect}`}><span class="mono breakable">${taint.key}${taint.value ? `=${taint.value}` : ""}</span>${" "}
        <${Chip} quiet status=${{ text: taint.effect, tone: taint.effect === "PreferNoSchedule" ? "note" : "warn" }} /></li>`)}</ul></${Section}>`}
    <${PodList} title="Pods here" pods=${pods} showNamespace />
    <${Section} title="System"><dl class="facts">
      <${Fact} name="Image">${info.osImage || "–"}</${Fact}>
      <${Fact} name="Kernel">${info.kernelVersion || "–"}, ${info.architecture || "–"}</${Fact}>
      <${Fact} name="Runtime">${info.containerRuntimeVersion || "–"}</${Fact}>
      <${Fact} name="Kubelet">${info.kubeletVersion || "–"}</${Fact}>
      <${Fact} name="Addresses"><span class="mono">${(node.addresses?.all ?? []).map(({ type, address }) => `${address} (${type})`).join(", ") || node.addresses?.internalIP || "–"}</span></${Fact}>
      ${(spec.podCIDRs ?? []).length > 0 && html`<${Fact} name="Pod networks"><span class="mono">${spec.podCIDRs.join(", ")}</span></${Fact}>`}
    </dl></${Section}>`;
}

const PHASES = [["podsRunning", "running", "ok"], ["podsPending", "pending", "warn"], ["podsFailed", "failed", "bad"], ["podsSucceeded", "succeeded", "idle"]];

/** Every kind that has objects in a namespace, with its number, each leading to its table narrowed to the namespace. */
function Contents({ namespace, digest }) {
  const name = nameOf(namespace);
  const resources = namespace.resources ?? {};
  // The agent counts most kinds; of the rest the lists tell.
  const counts = KINDS.filter((kind) => kind.namespaced).map((kind) => ({ kind, listed: digest.relations.inNamespace(kind.id, name).length, counted: resources[kind.id] }))
    .map((entry) => ({ ...entry, count: entry.counted ?? entry.listed })).filter(({ count }) => count > 0);
  return html`<${Section} title="Contains">
    ${counts.length === 0 && html`<p class="fine">Nothing.</p>`}
    <ul class="contents">${counts.map(({ kind, count, listed }) => html`<li key=${kind.id}>
      ${listed > 0 ? html`<a href=${hashOf(kind.id, [], new Map([["ns", name]]))}>${kind.title}</a>` : kind.title} <span class="part-count num">${formatCount(count)}</span></li>`)}</ul>
    <p class="chips">${PHASES.filter(([field]) => resources[field] > 0).map(([field, word, tone]) => html`<${Chip} key=${field} quiet status=${{ text: `${formatCount(resources[field])} ${word}`, tone }} />`)}</p>
  </${Section}>`;
}

export function Namespace({ object: namespace, digest }) {
  const name = nameOf(namespace);
  return html`
    <${Contents} namespace=${namespace} digest=${digest} />
    ${(namespace.quotas ?? []).map((quota) => html`<${Section} key=${`quota ${quota.name}`} title=${html`Quota <${ObjectLink} kind="ResourceQuota" namespace=${name} name=${quota.name} />`}><${QuotaBars} quota=${quota} /></${Section}>`)}
    ${(namespace.limitRanges ?? []).map((range) => html`<div key=${`range ${range.name}`}><${Section} title=${html`Limits <${ObjectLink} kind="LimitRange" namespace=${name} name=${range.name} />`}></${Section}><${LimitBounds} range=${range} /></div>`)}
    <${PodList} pods=${digest.relations.inNamespace("pods", name)} none="No pods." />`;
}

export function Event({ object: event, digest }) {
  const { kind, namespace, name } = event.involvedObject ?? {};
  const target = kindByName(kind);
  const others = name ? digest.eventsOf(kind, target?.namespaced === false ? "" : namespace, name).filter((other) => other !== event) : [];
  return html`<p class="said">${event.message}</p>
    <${Section} title="About"><dl class="facts">
      <${Fact} name=${kind || "Object"}><${ObjectLink} kind=${kind} namespace=${namespace} name=${name} /></${Fact}>
      ${namespace && namespace !== namespaceOf(event) && html`<${Fact} name="Namespace"><${ObjectLink} kind="Namespace" name=${namespace} /></${Fact}>`}
      <${Fact} name="First seen">${parseTime(event.firstTimestamp) === null ? "–" : html`<${Age} at=${event.firstTimestamp} /> ago`}</${Fact}>
    </dl></${Section}>
    ${others.length > 0 && html`<${Events} title="Others about it" events=${others} />`}`;
}
