/** The panel of a pod: why it is as it is, where it runs, who sends to it, what it uses, its containers. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { namespaceOf } from "../kinds/columns.js";
import { ObjectLink } from "../links.js";
import { Fact } from "../marks.js";
import { Containers } from "./containers.js";
import { ObjectList } from "./lists.js";
import { Section } from "./parts.js";
import { Scheduling, Uses, Volumes } from "./uses.js";

/** Services that lead to a pod: those that list it as an endpoint, and those whose selector takes it. */
function servicesOf(pod, digest) {
  const listed = digest.relations.sources("backs", "Pod", namespaceOf(pod), pod.summary?.name).map(({ object }) => object);
  return [...new Set([...listed, ...digest.relations.servicesSelecting(namespaceOf(pod), pod.labels)])];
}

export function Pod({ object: pod, digest }) {
  const { spec = {}, status = {}, summary = {} } = pod;
  const namespace = namespaceOf(pod);
  return html`
    ${status.message && html`<p class="said">${status.message}</p>`}
    <${Section} title="Placement"><dl class="facts">
      <${Fact} name="Node">${summary.nodeName ? html`<${ObjectLink} kind="Node" name=${summary.nodeName} />` : "not scheduled"}</${Fact}>
      ${!summary.ownerName && html`<${Fact} name="Owner">none: nothing recreates this pod</${Fact}>`}
      <${Fact} name="Addresses"><span class="mono">${(status.podIPs ?? [status.podIP]).filter(Boolean).join(", ") || "none yet"}</span></${Fact}>
      <${Fact} name="Quality of service">${status.qosClass || "–"}</${Fact}>
      ${spec.priorityClassName && html`<${Fact} name="Priority">${spec.priorityClassName}</${Fact}>`}
      <${Fact} name="Restart policy">${spec.restartPolicy || "–"}</${Fact}>
    </dl></${Section}>
    <${Containers} containers=${pod.containers} namespace=${namespace} />
    <${Containers} title="Init containers" containers=${pod.initContainers} namespace=${namespace} />
    <${ObjectList} title="Services that lead here" list="services" objects=${servicesOf(pod, digest)} />
    <${ObjectList} title="Network policies that apply" list="networkPolicies" objects=${digest.relations.policiesFor(namespace, pod.labels)} />
    <${Uses} object=${pod} />
    <${Volumes} volumes=${pod.volumes} namespace=${namespace} />
    <${Scheduling} spec=${spec} />`;
}
