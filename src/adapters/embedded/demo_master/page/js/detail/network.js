/** The panels of Services and Ingresses: how they are reached and where they lead, down to the pods. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { backends } from "../kinds/network.js";
import { ObjectLink } from "../links.js";
import { Age, Chip, Fact } from "../marks.js";
import { parseTime } from "../times.js";
import { selectorOf, selectorWords } from "../relations/selectors.js";
import { ObjectList, PodList } from "./lists.js";
import { Section } from "./parts.js";

const PATH_TYPES = new Map([["Prefix", "and below"], ["Exact", "exactly"], ["ImplementationSpecific", "as the controller reads it"]]);

const listed = (values) => (values ?? []).join(", ");

function Port({ port }) {
  return html`<li class="rule"><span class="mono">${port.port}/${port.protocol || "TCP"}</span>
    <span class="faint">${[port.name, port.appProtocol].filter(Boolean).join(", ")}</span>
    <span class="rule-end"><span class="faint">to</span> <span class="mono">${port.targetPort || port.port}</span>${port.nodePort ? html`<span class="faint">, on nodes</span> <span class="mono">${port.nodePort}</span>` : ""}</span></li>`;
}

function Endpoint({ endpoint }) {
  const { targetRef, nodeName, zone } = endpoint;
  return html`<li class="endpoint">
    <${Chip} quiet status=${{ text: endpoint.ready ? "ready" : "not ready", tone: endpoint.ready ? "ok" : "warn" }} />
    <span class="mono">${endpoint.address}</span>
    <span class="fine endpoint-where">${targetRef && html`<${ObjectLink} kind=${targetRef.kind} namespace=${targetRef.namespace} name=${targetRef.name} />`}
      ${nodeName && html` on <${ObjectLink} kind="Node" name=${nodeName} />`}${zone && html`<span class="faint"> in ${zone}</span>`}</span></li>`;
}

// A Service of a thousand endpoints must not be a thousand lines on every update.
const MOST_ENDPOINTS = 100;

function Endpoints({ service, digest }) {
  const endpoints = [...(service.backends?.endpoints ?? [])].sort((one, other) => Number(one.ready) - Number(other.ready));
  if (service.summary?.type === "ExternalName") return null;
  if (!service.backends) {
    const selector = selectorOf({ matchLabels: service.selector });
    return selector.labels.length > 0 && html`<p class="fine">Endpoints are not known. These pods have the labels that are selected.</p>
      <${PodList} title="Pods selected" pods=${digest.relations.podsSelected(namespaceOf(service), selector)} />`;
  }
  const { slices, updated } = service.backends.summary ?? {};
  return html`<${Section} title="Endpoints" count=${endpoints.length}>
    ${endpoints.length === 0 && html`<p class="fine">${service.summary?.hasSelector ? "No pod that is selected has an address yet: nothing answers here." : "No selector: somebody else has to write its endpoints."}</p>`}
    <ul class="lines">${endpoints.slice(0, MOST_ENDPOINTS).map((endpoint, index) => html`<${Endpoint} key=${`${endpoint.address} ${index}`} endpoint=${endpoint} />`)}</ul>
    ${endpoints.length > MOST_ENDPOINTS && html`<p class="fine">And ${endpoints.length - MOST_ENDPOINTS} more; those not ready come first.</p>`}
    ${slices > 0 && html`<p class="fine">From ${slices} ${slices === 1 ? "slice" : "slices"}${parseTime(updated) !== null && html`, last changed <${Age} at=${updated} /> ago`}.</p>`}
  </${Section}>`;
}

export function Service({ object: service, digest }) {
  const { spec = {}, network = {} } = service;
  const ports = service.ports ?? [];
  const routes = digest.relations.sources("routes", "Service", namespaceOf(service), nameOf(service)).map(({ object }) => object);
  const sets = digest.relations.sources("governs", "Service", namespaceOf(service), nameOf(service)).map(({ object }) => object);
  return html`
    <${Section} title="Traffic"><dl class="facts">
      <${Fact} name="Selector"><span class="mono">${selectorWords(selectorOf({ matchLabels: service.selector })) || "none"}</span></${Fact}>
      ${(network.clusterIPs ?? []).length > 1 && html`<${Fact} name="Cluster IPs"><span class="mono">${listed(network.clusterIPs)}</span></${Fact}>`}
      ${(network.ipFamilies ?? []).length > 0 && html`<${Fact} name="Families">${listed(network.ipFamilies)}${network.ipFamilyPolicy && html`<span class="faint"> ${network.ipFamilyPolicy}</span>`}</${Fact}>`}
      ${spec.sessionAffinity && spec.sessionAffinity !== "None" && html`<${Fact} name="Same client">always to the same pod (${spec.sessionAffinity}${spec.sessionAffinityTimeoutSeconds ? `, ${spec.sessionAffinityTimeoutSeconds}s` : ""})</${Fact}>`}
      ${spec.externalTrafficPolicy && html`<${Fact} name="From outside">${spec.externalTrafficPolicy === "Local" ? "to pods of the same node only" : "to any node's pods"}</${Fact}>`}
      ${spec.internalTrafficPolicy === "Local" && html`<${Fact} name="From inside">to pods of the same node only</${Fact}>`}
      ${(spec.loadBalancerSourceRanges ?? []).length > 0 && html`<${Fact} name="Allowed from"><span class="mono">${listed(spec.loadBalancerSourceRanges)}</span></${Fact}>`}
      ${spec.publishNotReadyAddresses && html`<${Fact} name="Not ready">pods are listed all the same</${Fact}>`}
    </dl></${Section}>
    ${ports.length > 0 && html`<${Section} title="Ports" count=${ports.length}><ul class="lines">${ports.map((port) => html`<${Port} key=${`${port.port} ${port.protocol}`} port=${port} />`)}</ul></${Section}>`}
    <${Endpoints} service=${service} digest=${digest} />
    <${ObjectList} title="Ingresses that lead here" list="ingresses" objects=${routes} />
    <${ObjectList} title="StatefulSets that it names" list="statefulSets" objects=${sets} />`;
}

function Backend({ backend, namespace, digest }) {
  if (!backend) return html`<span class="faint">no backend</span>`;
  if (!backend.service) {
    const { kind, name, apiGroup } = backend.resource ?? {};
    return html`<span class="faint">${kind}${apiGroup ? ` (${apiGroup})` : ""}</span> <${ObjectLink} kind=${kind} namespace=${namespace} name=${name} />`;
  }
  const { name, portName, portNumber } = backend.service;
  const service = digest.relations.target("Service", namespace, name);
  const status = service ? backends(service) : { text: "no such service", tone: "bad" };
  return html`<${ObjectLink} kind="Service" namespace=${namespace} name=${name} /><span class="faint">:${portName || portNumber || "?"}</span> <${Chip} status=${status} />`;
}

function Rule({ rule, namespace, digest }) {
  const paths = rule.paths ?? [];
  return html`<li class="ingress-rule"><p class="ingress-host">${rule.host ? html`<strong>${rule.host}</strong>` : html`<span class="faint">any host</span>`}</p>
    ${paths.length === 0 && html`<p class="fine">No paths: the default backend answers.</p>`}
    <ul>${paths.map(({ path, pathType, backend }, index) => html`<li key=${`${index} ${path}`} class="rule">
      <span class="mono">${path || "/"}</span><span class="faint">${PATH_TYPES.get(pathType) ?? pathType}</span>
      <span class="rule-end"><${Backend} backend=${backend} namespace=${namespace} digest=${digest} /></span></li>`)}</ul></li>`;
}

export function Ingress({ object: ingress, digest }) {
  const { spec = {} } = ingress;
  const namespace = namespaceOf(ingress);
  const rules = spec.rules ?? [];
  return html`
    <${Section} title="Rules" count=${rules.length}>
      <ul class="lines">${rules.map((rule, index) => html`<${Rule} key=${`${index} ${rule.host}`} rule=${rule} namespace=${namespace} digest=${digest} />`)}</ul>
      <dl class="facts"><${Fact} name="All else">${spec.defaultBackend
        ? html`<${Backend} backend=${spec.defaultBackend} namespace=${namespace} digest=${digest} />` : "whatever the controller answers"}</${Fact}></dl>
    </${Section}>
    <${Section} title="TLS" count=${(spec.tls ?? []).length}>
      ${(spec.tls ?? []).length === 0 && html`<p class="fine">None: plain HTTP.</p>`}
      <ul class="lines">${(spec.tls ?? []).map(({ hosts, secretName }, index) => html`<li key=${index} class="rule">
        <span>${listed(hosts) || "any host"}</span>
        <span class="rule-end">${secretName ? html`<span class="faint">certificate</span> <${ObjectLink} kind="Secret" namespace=${namespace} name=${secretName} />` : html`<span class="faint">the controller's own certificate</span>`}</span></li>`)}</ul>
    </${Section}>`;
}
