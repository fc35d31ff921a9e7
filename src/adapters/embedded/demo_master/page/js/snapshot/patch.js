/**
 * What changed between two snapshots, so that only that has to cross from the worker to the page.
 *
 * Of ten thousand pods a few hundred change in ten seconds. Handing over the others again would stop the page for a second
 * each time, and would make every object new, so that whatever the page keeps per object (search text) were lost.
 *
 * A list's patch is `{order, fresh}`: for each place the object's index in the list before, or -1 for the next of `fresh`.
 * An object is the same when its JSON is.
 */
const FRESH = -1;

function placesByText(list) {
  return new Map(list.map((object, index) => [JSON.stringify(object), index]));
}

/** The worker's side: remembers the JSON of the objects that the page has. */
export class SnapshotDiffer {
  #known = new Map();
  #untold = null;

  /** Forget everything: the page starts anew. */
  reset() {
    this.#known = new Map();
    this.#untold = null;
  }

  /** The patch from the snapshot before to this one: `{lists: {name: {order, fresh}}, rest}`; `rest` holds what is no list. */
  diff(snapshot) {
    this.settle();
    const entries = Object.entries(snapshot);
    const rest = Object.fromEntries(entries.filter(([, value]) => !Array.isArray(value)));
    const lists = entries.filter(([, value]) => Array.isArray(value));
    if (this.#known.size === 0) {
      // The first one is waited for: it goes out whole, and is remembered when there is time.
      this.#untold = lists;
      return { lists: Object.fromEntries(lists.map(([name, list]) => [name, { order: new Int32Array(list.length).fill(FRESH), fresh: list }])), rest };
    }
    const patches = lists.map(([name, list]) => [name, this.#diffList(name, list)]);
    return { lists: Object.fromEntries(patches), rest };
  }

  /** Remember what the last patch left to be remembered. */
  settle() {
    for (const [name, list] of this.#untold ?? []) this.#known.set(name, placesByText(list));
    this.#untold = null;
  }

  #diffList(name, list) {
    const before = this.#known.get(name);
    const places = new Map();
    const fresh = [];
    const order = Int32Array.from(list, (object, index) => {
      const text = JSON.stringify(object);
      places.set(text, index);
      const place = before?.get(text) ?? FRESH;
      if (place === FRESH) fresh.push(object);
      return place;
    });
    this.#known.set(name, places);
    return { order, fresh };
  }
}

function sameOrder(order, length) {
  return order.length === length && order.every((place, index) => place === index);
}

/** The page's side: the snapshot that a patch makes of the one before (null: of none). Lists without a change stay the same list. */
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
