/** Rows of the kinds that run for good: pods and their controllers; batch.js has jobs. Field names: the snapshot's wire contract. */
import * as column from "./columns.js";
import { parseQuantity, showCpu, showMemory } from "../quantities.js";
import { ownerOf } from "../relations/references.js";
import { phaseStatus, podStatus, replicaTone } from "../tone.js";

const images = (object) => (object.template?.containers ?? []).map((container) => container.image);

function readyStatus(ready = 0, wanted = 0) {
  return wanted === 0 ? { text: "none wanted", tone: "idle" } : { text: `${ready}/${wanted} ready`, tone: replicaTone(ready, wanted) };
}

/** Text and tone of a workload: a rollout that failed or stands still says more than its numbers. */
function workloadStatus(object, ready, wanted) {
  const phase = object.rollout?.phase;
  if (phase === "Failed" || phase === "Degraded") return phaseStatus(phase);
  const numbers = readyStatus(ready, wanted);
  return phase === "Paused" && numbers.tone === "ok" ? phaseStatus(phase) : numbers;
}

/** Text and tone of a Deployment or StatefulSet. */
export const replicatedStatus = (object) => workloadStatus(object, object.summary?.ready, object.summary?.replicas);
/** Text and tone of a DaemonSet. */
export const daemonSetStatus = (object) => workloadStatus(object, object.summary?.numberReady, object.summary?.desiredNumberScheduled);
/** Text and tone of a ReplicaSet; the old ones of a Deployment have nothing to run. */
export const replicaSetStatus = (object) => readyStatus(object.readyReplicas, object.replicas);

function readyNumbers(pod) {
  const [ready, all] = (pod.status?.ready ?? "").split("/").map(Number);
  return all ? ready / all : null;
}

export const WORKLOADS = [
  {
    id: "pods", kind: "Pod", title: "Pods", one: "pod", namespaced: true, status: podStatus,
    columns: [
      column.name(),
      column.namespace(),
      { ...column.text("ready", "Ready", (pod) => pod.status?.ready, { width: "66px", card: "line" }), align: "end", value: readyNumbers },
      column.status("status", "Status", podStatus, { width: "minmax(162px, 1.5fr)" }),
      column.number("restarts", "Restarts", (pod) => pod.status?.restarts, { width: "82px", card: "line" }),
      column.quantity("cpu", "CPU", (pod) => pod.status?.cpuUsage, parseQuantity, showCpu, { width: "72px", card: "line" }),
      column.quantity("memory", "Memory", (pod) => pod.status?.memoryUsage, parseQuantity, showMemory, { width: "92px", card: "line" }),
      column.reference("node", "Node", (pod) => ({ kind: "Node", name: pod.summary?.nodeName }), { width: "minmax(110px, 1.2fr)", inPanel: false }),
      column.text("ip", "IP", (pod) => pod.status?.podIP, { width: "108px", mono: true, inPanel: false }),
      column.age(),
    ],
  },
  {
    id: "deployments", kind: "Deployment", title: "Deployments", one: "deployment", namespaced: true, status: replicatedStatus,
    columns: [
      column.name(),
      column.namespace(),
      column.replicas((object) => object.summary?.ready, (object) => object.summary?.replicas),
      column.rollout(),
      column.number("updated", "Updated", (object) => object.summary?.updated, { inPanel: false }),
      column.number("available", "Available", (object) => object.summary?.available, { inPanel: false }),
      column.words("images", "Images", images, { width: "minmax(180px, 2fr)", card: "line", mono: true, inPanel: false }),
      column.text("strategy", "Strategy", (object) => object.summary?.strategy, { inPanel: false }),
      column.age(),
    ],
  },
  {
    id: "statefulSets", kind: "StatefulSet", title: "StatefulSets", one: "stateful set", namespaced: true, status: replicatedStatus,
    columns: [
      column.name(),
      column.namespace(),
      column.replicas((object) => object.summary?.ready, (object) => object.summary?.replicas),
      column.rollout(),
      column.number("updated", "Updated", (object) => object.summary?.updated, { inPanel: false }),
      column.reference("service", "Service", (object) => ({ kind: "Service", namespace: column.namespaceOf(object), name: object.summary?.serviceName }), { card: "line", inPanel: false }),
      column.words("images", "Images", images, { width: "minmax(180px, 2fr)", mono: true, inPanel: false }),
      column.age(),
    ],
  },
  {
    id: "daemonSets", kind: "DaemonSet", title: "DaemonSets", one: "daemon set", namespaced: true, status: daemonSetStatus,
    columns: [
      column.name(),
      column.namespace(),
      column.replicas((object) => object.summary?.numberReady, (object) => object.summary?.desiredNumberScheduled),
      column.rollout(),
      column.number("updated", "Updated", (object) => object.summary?.updatedNumberScheduled, { inPanel: false }),
      column.number("misscheduled", "Misplaced", (object) => object.summary?.numberMisscheduled, { width: "96px", card: "line", inPanel: false }),
      column.words("images", "Images", images, { width: "minmax(180px, 2fr)", mono: true, inPanel: false }),
      column.age(),
    ],
  },
  {
    id: "replicaSets", kind: "ReplicaSet", title: "ReplicaSets", one: "replica set", namespaced: true, status: replicaSetStatus,
    columns: [
      column.name(),
      column.namespace(),
      column.replicas((object) => object.readyReplicas, (object) => object.replicas),
      column.number("available", "Available", (object) => object.availableReplicas, { inPanel: false }),
      column.reference("owner", "Owner", ownerOf, { card: "line", withKind: true, width: "minmax(160px, 2fr)", inPanel: false }),
      column.age(),
    ],
  },
];
for (const row of WORKLOADS) row.group = "Workloads";
