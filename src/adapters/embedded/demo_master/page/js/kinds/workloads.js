/** Rows of the kinds that run things: pods, their controllers, jobs. Field names: the snapshot's wire contract. */
import * as column from "./columns.js";
import { parseQuantity, showCpu, showMemory } from "../quantities.js";
import { phaseStatus, podStatus, replicaTone } from "../tone.js";

const containers = (object) => (object.template?.containers ?? []).map((container) => container.image);

/** Status of a job from its counters: finished, running or failed. */
export function jobStatus(job) {
  if (job.complete) return phaseStatus("Complete");
  if (job.active > 0) return phaseStatus("Running");
  if (job.failed > 0) return phaseStatus("Failed");
  return phaseStatus("Pending");
}

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
      column.text("node", "Node", (pod) => pod.summary?.nodeName, { width: "minmax(110px, 1.2fr)", inPanel: false }),
      column.text("ip", "IP", (pod) => pod.status?.podIP, { width: "108px", mono: true, inPanel: false }),
      column.age(),
    ],
  },
  {
    id: "deployments", kind: "Deployment", title: "Deployments", one: "deployment", namespaced: true,
    status: (object) => ({ text: "", tone: replicaTone(object.summary?.ready ?? 0, object.summary?.replicas ?? 0) }),
    columns: [
      column.name(),
      column.namespace(),
      column.replicas((object) => object.summary?.ready, (object) => object.summary?.replicas),
      column.rollout(),
      column.number("updated", "Updated", (object) => object.summary?.updated),
      column.number("available", "Available", (object) => object.summary?.available),
      column.words("images", "Images", containers, { width: "minmax(180px, 2fr)", card: "line", mono: true }),
      column.text("strategy", "Strategy", (object) => object.summary?.strategy),
      column.age(),
    ],
  },
  {
    id: "statefulSets", kind: "StatefulSet", title: "StatefulSets", one: "stateful set", namespaced: true,
    status: (object) => ({ text: "", tone: replicaTone(object.summary?.ready ?? 0, object.summary?.replicas ?? 0) }),
    columns: [
      column.name(),
      column.namespace(),
      column.replicas((object) => object.summary?.ready, (object) => object.summary?.replicas),
      column.rollout(),
      column.number("updated", "Updated", (object) => object.summary?.updated),
      column.text("service", "Service", (object) => object.summary?.serviceName, { card: "line" }),
      column.words("images", "Images", containers, { width: "minmax(180px, 2fr)", mono: true }),
      column.age(),
    ],
  },
  {
    id: "daemonSets", kind: "DaemonSet", title: "DaemonSets", one: "daemon set", namespaced: true,
    status: (object) => ({ text: "", tone: replicaTone(object.summary?.numberReady ?? 0, object.summary?.desiredNumberScheduled ?? 0) }),
    columns: [
      column.name(),
      column.namespace(),
      column.replicas((object) => object.summary?.numberReady, (object) => object.summary?.desiredNumberScheduled),
      column.rollout(),
      column.number("updated", "Updated", (object) => object.summary?.updatedNumberScheduled),
      column.number("misscheduled", "Misplaced", (object) => object.summary?.numberMisscheduled, { width: "96px", card: "line" }),
      column.words("images", "Images", containers, { width: "minmax(180px, 2fr)", mono: true }),
      column.age(),
    ],
  },
  {
    id: "replicaSets", kind: "ReplicaSet", title: "ReplicaSets", one: "replica set", namespaced: true,
    status: (object) => ({ text: "", tone: replicaTone(object.readyReplicas ?? 0, object.replicas ?? 0) }),
    columns: [
      column.name(),
      column.namespace(),
      column.replicas((object) => object.readyReplicas, (object) => object.replicas),
      column.number("available", "Available", (object) => object.availableReplicas),
      column.text("owner", "Owner", (object) => object.ownerName, { card: "line" }),
      column.age(),
    ],
  },
  {
    id: "jobs", kind: "Job", title: "Jobs", one: "job", namespaced: true, status: jobStatus,
    columns: [
      column.name(),
      column.namespace(),
      column.status("status", "Status", jobStatus),
      column.number("active", "Active", (job) => job.active),
      column.number("succeeded", "Succeeded", (job) => job.succeeded, { width: "96px", card: "line" }),
      column.number("failed", "Failed", (job) => job.failed, { card: "line" }),
      column.text("owner", "Owner", (job) => job.ownerName),
      column.age((job) => job.startTime, "Started", "started"),
      column.age(),
    ],
  },
  {
    id: "cronJobs", kind: "CronJob", title: "CronJobs", one: "cron job", namespaced: true,
    status: (job) => (job.suspend ? phaseStatus("Suspended") : phaseStatus("Active")),
    columns: [
      column.name(),
      column.namespace(),
      column.status("status", "Status", (job) => phaseStatus(job.suspend ? "Suspended" : "Active")),
      column.text("schedule", "Schedule", (job) => job.schedule, { card: "line", mono: true }),
      column.number("active", "Active", (job) => job.activeJobs, { card: "line" }),
      column.age((job) => job.lastScheduleTime, "Last run", "lastRun"),
      column.age((job) => job.lastSuccessfulTime, "Last success", "lastSuccess"),
      column.age(),
    ],
  },
];
for (const row of WORKLOADS) row.group = "Workloads";
