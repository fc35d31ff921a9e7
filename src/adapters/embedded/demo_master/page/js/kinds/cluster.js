/** Rows of what the cluster itself consists of: nodes, namespaces, events. Field names: the snapshot's wire contract. */
import * as column from "./columns.js";
import { namespaceFill } from "./quotas.js";
import { formatBytesOf, parseQuantity, percentOf, showCpu, showMemory } from "../quantities.js";
import { nodeStatus, phaseStatus } from "../tone.js";

/** Share of a node's allocatable that is used, in percent; null without metrics. `resource`: `cpu` or `memory`. */
export function nodeUse(node, resource) {
  const metric = node.metrics?.[resource];
  const used = parseQuantity(metric?.usage);
  return percentOf(used, parseQuantity(metric?.allocatable || node.allocatable?.[resource]));
}

/** `1.2 / 8` for a node's CPU, `3.1 / 16 GiB` for its memory; allocatable alone without metrics. */
export function nodeUseText(node, resource) {
  const metric = node.metrics?.[resource];
  const whole = metric?.allocatable || node.allocatable?.[resource];
  if (!metric?.usage) return `${resource === "cpu" ? showCpu(whole) : showMemory(whole)}, use unknown`;
  if (resource === "cpu") return `${showCpu(metric.usage)} / ${showCpu(whole)}`;
  return formatBytesOf(parseQuantity(metric.usage), parseQuantity(whole));
}

/** Share of a node's pod slots that is taken, in percent. */
export function nodePods(node) {
  const pods = node.metrics?.pods;
  return percentOf(pods?.used ?? null, pods?.capacity || parseQuantity(node.allocatable?.pods));
}

/** `23 / 110` pods of a node. */
export function nodePodsText(node) {
  const pods = node.metrics?.pods;
  return `${pods?.used ?? "?"} / ${pods?.capacity || node.allocatable?.pods || "?"}`;
}

export const CLUSTER = [
  {
    id: "nodes", kind: "Node", title: "Nodes", one: "node", namespaced: false, status: nodeStatus,
    columns: [
      column.name({ width: "minmax(130px, 2fr)" }),
      column.status("status", "Status", nodeStatus, { width: "minmax(128px, 1fr)" }),
      column.words("roles", "Roles", (node) => node.summary?.roles, { width: "minmax(112px, 1fr)" }),
      column.meter("cpu", "CPU", (node) => nodeUse(node, "cpu"), (node) => nodeUseText(node, "cpu"), { width: "minmax(164px, 1.4fr)", card: "line", inPanel: false }),
      column.meter("memory", "Memory", (node) => nodeUse(node, "memory"), (node) => nodeUseText(node, "memory"), { width: "minmax(204px, 1.6fr)", card: "line", inPanel: false }),
      column.meter("pods", "Pods", nodePods, nodePodsText, { width: "minmax(156px, 1.2fr)", card: "line", inPanel: false }),
      column.text("ip", "Internal IP", (node) => node.addresses?.internalIP, { width: "112px", mono: true, inPanel: false }),
      column.text("version", "Kubelet", (node) => node.info?.kubeletVersion, { width: "84px", inPanel: false }),
      column.age(),
    ],
  },
  {
    id: "namespaces", kind: "Namespace", title: "Namespaces", one: "namespace", namespaced: false,
    status: (namespace) => phaseStatus(namespace.status?.phase),
    columns: [
      column.name(),
      column.status("status", "Status", (namespace) => phaseStatus(namespace.status?.phase)),
      column.number("pods", "Pods", (namespace) => namespace.resources?.pods, { width: "72px", card: "line", inPanel: false }),
      column.number("running", "Running", (namespace) => namespace.resources?.podsRunning, { card: "line", inPanel: false }),
      column.number("pending", "Pending", (namespace) => namespace.resources?.podsPending, { card: "line", inPanel: false }),
      column.number("failed", "Failed", (namespace) => namespace.resources?.podsFailed, { card: "line", inPanel: false }),
      column.number("deployments", "Deployments", (namespace) => namespace.resources?.deployments, { width: "108px", inPanel: false }),
      column.number("services", "Services", (namespace) => namespace.resources?.services, { inPanel: false }),
      column.number("pvcs", "Claims", (namespace) => namespace.resources?.pvcs, { inPanel: false }),
      column.meter("quota", "Fullest quota", namespaceFill, (namespace) => (namespaceFill(namespace) === null ? "no quota" : ""), { width: "minmax(120px, 1fr)", inPanel: false }),
      column.age(),
    ],
  },
  {
    id: "events", kind: "Event", title: "Events", one: "event", namespaced: true, sort: "last",
    status: (event) => phaseStatus(event.type),
    columns: [
      column.age((event) => event.lastTimestamp, "Last seen", "last", "104px"),
      column.status("type", "Type", (event) => phaseStatus(event.type), { width: "108px" }),
      { ...column.text("reason", "Reason", (event) => event.reason || "no reason", { width: "minmax(172px, 1.3fr)", card: "title" }), strong: true },
      column.reference("object", "Object", (event) => event.involvedObject, { width: "minmax(200px, 2.4fr)", card: "line", withKind: true }),
      column.namespace(),
      column.text("message", "Message", (event) => event.message, { width: "minmax(260px, 4fr)", card: "line" }),
      column.number("count", "Count", (event) => event.count, { width: "72px" }),
      column.text("source", "Source", (event) => event.source, { width: "minmax(120px, 1fr)" }),
    ],
  },
];
for (const row of CLUSTER) row.group = "Cluster";
