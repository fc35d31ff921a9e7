/** Rows of the kinds that connect things. Field names: the snapshot's wire contract. */
import * as column from "./columns.js";

const ports = (service) =>
  (service.ports ?? []).map((port) => `${port.port}${port.nodePort ? `:${port.nodePort}` : ""}/${port.protocol ?? "TCP"}`);

function backends(service) {
  const summary = service.backends?.summary;
  if (!summary) return { text: "–", tone: "idle" };
  if (summary.total === 0) return { text: "no endpoints", tone: service.summary?.hasSelector ? "warn" : "idle" };
  return { text: `${summary.ready}/${summary.total} ready`, tone: summary.ready === summary.total ? "ok" : summary.ready ? "warn" : "bad" };
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
      column.words("ports", "Ports", ports, { width: "minmax(140px, 1.4fr)", card: "line", mono: true }),
      column.words("external", "External", (service) => [...(service.network?.loadBalancerIngress ?? []), ...(service.network?.externalIPs ?? [])]),
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
      column.words("types", "Types", (policy) => policy.policyTypes, { card: "line" }),
      column.number("ingress", "Ingress rules", (policy) => policy.ingressRuleCount, { width: "110px", card: "line" }),
      column.number("egress", "Egress rules", (policy) => policy.egressRuleCount, { width: "110px", card: "line" }),
      column.text("selector", "Pods", (policy) => policy.podSelector || "all pods", { width: "minmax(160px, 2fr)", mono: true }),
      column.age(),
    ],
  },
];
for (const row of NETWORK) row.group = "Network";
