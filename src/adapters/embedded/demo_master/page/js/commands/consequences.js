/**
 * What a change will do, in words, as far as the snapshot tells: shown before it is confirmed.
 *
 * `{facts, warnings}`: what happens, and what the reader should think of first. The agent decides by the cluster as it is
 * then; these are expectations.
 */
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { kindById, kindByName } from "../kinds/kinds.js";
import { ownerOf } from "../relations/references.js";

const many = (count, one, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;
const list = (names, most = 5) => (names.length > most ? `${names.slice(0, most).join(", ")} and ${names.length - most} more` : names.join(", "));

function objectOf({ kind, namespace, name }, digest) {
  const row = digest && kindByName(kind);
  return row ? digest.find(row, `${row.namespaced ? namespace : ""}/${name}`) : undefined;
}

const replicasOf = (object) => object?.summary?.replicas ?? object?.summary?.desiredNumberScheduled ?? object?.replicas;

function scale(request, object) {
  const wanted = request.params.replicas;
  const now = replicasOf(object);
  const facts = [now === undefined ? `It is told to run ${many(wanted, "replica")}.` : `From ${now} to ${many(wanted, "replica")}.`];
  const warnings = [];
  if (wanted === 0) warnings.push(now ? `All its pods end: ${now}.` : "All its pods end.");
  else if (wanted < now) facts.push(`${many(now - wanted, "pod")} end.`);
  const owner = object && ownerOf(object);
  if (request.kind === "ReplicaSet" && owner?.kind) warnings.push(`${owner.kind} ${owner.name} owns it and will set it back. Scale that instead.`);
  return { facts, warnings };
}

function rollout(object, kind) {
  if (kind === "Pod") return { facts: ["The container is restarted in place."], warnings: [] };
  if (kind === "CronJob") return { facts: ["Jobs that start from now on use it; running ones do not change."], warnings: [] };
  const strategy = object?.spec?.updateStrategy?.type ?? object?.spec?.strategy?.type ?? object?.summary?.strategy;
  const count = replicasOf(object);
  const facts = [`${count === undefined ? "Its pods are" : count === 1 ? "Its pod is" : `Its ${count} pods are`} replaced${strategy ? ` by its strategy ${strategy}` : ""}.`];
  const warnings = [];
  if (strategy === "OnDelete") warnings.push("With OnDelete nothing happens until somebody deletes the pods.");
  if (strategy === "Recreate") warnings.push("With Recreate all pods end before new ones start.");
  if (object?.rollout?.phase === "Paused") warnings.push("Its rollout is paused: nothing happens before it is resumed.");
  const partition = object?.spec?.updateStrategy?.partition;
  if (partition) warnings.push(`Only pods from ordinal ${partition} up are replaced (partition).`);
  return { facts, warnings };
}

function updateImage(request, object) {
  const { facts, warnings } = rollout(object, request.kind);
  const containers = object?.template?.containers ?? object?.containers ?? [];
  const container = containers.find(({ name }) => name === request.params.container);
  return { facts: [...(container ? [`Now: ${container.image}`] : []), `Then: ${request.params.image}`, ...facts], warnings };
}

function deletion(request, object, digest) {
  const facts = [];
  const warnings = [];
  const { kind, params } = request;
  const owner = object && ownerOf(object);
  if (owner?.kind) facts.push(`${owner.kind} ${owner.name} owns it and most likely makes another one.`);
  else if (kind === "Pod" && object) warnings.push("Nothing creates this pod anew.");
  if (params.force) warnings.push("Forced: its programs may go on running where the kubelet does not answer.");
  if (!object || kind === "Pod") return { facts, warnings };
  const pods = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"].includes(kind) ? digest.relations.owned("pods", kind, object) : [];
  if (pods.length) facts.push(params.propagationPolicy === "Orphan" ? `Its ${many(pods.length, "pod")} stay, without an owner.` : `Its ${many(pods.length, "pod")} go too.`);
  if (kind === "Namespace") {
    const inside = Object.entries(object.resources ?? {}).map(([id, count]) => ({ row: kindById(id), count })).filter(({ row, count }) => row && count > 0)
      .map(({ row, count }) => `${count} ${(count === 1 ? row.one : row.title).toLowerCase()}`);
    warnings.push(`Everything in it goes with it${inside.length ? `: ${list(inside, 8)}` : ""}.`);
  }
  if (kind === "PersistentVolumeClaim" || kind === "PersistentVolume") warnings.push("What is stored on it may be lost, by its reclaim policy.");
  if (kind === "Node") warnings.push("Its pods are lost from the cluster's view; drain it first.");
  const users = ["uses", "secrets", "certificate", "routes", "governs"].flatMap((relation) => digest.relations.sources(relation, kind, namespaceOf(object), nameOf(object))).filter(({ kind: user }) => user.id !== "pods");
  if (users.length) warnings.push(`It is used by ${list([...new Set(users.map(({ kind: user, object: one }) => `${user.kind} ${nameOf(one)}`))])}.`);
  return { facts, warnings };
}

function drain(request, digest) {
  const { params } = request;
  const pods = digest ? digest.relations.sources("node", "Node", "", request.name).map(({ object }) => object) : [];
  const running = pods.filter((pod) => !["Succeeded", "Failed"].includes(pod.status?.phase));
  const ofDaemonSets = running.filter((pod) => ownerOf(pod).kind === "DaemonSet");
  const others = running.filter((pod) => !["DaemonSet", "Node"].includes(ownerOf(pod).kind));
  const alone = others.filter((pod) => !ownerOf(pod).kind);
  const withData = others.filter((pod) => (pod.volumes ?? []).some(({ type }) => type === "EmptyDir"));
  const facts = [
    "The node takes no new pods any more, also when the drain fails.",
    `${many(others.length, "pod")} ${params.disableEviction ? "deleted" : "evicted"}${others.length ? `: ${list(others.map(nameOf))}` : ""}.`,
  ];
  const warnings = [];
  if (ofDaemonSets.length) (params.ignoreDaemonSets === false ? warnings : facts).push(params.ignoreDaemonSets === false
    ? `${many(ofDaemonSets.length, "pod")} of DaemonSets: the drain stops before it begins.` : `${many(ofDaemonSets.length, "pod")} of DaemonSets stay.`);
  if (alone.length) warnings.push(params.force ? `Nothing creates these anew: ${list(alone.map(nameOf))}.` : `Without force the drain stops before it begins, because of ${list(alone.map(nameOf))}.`);
  if (withData.length) warnings.push(params.deleteEmptyDirData ? `The emptyDir data of ${list(withData.map(nameOf))} is lost.` : `The drain stops before it begins, because of the emptyDir volumes of ${list(withData.map(nameOf))}.`);
  if (params.disableEviction) warnings.push("Disruption budgets do not count.");
  return { facts, warnings };
}

function cordon(request, digest) {
  const count = digest ? digest.relations.sources("node", "Node", "", request.name).length : 0;
  return request.action === "cordon"
    ? { facts: ["No new pods are scheduled to it.", `${many(count, "pod")} on it ${count === 1 ? "stays" : "stay"}.`], warnings: [] }
    : { facts: ["New pods may be scheduled to it again."], warnings: [] };
}

/** What carrying out a request will do: `{facts: [sentence], warnings: [sentence]}`. `digest` may be null. */
export function consequencesOf(request, digest) {
  const object = objectOf(request, digest);
  switch (request.action) {
    case "scale": return scale(request, object);
    case "restart": return rollout(object, request.kind);
    case "update_image": return updateImage(request, object);
    case "delete_pod":
    case "delete": return deletion(request, object, digest);
    case "drain": return drain(request, digest);
    case "cordon":
    case "uncordon": return cordon(request, digest);
    case "exec": return { facts: ["A program in a container can change anything that the container may."], warnings: [] };
    case "apply_manifests": return {
      facts: ["Objects that do not exist are created; the fields that the manifests name are set in those that do.", "Nothing is deleted."],
      warnings: request.params.force ? ["Forced: fields that somebody else manages are taken over."] : [],
    };
    default: return { facts: [], warnings: [] };
  }
}
