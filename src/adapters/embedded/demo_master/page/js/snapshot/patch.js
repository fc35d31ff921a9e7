/**
 * What changed between two snapshots, so that only that has to cross from the worker to the page.
 *
 * Of ten thousand pods a few hundred change in ten seconds. Handing over the others again would stop the page for a second
 * each time, and would make every object new, so that whatever the page keeps per object (search text) were lost.
 *
 * A list's patch is `{order, fresh}`: for each place the object's index in the list before, or -1 for the next of `fresh`.
 * An object is the same when its JSON is; as JSON it also crosses, which costs less than a copy of the object.
 */
const FRESH = -1;

/** The worker's side: remembers the JSON of the objects that the page has. */
export class SnapshotDiffer {
  #known = new Map();

  /** Forget everything: the page starts anew. */
  reset() {
    this.#known.clear();
  }

  /** The patch from the snapshot before to this one: `{lists: {name: {order, fresh}}, rest}`; `rest` holds what is no list. */
  diff(snapshot) {
    const entries = Object.entries(snapshot);
    const isList = ([, value]) => Array.isArray(value);
    return {
      lists: Object.fromEntries(entries.filter(isList).map(([name, list]) => [name, this.#diffList(name, list)])),
      rest: Object.fromEntries(entries.filter((entry) => !isList(entry))),
    };
  }

  #diffList(name, list) {
    const before = this.#known.get(name);
    const places = new Map();
    const fresh = [];
    const order = Int32Array.from(list, (object, index) => {
      const text = JSON.stringify(object);
      places.set(text, index);
      const place = before?.get(text) ?? FRESH;
      if (place === FRESH) fresh.push(text);
      return place;
    });
    this.#known.set(name, places);
    return { order, fresh };
  }
}

function sameOrder(order, length) {
  return order.length === length && order.every((place, index) => place === index);
}

/**
 * The page's side: the snapshot that a patch makes of the one before (null: of none), `fresh` being objects again. Lists
 * without a change stay the same list.
 */
export function applyPatch(before, { lists, rest }) {
  const snapshot = { ...rest };
  for (const [name, { order, fresh }] of Object.entries(lists)) {
    const old = before?.[name] ?? [];
    if (before && sameOrder(order, old.length)) {
      snapshot[name] = old;
      continue;
    }
    let next = 0;
    snapshot[name] = Array.from(order, (place) => (place === FRESH ? fresh[next++] : old[place]));
  }
  return snapshot;
}
