/**
 * Commands that suggest themselves for an object: links to the command form, filled in as far as it is known.
 *
 * A pod's owner is a ReplicaSet, but what people scale is the Deployment above it. When the snapshot lists the ReplicaSet
 * with its owner, that is exact. When it does not, the name without its hash is offered and the form says that it is a guess.
 */
import { kindByName } from "../kinds/kinds.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";

// The pod template hash: letters and digits that Kubernetes considers safe to read. Source: apimachinery, util/rand.
const TEMPLATE_HASH = /-[bcdfghjklmnpqrstvwxz2456789]{5,10}$/;

function offer(label, action, kind, namespace, name, more = {}) {
  return { label, query: new Map(Object.entries({ action, kind, namespace, name, ...more })) };
}

function scale(digest, kind, namespace, name, more = {}) {
  const row = kindByName(kind);
  const known = row && digest.find(row, `${namespace}/${name}`);
  return offer(`Scale ${kind} …`, "scale", kind, namespace, name, { ...(known ? { replicas: String(known.summary?.replicas ?? "") } : {}), ...more });
}

/** The offer to scale what stands above a pod, or none. */
function scaleOwner(pod, digest) {
  const { ownerKind, ownerName } = pod.summary ?? {};
  const namespace = namespaceOf(pod);
  if (ownerKind === "StatefulSet") return [scale(digest, "StatefulSet", namespace, ownerName)];
  if (ownerKind !== "ReplicaSet") return [];
  const replicaSet = digest.find(kindByName("ReplicaSet"), `${namespace}/${ownerName}`);
  if (replicaSet) return replicaSet.ownerKind === "Deployment" ? [scale(digest, "Deployment", namespace, replicaSet.ownerName)] : [];
  return [scale(digest, "Deployment", namespace, ownerName.replace(TEMPLATE_HASH, ""), { from: ownerName })];
}

/** Offers for an object, `[{label, query}]`; `query` is that of the command form's address. */
export function offersFor(kind, object, digest) {
  const namespace = namespaceOf(object);
  const name = nameOf(object);
  switch (kind.id) {
    case "pods":
      return [
        ...scaleOwner(object, digest),
        offer("Logs …", "get_logs", "Pod", namespace, name, { container: object.containers?.[0]?.name ?? "" }),
        offer("Delete pod …", "delete_pod", "Pod", namespace, name),
      ];
    case "deployments":
    case "statefulSets":
      return [scale(digest, kind.kind, namespace, name), offer("Restart …", "restart", kind.kind, namespace, name)];
    case "daemonSets":
      return [offer("Restart …", "restart", kind.kind, namespace, name)];
    case "nodes":
      return [
        object.summary?.schedulable === false ? offer("Uncordon …", "uncordon", "Node", "", name) : offer("Cordon …", "cordon", "Node", "", name),
        offer("Drain …", "drain", "Node", "", name),
      ];
    case "configMaps":
      return [offer("Data …", "get_configmap", "ConfigMap", namespace, name)];
    default:
      return [];
  }
}
