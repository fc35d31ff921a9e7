/** Rows of the kinds that connect things. Field names: the snapshot's wire contract. */
import * as column from "./columns.js";
import { readSelector, selectorWords } from "../relations/selectors.js";

const ports = (service) =>
  (service.ports ?? []).map((port) => `${port.port}${port.nodePort ? `:${port.nodePort}` : ""}/${port.protocol ?? "TCP"}`);

/** Where a Service can be reached from outside, or leads to: addresses and an external name. */
const external = ({ network = {}, summary = {} }) =>
  [...(network.loadBalancerIngress ?? []), ...(network.externalIPs ?? []), summary.externalName].filter(Boolean);

/** Text and tone of what stands behind a Service. */
export function backends(service) {
  const summary = service.backends?.summary;
  if (service.summary?.type === "ExternalName") return { text: "external", tone: "idle" };
  if (!summary) return { text: "not known", tone: "note" };
  if (summary.total === 0) return { text: "no endpoints", tone: service.summary?.hasSelector ? "warn" : "idle" };
  return { text: `${summary.ready}/${summary.total} ready`, tone: summary.ready === summary.total ? "ok" : summary.ready ? "warn" : "bad" };
}

/** The pods a network policy applies to, in words. */
export function policyPods(policy) {
  const selector = readSelector(policy.podSelector);
  return selector === null ? policy.podSelector : selectorWords(selector) || "all pods";
}

export const NETWORK = [
  {
    id: "services", kind: "Service", title: "Services", one: "service", namespaced: true, status: backends,
    columns: [
      column.name(),
      column.namespace(),
      column.text("type", "Type", (service) => service.summary?.type, { width: "110px", card: "line" }),
      column.status("backends", "Endpoints", backends),
      column.text("clusterIP", "Cluster IP", (service) => service.summary?.clusterIP, { width: "116px", mono: true }),
      column.words("ports", "Ports", ports, { width: "minmax(140px, 1.4fr)", card: "line", mono: true, inPanel: false }),
      column.words("external", "External", external, { width: "minmax(120px, 1.2fr)", mono: true }),
      column.age(),
    ],
  },
  {
    id: "ingresses", kind: "Ingress", title: "Ingresses", one: "ingress", namespaced: true,
    columns: [
      column.name(),
      column.namespace(),
      column.text("class", "Class", (ingress) => ingress.summary?.ingressClass, { card: "line" }),
      column.words("hosts", "Hosts", (ingress) => ingress.summary?.hosts, { width: "minmax(180px, 2fr)", card: "line" }),
      column.number("paths", "Paths", (ingress) => ingress.summary?.pathsCount),
      column.text("tls", "TLS", (ingress) => (ingress.summary?.tlsEnabled ? "yes" : "no"), { width: "60px" }),
      column.words("address", "Address", (ingress) => ingress.status?.loadBalancer, { mono: true }),
      column.age(),
    ],
  },
  {
    id: "networkPolicies", kind: "NetworkPolicy", title: "Network policies", one: "network policy", namespaced: true,
    columns: [
      column.name(),
      column.namespace(),
      column.words("types", "Limits", (policy) => policy.policyTypes, { width: "124px", card: "line" }),
      column.number("ingress", "Ingress rules", (policy) => policy.ingressRuleCount, { width: "112px", card: "line" }),
      column.number("egress", "Egress rules", (policy) => policy.egressRuleCount, { width: "108px", card: "line" }),
      column.text("selector", "Applies to", policyPods, { width: "minmax(160px, 2fr)", inPanel: false }),
      column.age(),
    ],
  },
];
for (const row of NETWORK) row.group = "Network";
