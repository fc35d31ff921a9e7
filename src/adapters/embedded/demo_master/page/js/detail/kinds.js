/**
 * What the panel shows for particular kinds, beyond what every kind gets (facts, conditions, labels, events, JSON).
 *
 * A table from list name to component; a kind without a row simply has nothing of its own.
 */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { kindById, kindByName, listOf } from "../kinds/kinds.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { Chip, Fact, Meter } from "../marks.js";
import { nodePods, nodePodsText, nodeUse, nodeUseText } from "../kinds/cluster.js";
import { showMemory } from "../quantities.js";
import { hashOf } from "../router.js";
import { Containers } from "./containers.js";
import { ObjectLink, PodList, Section } from "./parts.js";

/** What owns a pod; a link when the snapshot lists it. */
function Owner({ pod, digest }) {
  const { ownerKind, ownerName, namespace } = pod.summary ?? {};
  if (!ownerName) return "none: nothing recreates this pod";
  const kind = kindByName(ownerKind);
  const listed = kind && digest.find(kind, `${kind.namespaced ? namespace : ""}/${ownerName}`);
  return html`${ownerKind} ${listed ? html`<${ObjectLink} kind=${ownerKind} namespace=${namespace} name=${ownerName} />` : ownerName}`;
}

function Pod({ object: pod, digest }) {
  const { spec = {}, status = {}, summary = {} } = pod;
  return html`
    ${status.message && html`<p class="said">${status.message}</p>`}
    <${Section} title="Placement"><dl class="facts">
      <${Fact} name="Node">${summary.nodeName ? html`<${ObjectLink} kind="Node" name=${summary.nodeName} />` : "not scheduled"}</${Fact}>
      <${Fact} name="Owner"><${Owner} pod=${pod} digest=${digest} /></${Fact}>
      <${Fact} name="Addresses"><span class="mono">${(status.podIPs ?? [status.podIP]).filter(Boolean).join(", ") || "none yet"}</span></${Fact}>
      <${Fact} name="Service account">${spec.serviceAccountName || "default"}</${Fact}>
      <${Fact} name="Quality of service">${status.qosClass || "–"}</${Fact}>
      ${spec.priorityClassName && html`<${Fact} name="Priority">${spec.priorityClassName}</${Fact}>`}
      <${Fact} name="Restart policy">${spec.restartPolicy || "–"}</${Fact}>
    </dl></${Section}>
    <${Containers} title="Containers" containers=${pod.containers} />
    <${Containers} title="Init containers" containers=${pod.initContainers} />`;
}

function Node({ object: node, digest }) {
  const { info = {}, spec = {} } = node;
  return html`
    <${Section} title="Use of allocatable"><dl class="facts">
      <${Fact} name="CPU"><${Meter} percent=${nodeUse(node, "cpu")} text=${nodeUseText(node, "cpu")} label="CPU" /></${Fact}>
      <${Fact} name="Memory"><${Meter} percent=${nodeUse(node, "memory")} text=${nodeUseText(node, "memory")} label="Memory" /></${Fact}>
      <${Fact} name="Pods"><${Meter} percent=${nodePods(node)} text=${nodePodsText(node)} label="Pods" /></${Fact}>
      <${Fact} name="Ephemeral storage">${showMemory(node.allocatable?.ephemeralStorage)}</${Fact}>
      ${Object.entries(node.allocatable?.scalarResources ?? {}).map(([name, amount]) => html`<${Fact} key=${name} name=${name}>${amount}</${Fact}>`)}
    </dl></${Section}>
    ${(node.taints ?? []).length > 0 && html`<${Section} title="Taints" count=${node.taints.length}><ul class="lines">
      ${node.taints.map((taint) => html`<li key=${`${taint.key} ${taint.effect}`}><span class="mono">${taint.key}${taint.value ? `=${taint.value}` : ""}</span>${" "}
        <${Chip} quiet status=${{ text: taint.effect, tone: taint.effect === "PreferNoSchedule" ? "note" : "warn" }} /></li>`)}</ul></${Section}>`}
    <${Section} title="System"><dl class="facts">
      <${Fact} name="Image">${info.osImage || "–"}</${Fact}>
      <${Fact} name="Kernel">${info.kernelVersion || "–"}, ${info.architecture || "–"}</${Fact}>
      <${Fact} name="Runtime">${info.containerRuntimeVersion || "–"}</${Fact}>
      <${Fact} name="Kubelet">${info.kubeletVersion || "–"}</${Fact}>
      <${Fact} name="Addresses"><span class="mono">${(node.addresses?.all ?? []).map(({ type, address }) => `${address} (${type})`).join(", ") || node.addresses?.internalIP || "–"}</span></${Fact}>
      ${(spec.podCIDRs ?? []).length > 0 && html`<${Fact} name="Pod networks"><span class="mono">${spec.podCIDRs.join(", ")}</span></${Fact}>`}
    </dl></${Section}>
    <${PodList} title="Pods here" pods=${digest.podsOnNode(nameOf(node))} showNamespace />`;
}

function Namespace({ object: namespace, digest }) {
  const name = nameOf(namespace);
  const lists = Object.entries(namespace.resources ?? {}).map(([id, count]) => [kindById(id), count]).filter(([kind, count]) => kind && count > 0);
  return html`
    <${Section} title="Contains"><dl class="facts">
      ${lists.length === 0 && html`<p class="fine">Nothing that is counted.</p>`}
      ${lists.map(([kind, count]) => html`<${Fact} key=${kind.id} name=${kind.title}>
        ${listOf(digest.snapshot, kind).length ? html`<a href=${hashOf(kind.id, [], new Map([["ns", name]]))}><span class="num">${count}</span></a>` : html`<span class="num">${count}</span>`}</${Fact}>`)}
    </dl></${Section}>
    <${PodList} title="Pods" pods=${digest.podsInNamespace(name)} />`;
}

function Event({ object: event }) {
  const target = event.involvedObject ?? {};
  return html`<p class="said">${event.message}</p>
    <${Section} title="About"><dl class="facts">
      <${Fact} name=${target.kind || "Object"}><${ObjectLink} kind=${target.kind} namespace=${target.namespace} name=${target.name} /></${Fact}>
      ${target.namespace && html`<${Fact} name="Namespace"><${ObjectLink} kind="Namespace" name=${target.namespace} /></${Fact}>`}
    </dl></${Section}>`;
}

function Workload({ object, kind, digest }) {
  const name = nameOf(object);
  const namespace = namespaceOf(object);
  const owners = [[kind.kind, name], ...(object.replicaSets ?? []).map((replicaSet) => ["ReplicaSet", replicaSet.name])];
  return html`
    ${object.rollout?.message && html`<p class="said">${object.rollout.message}</p>`}
    ${object.ownerName && html`<${Section} title="Owner"><p><${ObjectLink} kind=${object.ownerKind} namespace=${namespace} name=${object.ownerName} /></p></${Section}>`}
    <${PodList} title="Pods" pods=${owners.flatMap(([ownerKind, ownerName]) => digest.podsOfOwner(ownerKind, namespace, ownerName))} />
    <${Containers} title="Containers" containers=${object.template?.containers} withState=${false} />`;
}

function Service({ object: service }) {
  const endpoints = service.backends?.endpoints ?? [];
  return html`<${Section} title="Endpoints" count=${endpoints.length}><ul class="lines">
    ${endpoints.map((endpoint) => html`<li key=${endpoint.address}>
      <${Chip} quiet status=${{ text: endpoint.ready ? "ready" : "not ready", tone: endpoint.ready ? "ok" : "warn" }} />
      <span class="mono">${endpoint.address}</span>
      ${endpoint.targetRef && html` <${ObjectLink} kind=${endpoint.targetRef.kind} namespace=${endpoint.targetRef.namespace} name=${endpoint.targetRef.name} />`}</li>`)}
  </ul></${Section}>`;
}

/** The component of a list name. */
export const OF_KIND = new Map([
  ["pods", Pod], ["nodes", Node], ["namespaces", Namespace], ["events", Event], ["services", Service],
  ...["deployments", "statefulSets", "daemonSets", "replicaSets", "jobs", "cronJobs"].map((id) => [id, Workload]),
]);
