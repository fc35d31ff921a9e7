/**
 * Who belongs to whom in one snapshot, both ways.
 *
 * Every index is made when it is first asked for and kept for as long as the snapshot: a panel costs one walk over the lists
 * of its relations, not one per render, and a table costs none.
 */
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { keyOf, kindById, kindByName, listOf, pathOf } from "../kinds/kinds.js";
import { hashOf } from "../router.js";
import { claimStems, ownerOf, RELATIONS, stemOfClaim } from "./references.js";
import { readSelector, selectorOf, selects } from "./selectors.js";

const BY_ID = new Map(RELATIONS.map((relation) => [relation.id, relation]));
// Owners of owners: nothing in Kubernetes nests deeper, and objects that own each other must not hang the page.
const DEEPEST = 6;
const NOTHING = [];

/** The key of a target; a namespace named for a cluster-scoped object does not count, events about nodes name one. */
function targetKey(kindName, namespace, name) {
  const kind = kindByName(kindName);
  return `${kindName}/${kind && !kind.namespaced ? "" : namespace ?? ""}/${name}`;
}

export class Relations {
  #snapshot;
  #parts = new Map();

  constructor(snapshot) {
    this.#snapshot = snapshot;
  }

  #once(part, compute) {
    let made = this.#parts.get(part);
    if (made === undefined) {
      made = compute();
      this.#parts.set(part, made);
    }
    return made;
  }

  /** The object of a kind's row by its key (`namespace/name`), or undefined. */
  find(kind, key) {
    return this.#once(`keys ${kind.id}`, () => new Map(listOf(this.#snapshot, kind).map((object) => [keyOf(kind, object), object]))).get(key);
  }

  /** The object that a reference means, or undefined: its kind has no table, or this snapshot does not list it. */
  target(kindName, namespace, name) {
    const kind = kindByName(kindName);
    return kind && name ? this.find(kind, `${kind.namespaced ? namespace ?? "" : ""}/${name}`) : undefined;
  }

  /** The address of what a reference means, or null when that is not in this snapshot. */
  hashOf(kindName, namespace, name) {
    const object = this.target(kindName, namespace, name);
    if (!object) return null;
    const kind = kindByName(kindName);
    return hashOf(kind.id, pathOf(kind, object));
  }

  /** Who refers to an object by a relation: `[{kind, object, as: [how]}]`, in the order of the relation's lists. */
  sources(relationId, kindName, namespace, name) {
    return this.#index(BY_ID.get(relationId)).get(targetKey(kindName, namespace, name)) ?? NOTHING;
  }

  /** How many objects refer to some object of that kind, whether that is listed or not; events do not count. */
  mentions(kindName) {
    return this.#once(`mentions ${kindName}`, () => {
      const mentioning = new Set();
      for (const relation of RELATIONS.filter(({ to }) => to.includes(kindName))) {
        for (const [key, sources] of this.#index(relation)) {
          if (key.startsWith(`${kindName}/`)) for (const { object } of sources) mentioning.add(object);
        }
      }
      return mentioning.size;
    });
  }

  /** The owners above an object, nearest first: `[{kind, namespace, name, object?}]`; the last may be one that is not listed. */
  ownersOf(object) {
    const chain = [];
    let above = ownerOf(object);
    while (above.name && chain.length < DEEPEST) {
      const found = this.target(above.kind, above.namespace, above.name);
      chain.push({ ...above, object: found });
      if (!found) break;
      above = ownerOf(found);
    }
    return chain;
  }

  /** What an object owns, `[object]`, of one kind; a Deployment's pods are those of its ReplicaSets. */
  owned(listName, kindName, object, seen = new Set()) {
    if (seen.has(object)) return NOTHING;
    seen.add(object);
    const direct = this.sources("owner", kindName, namespaceOf(object), nameOf(object));
    const own = direct.filter(({ kind }) => kind.id === listName).map((source) => source.object);
    if (listName !== "pods") return own;
    return [...own, ...direct.filter(({ kind }) => kind.id !== "pods").flatMap(({ kind, object: below }) => this.owned("pods", kind.kind, below, seen))];
  }

  /** The objects of a kind in a namespace. */
  inNamespace(listName, namespace) {
    return this.#once(`in ${listName}`, () => Map.groupBy(listOf(this.#snapshot, kindById(listName)), namespaceOf)).get(namespace) ?? NOTHING;
  }

  /** Services whose selector takes pods with these labels; one without a selector takes none. */
  servicesSelecting(namespace, labels) {
    return this.inNamespace("services", namespace)
      .filter(({ selector }) => Object.keys(selector ?? {}).length > 0 && selects(selectorOf({ matchLabels: selector }), labels));
  }

  /** Network policies that apply to pods with these labels. */
  policiesFor(namespace, labels) {
    return this.inNamespace("networkPolicies", namespace).filter((policy) => {
      const selector = readSelector(policy.podSelector);
      return selector !== null && selects(selector, labels);
    });
  }

  /** Pods of a namespace whose labels a selector takes. */
  podsSelected(namespace, selector) {
    return this.inNamespace("pods", namespace).filter((pod) => selects(selector, pod.labels));
  }

  /** The StatefulSet that a claim was made for, by its name, or undefined. */
  setOfClaim(claim) {
    const sets = this.#once("claim stems", () => new Map(
      listOf(this.#snapshot, kindById("statefulSets")).flatMap((set) => claimStems(set).map((stem) => [stem, set]))));
    const stem = stemOfClaim(nameOf(claim));
    return stem === null ? undefined : sets.get(`${namespaceOf(claim)}/${stem}`);
  }

  /** The claims that were made for a StatefulSet, by their names. */
  claimsOfSet(set) {
    return this.inNamespace("pvcs", namespaceOf(set)).filter((claim) => this.setOfClaim(claim) === set);
  }

  /** Target to sources of one relation. */
  #index(relation) {
    return this.#once(`sources ${relation.id}`, () => {
      const index = new Map();
      for (const listName of relation.from) {
        const kind = kindById(listName);
        for (const object of listOf(this.#snapshot, kind)) {
          for (const { kind: kindName, namespace, name, as } of relation.references(object)) {
            if (!kindName || !name) continue;
            const key = targetKey(kindName, namespace, name);
            const sources = index.get(key);
            const last = sources?.at(-1);
            if (last?.object === object) {
              if (as && !last.as.includes(as)) last.as.push(as);
            } else if (sources) sources.push({ kind, object, as: as ? [as] : [] });
            else index.set(key, [{ kind, object, as: as ? [as] : [] }]);
          }
        }
      }
      return index;
    });
  }
}
