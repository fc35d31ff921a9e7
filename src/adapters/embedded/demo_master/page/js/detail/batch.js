/** The panels of Jobs and CronJobs: how far, when, which pods, which runs. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { Age, Fact, Meter } from "../marks.js";
import { percentOf } from "../quantities.js";
import { formatSpan, nowMs, parseTime } from "../times.js";
import { ObjectList, PodList } from "./lists.js";
import { Section } from "./parts.js";
import { Template } from "./workloads.js";

const CONCURRENCY_POLICIES = new Map([["Allow", "another may start"], ["Forbid", "the next is left out"], ["Replace", "the next replaces it"]]);

/** How long a Job ran or runs, in seconds; null before it starts. */
function runSeconds({ startTime, finishTime }) {
  const start = parseTime(startTime);
  return start === null ? null : Math.max(0, ((parseTime(finishTime) ?? nowMs()) - start) / 1000);
}

export function Job({ object: job, digest }) {
  const wanted = job.completions ?? job.parallelism ?? 1;
  const seconds = runSeconds(job);
  return html`
    <${Section} title="Progress"><dl class="facts">
      <${Fact} name="Succeeded"><${Meter} percent=${percentOf(job.succeeded ?? 0, wanted)} text=${`${job.succeeded ?? 0} of ${wanted}`} label="Succeeded" tone="ok" /></${Fact}>
      <${Fact} name="Active"><span class="num">${job.active ?? 0}</span>${job.parallelism ? html`<span class="faint"> of at most ${job.parallelism}</span>` : ""}</${Fact}>
      <${Fact} name="Failed pods"><span class="num">${job.failed ?? 0}</span>${job.backoffLimit !== undefined && job.backoffLimit !== null && html`<span class="faint">, given up after ${job.backoffLimit}</span>`}</${Fact}>
      <${Fact} name="Started">${parseTime(job.startTime) === null ? "not yet" : html`<${Age} at=${job.startTime} /> ago`}</${Fact}>
      ${parseTime(job.finishTime) !== null && html`<${Fact} name="Ended"><${Age} at=${job.finishTime} /> ago</${Fact}>`}
      ${seconds !== null && html`<${Fact} name=${parseTime(job.finishTime) === null ? "Runs for" : "Ran for"}><span class="num">${formatSpan(seconds)}</span></${Fact}>`}
    </dl></${Section}>
    <${PodList} pods=${digest.relations.owned("pods", "Job", job)} none="None in this snapshot. Pods of ended jobs may have been removed." />
    <${Template} object=${job} digest=${digest} />`;
}

export function CronJob({ object: job, digest }) {
  return html`
    <${Section} title="Schedule"><dl class="facts">
      <${Fact} name="Times"><span class="mono">${job.schedule}</span>${job.suspend && html`<span class="faint">, suspended: starts nothing</span>`}</${Fact}>
      ${job.concurrencyPolicy && html`<${Fact} name="While one runs">${CONCURRENCY_POLICIES.get(job.concurrencyPolicy) ?? job.concurrencyPolicy}</${Fact}>`}
      <${Fact} name="Last run">${parseTime(job.lastScheduleTime) === null ? "never" : html`<${Age} at=${job.lastScheduleTime} /> ago`}</${Fact}>
      <${Fact} name="Last success">${parseTime(job.lastSuccessfulTime) === null ? "never" : html`<${Age} at=${job.lastSuccessfulTime} /> ago`}</${Fact}>
      <${Fact} name="Kept runs">${job.successfulJobsHistoryLimit ?? "–"} that succeeded, ${job.failedJobsHistoryLimit ?? "–"} that failed</${Fact}>
    </dl></${Section}>
    <${ObjectList} title="Jobs" list="jobs" objects=${digest.relations.owned("jobs", "CronJob", job)} none="None in this snapshot." />
    <${Template} object=${job} digest=${digest} />`;
}
