/**
 * What a status means to the reader: `ok`, `warn`, `bad`, `idle` (ended or switched off on purpose) or `note`.
 *
 * Each tone has a colour and a shape of its own (see marks.js), so nothing is said by colour alone.
 */
const BAD = /BackOff|Err(?:or|Image)|OOMKilled|Evicted|InvalidImage|NodeLost|ExitCode|Signal:|Failed|DeadlineExceeded|ContainerCannotRun|ReplicaFailure/;
const RANK = new Map([["bad", 0], ["warn", 1], ["note", 2], ["ok", 3], ["idle", 4]]);

/** Sorting rank of a tone: trouble first. */
export function toneRank(tone) {
  return RANK.get(tone) ?? 5;
}

/** Text and tone of a pod, from its reason, else its phase. */
export function podStatus(pod) {
  const { phase = "", reason = "" } = pod.status ?? {};
  const text = reason || phase || "Unknown";
  if (reason === "Completed" || (phase === "Succeeded" && !reason)) return { text, tone: "idle" };
  if (phase === "Failed" || BAD.test(reason)) return { text, tone: "bad" };
  if (phase === "Running" && !reason) return { text, tone: "ok" };
  return { text, tone: "warn" };
}

/** Names of the pressures a node reports. */
export function nodePressures(node) {
  const flags = node.metrics?.pressure ?? {};
  return [
    flags.memoryPressure && "MemoryPressure",
    flags.diskPressure && "DiskPressure",
    flags.pidPressure && "PIDPressure",
    flags.networkUnavailable && "NetworkUnavailable",
  ].filter(Boolean);
}

/** Text and tone of a node. */
export function nodeStatus(node) {
  const ready = node.summary?.ready;
  if (ready !== "True") return { text: ready === "False" ? "NotReady" : "Unknown", tone: "bad" };
  const pressures = nodePressures(node);
  if (pressures.length) return { text: pressures.join(", "), tone: "bad" };
  if (node.summary.schedulable === false) return { text: "Cordoned", tone: "warn" };
  return { text: "Ready", tone: "ok" };
}

const WORDS = new Map([
  ["Active", "ok"], ["Bound", "ok"], ["Available", "ok"], ["Complete", "ok"], ["Normal", "idle"], ["Running", "ok"],
  ["Terminating", "warn"], ["Pending", "warn"], ["Progressing", "warn"], ["Paused", "warn"], ["Released", "warn"],
  ["Warning", "warn"], ["Degraded", "bad"], ["Failed", "bad"], ["Lost", "bad"], ["Suspended", "idle"],
  ["running", "ok"], ["waiting", "warn"], ["terminated", "idle"],
  ["success", "ok"], ["failed", "bad"], ["queued", "note"],
]);

/** Tone of a word that several kinds use as a phase. */
export function wordTone(word) {
  return WORDS.get(word) ?? (BAD.test(word) ? "bad" : "note");
}

/** Text and tone of a phase word; nothing known is `Unknown`. */
export function phaseStatus(word) {
  return word ? { text: word, tone: wordTone(word) } : { text: "Unknown", tone: "note" };
}

/** Text and tone of `ready` out of `wanted` replicas. */
export function replicaTone(ready, wanted) {
  if (wanted === 0) return "idle";
  if (ready >= wanted) return "ok";
  return ready === 0 ? "bad" : "warn";
}

/** Tone of a condition: some are good when True (Ready), some when False (MemoryPressure). */
export function conditionTone(condition) {
  const wantsFalse = /Pressure$|Unavailable$|Failure$|^Failed$|Problem|DisruptionTarget|Suspended/.test(condition.type ?? "");
  if (condition.status === "Unknown") return "warn";
  if ((condition.status === "True") !== wantsFalse) return "ok";
  return condition.reason === "PodCompleted" ? "idle" : "bad";
}

/** Tone of a share of something limited, in percent. */
export function fillTone(percent) {
  if (percent === null || percent === undefined) return "idle";
  if (percent >= 90) return "bad";
  return percent >= 75 ? "warn" : "ok";
}
