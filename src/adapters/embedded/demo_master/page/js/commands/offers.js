/**
 * What can be done with an object: the actions of its kind, each leading to its form in the object's own panel.
 *
 * A pod's owner is a ReplicaSet, but what people scale is the Deployment above it. When the snapshot lists the ReplicaSet
 * with its owner, that is exact. When it does not, the name without its hash is offered and the form says that it is a guess.
 */
import { createdAtOf, nameOf, namespaceOf } from "../kinds/columns.js";
import { kindById, kindByName, pathOf } from "../kinds/kinds.js";
import { hashOf } from "../router.js";
import { ACTIONS, actionOf } from "./actions.js";

// The pod template hash: letters and digits that Kubernetes considers safe to read. Source: apimachinery, util/rand.
const TEMPLATE_HASH = /-[bcdfghjklmnpqrstvwxz2456789]{5,10}$/;
// Reading first, destroying last, so that nobody reaches the one by aiming at the other.
const ORDER = ["get_logs", "get_configmap", "get_secret", "scale", "restart", "update_image", "exec", "cordon", "uncordon", "drain", "dynamic", "delete", "delete_pod"];

function isOffered(row, kind, object) {
  switch (row.action) {
    case "delete": return kind.kind !== "Pod";
    case "dynamic": return kind.kind !== "Secret";
    case "cordon": return kind.kind === "Node" && object.summary?.schedulable !== false;
    case "uncordon": return kind.kind === "Node" && object.summary?.schedulable === false;
    default: return row.kinds.includes(kind.kind);
  }
}

/** Whether a kind has an action at all, in whatever state the object is; an address may name it. */
export function actionFor(kind, name) {
  const row = actionOf(name ?? "");
  if (!row || row.global) return undefined;
  const isOfKind = row.action === "delete" ? kind.kind !== "Pod" : row.action === "dynamic" ? kind.kind !== "Secret" : row.kinds.includes(kind.kind);
  return isOfKind ? row : undefined;
}

/** Address of an action in an object's panel; `query` is that of the table beside it. */
export function hashOfAction(kind, object, action, query = new Map()) {
  return hashOf(kind.id, pathOf(kind, object), new Map([...query, ["do", action]]));
}

function scaleAbove(kind, object, digest) {
  if (kind.id !== "pods") return [];
  const { ownerKind, ownerName } = object.summary ?? {};
  const namespace = namespaceOf(object);
  const known = (kindName, name) => {
    const row = kindByName(kindName);
    const owner = digest.find(row, `${namespace}/${name}`);
    return owner ? [{ id: "scale-owner", label: `Scale ${kindName}`, changes: true, hash: hashOfAction(row, owner, "scale") }] : null;
  };
  const guessed = (kindName, name, more = {}) => [{
    id: "scale-owner", label: `Scale ${kindName}`, changes: true,
    hash: hashOf("commands", [], new Map(Object.entries({ action: "scale", kind: kindName, namespace, name, ...more }))),
  }];
  if (ownerKind === "StatefulSet") return known("StatefulSet", ownerName) ?? guessed("StatefulSet", ownerName);
  if (ownerKind !== "ReplicaSet") return [];
  const replicaSet = digest.find(kindById("replicaSets"), `${namespace}/${ownerName}`);
  if (replicaSet) return replicaSet.ownerKind === "Deployment" ? known("Deployment", replicaSet.ownerName) ?? guessed("Deployment", replicaSet.ownerName) : known("ReplicaSet", ownerName);
  return guessed("Deployment", ownerName.replace(TEMPLATE_HASH, ""), { from: ownerName });
}

/** Offers for an object, `[{id, label, hash, changes, destroys}]`, in the order they are shown. */
export function offersFor(kind, object, digest, query) {
  const rows = ACTIONS.filter((row) => !row.global && isOffered(row, kind, object)).sort((one, other) => ORDER.indexOf(one.action) - ORDER.indexOf(other.action));
  const offers = rows.map((row) => ({ id: row.action, label: row.title, hash: hashOfAction(kind, object, row.action, query), changes: row.changes, destroys: row.destroys }));
  const above = scaleAbove(kind, object, digest);
  const apply = kind.id === "namespaces"
    ? [{ id: "apply", label: "Apply manifests", changes: true, hash: hashOf("apply", [], new Map([["defaultNamespace", nameOf(object)]])) }] : [];
  const atEnd = offers.filter(({ destroys }) => destroys);
  return [...offers.filter((offer) => !atEnd.includes(offer)), ...above, ...apply, ...atEnd];
}

/** Containers of a pod or a template, `[{name, image, isInit}]`; a template of the wire has no init containers. */
export function containersOf(object) {
  const isInit = (containers, flag) => (containers ?? []).map(({ name, image }) => ({ name, image, isInit: flag }));
  return [...isInit(object.template?.containers ?? object.containers, false), ...isInit(object.template?.initContainers ?? object.initContainers, true)];
}

/** What an action's form starts with for an object. */
export function givenFor(row, kind, object) {
  const given = { kind: kind.kind, namespace: kind.namespaced ? namespaceOf(object) : "", name: nameOf(object) };
  const containers = containersOf(object);
  if (row.action === "scale") given.replicas = String(object.summary?.replicas ?? object.replicas ?? "");
  if (row.action === "update_image" && containers.length === 1) Object.assign(given, { container: containers[0].name, image: containers[0].image });
  if (row.action === "get_logs" && containers.length > 1) given.container = containers[0].name;
  return given;
}

/** Identity of an object for remembering what was done with it: one of the same name that came later is another. */
export const scopeOf = (row, kind, object) => [row.action, kind.kind, namespaceOf(object), nameOf(object), createdAtOf(object) ?? ""].join(" ");
