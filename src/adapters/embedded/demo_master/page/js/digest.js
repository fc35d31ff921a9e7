/**
 * What the views need to know about a snapshot beyond its lists: totals, what needs attention, and through `relations`
 * what belongs to what.
 *
 * One digest per snapshot, each part computed when first asked for and then kept.
 */
import { KINDS, kindById, listOf } from "./kinds/kinds.js";
import { createdAtOf, nameOf, namespaceOf } from "./kinds/columns.js";
import { parseQuantity } from "./quantities.js";
import { Relations } from "./relations/index.js";
import { parseTime } from "./times.js";
import { conditionTone, phaseStatus, podStatus, toneRank } from "./tone.js";

function sum(values) {
  let total = 0;
  for (const value of values) total += value ?? 0;
  return total;
}

const ROLLED_OUT = ["deployments", "statefulSets", "daemonSets"];
// Phases with nothing left to do. Source: wire contract, rollout phases.
const ROLLED = new Set(["Available", "Complete"]);

const ended = (pod) => pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
const newestFirst = (one, other) => (parseTime(other.lastTimestamp) ?? 0) - (parseTime(one.lastTimestamp) ?? 0);

export class Digest {
  #parts = new Map();

  constructor(snapshot) {
    this.snapshot = snapshot;
    this.relations = new Relations(snapshot);
  }

  #once(part, compute) {
    if (!this.#parts.has(part)) this.#parts.set(part, compute());
    return this.#parts.get(part);
  }

  #list(kindId) {
    return listOf(this.snapshot, kindById(kindId));
  }

  /** The object of a kind by `namespace/name`, or undefined. */
  find(kind, key) {
    return this.relations.find(kind, key);
  }

  /** Names of all namespaces, also of those that only objects mention. Ascending. */
  get namespaces() {
    return this.#once("namespaces", () => {
      const names = new Set(this.#list("namespaces").map(nameOf));
      for (const kind of KINDS) if (kind.namespaced) for (const object of this.#list(kind.id)) names.add(namespaceOf(object));
      names.delete("");
      return [...names].sort();
    });
  }

  /** Events about an object, newest first. */
  eventsOf(kindName, namespace, name) {
    return this.#once(`events ${kindName}/${namespace}/${name}`, () =>
      this.relations.sources("about", kindName, namespace, name).map(({ object }) => object).sort(newestFirst));
  }

  /** Warning events, newest first. */
  get warnings() {
    return this.#once("warnings", () => this.#list("events").filter((event) => event.type === "Warning").sort(newestFirst));
  }

  /** Pods per phase, `[[phase, count]]` in a fixed order, phases nobody is in left out. */
  get phases() {
    return this.#once("phases", () => {
      const groups = Map.groupBy(this.#list("pods"), (pod) => pod.status?.phase || "Unknown");
      const known = ["Running", "Pending", "Failed", "Unknown", "Succeeded"];
      return [...known, ...[...groups.keys()].filter((phase) => !known.includes(phase))]
        .map((phase) => [phase, groups.get(phase)?.length ?? 0])
        .filter(([, count]) => count > 0);
    });
  }

  /** The cluster's CPU (cores) or memory (bytes): allocatable, requested by pods, used (null without metrics). */
  totals(resource) {
    return this.#once(`totals ${resource}`, () => {
      const nodes = this.#list("nodes");
      const used = nodes.map((node) => parseQuantity(node.metrics?.[resource]?.usage)).filter((value) => value !== null);
      const requested = this.#list("pods").filter((pod) => !ended(pod) && pod.summary?.nodeName)
        .map((pod) => sum((pod.containers ?? []).map((container) => parseQuantity(container.requests?.[resource]))));
      return {
        allocatable: sum(nodes.map((node) => parseQuantity(node.allocatable?.[resource]))),
        requested: sum(requested),
        used: used.length ? sum(used) : null,
        reporting: used.length,
        nodes: nodes.length,
      };
    });
  }

  /** Per kind id, how many objects are broken and how many need a look. */
  get trouble() {
    return this.#once("trouble", () => new Map(KINDS.filter((kind) => kind.status).map((kind) => {
      const counts = { bad: 0, warn: 0 };
      for (const object of listOf(this.snapshot, kind)) {
        const { tone } = kind.status(object);
        if (tone === "bad" || tone === "warn") counts[tone] += 1;
      }
      return [kind.id, counts];
    })));
  }

  /** Objects that are broken or need a look, `[{kind, object, status, why}]`: worst first, then by kind, then newest. Events stand apart. */
  get attention() {
    return this.#once("attention", () => KINDS.filter((kind) => kind.status && kind.id !== "events")
      .flatMap((kind) => listOf(this.snapshot, kind).map((object) => ({ kind, object, status: kind.status(object) })))
      .filter(({ status }) => status.tone === "bad" || status.tone === "warn")
      .map((entry) => ({ ...entry, why: why(entry.object) }))
      .sort((one, other) => toneRank(one.status.tone) - toneRank(other.status.tone)
        || KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind)
        || (parseTime(createdAtOf(other.object)) ?? 0) - (parseTime(createdAtOf(one.object)) ?? 0)));
  }

  /** Workloads whose rollout is under way, stands still or failed, `[{kind, object, status}]`, worst first. */
  get rollouts() {
    return this.#once("rollouts", () => ROLLED_OUT.flatMap((id) => this.#list(id)
      .filter(({ rollout }) => rollout?.phase && !ROLLED.has(rollout.phase))
      .map((object) => ({ kind: kindById(id), object, status: phaseStatus(object.rollout.phase) })))
      .sort((one, other) => toneRank(one.status.tone) - toneRank(other.status.tone) || (nameOf(one.object) < nameOf(other.object) ? -1 : 1)));
  }

  /** Pods with the highest use of `cpu` or `memory`, highest first; empty without metrics. */
  busiestPods(resource, count) {
    const field = resource === "cpu" ? "cpuUsage" : "memoryUsage";
    return this.#once(`busiest ${resource}`, () => this.#list("pods")
      .map((pod) => ({ pod, used: parseQuantity(pod.status?.[field]), status: podStatus(pod) }))
      .filter(({ used }) => used)
      .sort((one, other) => other.used - one.used)).slice(0, count);
  }
}

/** The most telling sentence an object has about its own trouble; empty when it has none. */
function why(object) {
  const container = [...(object.initContainers ?? []), ...(object.containers ?? [])]
    .find(({ state, stateMessage, lastTerminationReason }) => state === "waiting" && (stateMessage || lastTerminationReason));
  const condition = (object.conditions ?? object.status?.conditions ?? []).find((candidate) => candidate.message && conditionTone(candidate) === "bad");
  return object.status?.message || container?.stateMessage || container?.lastTerminationReason || object.rollout?.message || condition?.message || "";
}
