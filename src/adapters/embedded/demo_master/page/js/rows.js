/**
 * Which objects a table shows and in what order: search over all columns and labels, namespace, trouble, sorting.
 *
 * Built for ten thousand objects per keystroke: search text is kept per object, sort keys are computed once per sort.
 */
import { keyOf } from "./kinds/kinds.js";
import { namespaceOf } from "./kinds/columns.js";

const searchable = new WeakMap();

function searchTextOf(kind, object) {
  let text = searchable.get(object);
  if (text === undefined) {
    const labels = Object.entries(object.labels ?? {}).map(([key, value]) => `${key}=${value}`);
    text = [...kind.columns.map((column) => column.text(object)), ...labels].join("\n").toLowerCase();
    searchable.set(object, text);
  }
  return text;
}

/** The objects that contain every word of `search`, are in `namespace` (empty: all) and, if asked, in trouble. */
export function filterObjects(kind, objects, { search = "", namespace = "", troubleOnly = false }) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return objects.filter((object) => {
    if (namespace && kind.namespaced && namespaceOf(object) !== namespace) return false;
    if (troubleOnly && kind.status && !["bad", "warn"].includes(kind.status(object).tone)) return false;
    if (!words.length) return true;
    const text = searchTextOf(kind, object);
    return words.every((word) => text.includes(word));
  });
}

// Digits padded, so that node-2 comes before node-10.
const natural = (text) => text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, "0"));

function compare(one, other) {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** The sort a query text means: `-restarts` is descending by column `restarts`; unknown columns give the kind's own order. */
export function sortOf(kind, text) {
  const descending = text.startsWith("-");
  const id = descending ? text.slice(1) : text;
  return kind.columns.some((column) => column.id === id) ? { id, descending } : { id: kind.sort ?? "name", descending: false };
}

/** Rows `{key, object}` in order; objects without a value come last whatever the direction; ties go by key. */
export function sortRows(kind, objects, sort) {
  const column = kind.columns.find((candidate) => candidate.id === sort.id) ?? kind.columns[0];
  const sign = sort.descending ? -1 : 1;
  const rows = objects.map((object) => {
    const value = column.value(object);
    return { key: keyOf(kind, object), object, by: typeof value === "string" ? (value === "" ? null : natural(value)) : value };
  });
  return rows.sort((one, other) => {
    if (one.by === null || other.by === null) {
      if (one.by !== other.by) return one.by === null ? 1 : -1;
      return compare(one.key, other.key);
    }
    return sign * compare(one.by, other.by) || compare(one.key, other.key);
  });
}
