/**
 * Builders for table columns. A column says how to sort, search and draw one value of an object:
 *
 *     {id, title, width, align, value(object) -> number | string | null, text(object) -> string, cell?(object), card?, highFirst?}
 *
 * `value` sorts (numbers by size, text naturally, null last), `text` is what search sees and what is shown without `cell`.
 * `card` places the value when the window is narrow and a row becomes a card: "title", "status", "line" (with its title)
 * or "hidden" (the default). `highFirst`: the first click on the title sorts descending, because the high ones are looked for.
 * `inPanel: false`: the panel shows the value elsewhere.
 */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { ObjectLink } from "../links.js";
import { Age, Chip, Meter } from "../marks.js";
import { parseTime, secondsSince } from "../times.js";
import { replicaTone, toneRank, wordTone } from "../tone.js";

/** Name of an object of either shape (with a `summary`, or flat). */
export const nameOf = (object) => object.summary?.name ?? object.name ?? "";
/** Namespace of an object, empty for cluster-scoped ones. */
export const namespaceOf = (object) => object.summary?.namespace ?? object.namespace ?? "";
/** Creation time of an object; nodes spell it differently. */
export const createdAtOf = (object) =>
  object.summary?.createdAt ?? object.summary?.creationTime ?? object.createdAt ?? null;

const listed = (values) => (values ?? []).join(", ");

/** The object's name: widest, and the head of a card. */
export function name({ width = "minmax(200px, 3fr)" } = {}) {
  return { id: "name", title: "Name", width, value: nameOf, text: nameOf, card: "title", strong: true };
}

/**
 * Another object, as a link when the snapshot lists it. `get` gives `{kind, namespace, name}`; `withNamespace` and `withKind`
 * write these before the name.
 */
export function reference(id, title, get, { width = "minmax(120px, 1.2fr)", card, inPanel, withNamespace = false, withKind = false } = {}) {
  const shown = (object) => {
    const { kind = "", namespace: space = "", name: called = "" } = get(object) ?? {};
    return called && `${withKind ? `${kind} ` : ""}${withNamespace && space ? `${space}/` : ""}${called}`;
  };
  return {
    id, title, width, card, inPanel, value: shown, text: shown,
    // Not in the order of the tab key: the grid is one stop, and the panel has the same links.
    cell: (object) => (shown(object) ? html`<${ObjectLink} ...${get(object)} tabindex="-1">${shown(object)}</${ObjectLink}>` : ""),
  };
}

/** The object's namespace. */
export function namespace() {
  return reference("namespace", "Namespace", (object) => ({ kind: "Namespace", name: namespaceOf(object) }), { width: "minmax(110px, 1.2fr)", card: "line" });
}

/** Age since creation, counting. Sorts youngest first. */
export function age(get = createdAtOf, title = "Age", id = "age", width = "76px") {
  return {
    id, title, width, align: "end", card: "line",
    value: (object) => (parseTime(get(object)) === null ? null : secondsSince(get(object))),
    text: () => "",
    cell: (object) => html`<${Age} at=${get(object)} />`,
  };
}

/** Plain text. */
export function text(id, title, get, { width = "minmax(100px, 1fr)", card, mono = false, inPanel } = {}) {
  const shown = (object) => String(get(object) ?? "");
  return { id, title, width, card, mono, inPanel, value: shown, text: shown };
}

/** A list of words as text. */
export function words(id, title, get, options) {
  return text(id, title, (object) => listed(get(object)), options);
}

/** A number. */
export function number(id, title, get, { width = "84px", card, inPanel } = {}) {
  return { id, title, width, align: "end", card, inPanel, highFirst: true, value: (object) => get(object) ?? null, text: (object) => String(get(object) ?? "–") };
}

/** A quantity: `parse` makes it a number to sort by, `show` the text. */
export function quantity(id, title, get, parse, show, { width = "92px", card } = {}) {
  return {
    id, title, width, align: "end", card, highFirst: true,
    value: (object) => parse(get(object)),
    text: (object) => (get(object) ? show(get(object)) : "–"),
  };
}

/** A status chip; `get` gives `{text, tone}`. Sorts by how bad it is, then by text. */
export function status(id, title, get, { width = "minmax(130px, 1.3fr)", card = "status", inPanel } = {}) {
  return {
    id, title, width, card, inPanel,
    value: (object) => `${toneRank(get(object).tone)} ${get(object).text}`,
    text: (object) => get(object).text,
    cell: (object) => html`<${Chip} status=${get(object)} />`,
  };
}

/** Ready out of wanted replicas, as a chip. */
export function replicas(ready, wanted) {
  const get = (object) => ({
    text: `${ready(object) ?? 0}/${wanted(object) ?? 0}`,
    tone: replicaTone(ready(object) ?? 0, wanted(object) ?? 0),
  });
  return status("ready", "Ready", get, { width: "104px", inPanel: false });
}

/** A phase of a rollout, with its message as tooltip. */
export function rollout() {
  const get = (object) => ({ text: object.rollout?.phase || "–", tone: object.rollout?.phase ? wordTone(object.rollout.phase) : "idle" });
  return status("rollout", "Rollout", get, { card: "hidden", inPanel: false });
}

/** A usage bar; `percent` is null when the usage is not known. */
export function meter(id, title, percent, shown, { width = "minmax(150px, 1.1fr)", card, inPanel } = {}) {
  return {
    id, title, width, card, inPanel, highFirst: true,
    value: percent,
    text: shown,
    cell: (object) => html`<${Meter} percent=${percent(object)} text=${shown(object)} label=${title} />`,
  };
}
