/** Rows of the kinds that run to an end: Jobs and CronJobs. Field names: the snapshot's wire contract. */
import * as column from "./columns.js";
import { ownerOf } from "../relations/references.js";
import { phaseStatus } from "../tone.js";

const holds = (job, type) => (job.conditions ?? []).some((condition) => condition.type === type && condition.status === "True");

/** Status of a Job: its conditions, else its counters. Pods that failed are no failure while others are tried. */
export function jobStatus(job) {
  if (job.complete) return phaseStatus("Complete");
  if (holds(job, "Failed")) return phaseStatus("Failed");
  if (holds(job, "Suspended")) return phaseStatus("Suspended");
  if (job.active > 0) return phaseStatus("Running");
  return phaseStatus(job.failed > 0 ? "Failed" : "Pending");
}

/** Status of a CronJob: whether it will run again. */
export const cronJobStatus = (job) => phaseStatus(job.suspend ? "Suspended" : "Active");

export const BATCH = [
  {
    id: "jobs", kind: "Job", title: "Jobs", one: "job", namespaced: true, status: jobStatus,
    columns: [
      column.name(),
      column.namespace(),
      column.status("status", "Status", jobStatus),
      column.number("active", "Active", (job) => job.active, { inPanel: false }),
      column.number("succeeded", "Succeeded", (job) => job.succeeded, { width: "96px", card: "line", inPanel: false }),
      column.number("failed", "Failed", (job) => job.failed, { card: "line", inPanel: false }),
      column.reference("owner", "Owner", ownerOf, { withKind: true, width: "minmax(130px, 1.2fr)", inPanel: false }),
      { ...column.age((job) => job.startTime, "Started", "started"), inPanel: false },
      column.age(),
    ],
  },
  {
    id: "cronJobs", kind: "CronJob", title: "CronJobs", one: "cron job", namespaced: true, status: cronJobStatus,
    columns: [
      column.name(),
      column.namespace(),
      column.status("status", "Status", cronJobStatus),
      column.text("schedule", "Schedule", (job) => job.schedule, { card: "line", mono: true, inPanel: false }),
      column.number("active", "Active", (job) => job.activeJobs, { card: "line" }),
      { ...column.age((job) => job.lastScheduleTime, "Last run", "lastRun"), inPanel: false },
      { ...column.age((job) => job.lastSuccessfulTime, "Last success", "lastSuccess", "112px"), inPanel: false },
      column.age(),
    ],
  },
];
for (const row of BATCH) row.group = "Workloads";
