/**
 * The 20 kinds of a snapshot, one row each: where its list is, what it is called, how its table looks.
 *
 *     {id, kind, title, one, group, namespaced, columns, status?(object) -> {text, tone}, sort?, path?(object) -> [segment]}
 *
 * Everything else (navigation, tables, links, search, the panel's summary) follows from these rows.
 */
import { BATCH } from "./batch.js";
import { CLUSTER } from "./cluster.js";
import { nameOf, namespaceOf } from "./columns.js";
import { CONFIGURATION, STORAGE } from "./configuration.js";
import { NETWORK } from "./network.js";
import { WORKLOADS } from "./workloads.js";

export const KINDS = [...CLUSTER, ...WORKLOADS, ...BATCH, ...NETWORK, ...CONFIGURATION, ...STORAGE];

const BY_ID = new Map(KINDS.map((kind) => [kind.id, kind]));
const BY_KIND = new Map(KINDS.map((kind) => [kind.kind, kind]));

/** The row of a list name (`pods`), or undefined. */
export const kindById = (id) => BY_ID.get(id);

/** The row of a Kubernetes kind (`Pod`), or undefined. */
export const kindByName = (name) => BY_KIND.get(name);

/** Key of an object within its kind; a namespace that a cluster-scoped object claims to have does not count. */
export function keyOf(kind, object) {
  if (kind.path) return kind.path(object).join("/");
  return `${kind.namespaced ? namespaceOf(object) : ""}/${nameOf(object)}`;
}

// No namespace may be called this, so it can stand for "none" in an address.
const NO_NAMESPACE = "-";

/** Path of an object within its view: `[namespace, name]` or `[name]`; rows that are no objects of the cluster say their own. */
export function pathOf(kind, object) {
  if (kind.path) return kind.path(object);
  return kind.namespaced ? [namespaceOf(object) || NO_NAMESPACE, nameOf(object)] : [nameOf(object)];
}

/** Key that a route's path asks for, or null when the path names no object. */
export function keyOfPath(kind, path) {
  if (!kind.namespaced) return path.length >= 1 ? `/${path[0]}` : null;
  return path.length >= 2 ? `${path[0] === NO_NAMESPACE ? "" : path[0]}/${path[1]}` : null;
}

/** The list of a kind in a snapshot; missing and null lists are empty. */
export function listOf(snapshot, kind) {
  return snapshot?.[kind.id] ?? [];
}
