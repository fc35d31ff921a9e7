/**
 * JSON of any shape as definition lists and tables: an object becomes names with values, a list of objects a table.
 *
 * What is deep or long is folded and made only when it is opened, so that an answer of 2 MiB costs what is looked at.
 */
import { createContext, html, useContext, useState } from "../../vendor/htm-preact-standalone.module.js";
import { Chip, Notice } from "../marks.js";
import { formatCount } from "../quantities.js";

const FEW_ROWS = 100;
const MORE_ROWS = 500;
const MOST_COLUMNS = 12;
const OPEN_DEPTH = 2;
const LONG_CHARS = 400;

// Words of outcomes that have a tone of their own; anything else is text. Sources: results of apply, delete and drain.
const TONES = new Map([
  ["created", "ok"], ["configured", "ok"], ["applied", "ok"], ["deleted", "ok"], ["evicted", "ok"], ["unchanged", "idle"], ["skipped", "idle"],
  ["failed", "bad"], ["error", "bad"], ["invalid", "bad"], ["forbidden", "bad"], ["conflict", "bad"], ["rejected", "warn"], ["refused", "warn"],
  ["not_attempted", "warn"], ["notAttempted", "warn"], ["not attempted", "warn"], ["not_verifiable", "warn"], ["notVerifiable", "note"], ["unknown", "warn"], ["terminating", "warn"], ["dry_run", "note"], ["blocked", "warn"],
]);
const IS_OUTCOME = /^(?:outcome|state|status|result|operation)$/i;
// Members whose values are words of the agent's own: `daemon_set` reads as two.
const IS_WORD = /^(?:outcome|state|status|result|operation|reason|warnings)$/i;
const SNAKE_CASE = /^[a-z]+(?:_[a-z]+)+$/;

// Objects of the cluster keep the names of their fields; the agent's own answers are put into words.
const NamesContext = createContext(wordsOf);

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isPlain = (value) => value === null || typeof value !== "object";
const isEmpty = (value) => value === "" || value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0);

/** A member's name as words: `previousReplicas` is `Previous replicas`; names with other characters stay as they are. */
export function wordsOf(name) {
  if (!/^[a-z][a-zA-Z0-9]*$|^[a-z0-9]+(?:_[a-z0-9]+)+$/.test(name)) return name;
  const words = name.replaceAll("_", " ").replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2");
  const lower = words.replace(/\b[A-Z][a-z]+\b/g, (word) => word.toLowerCase());
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

function Plain({ name, value }) {
  if (value === null || value === undefined) return html`<span class="faint">none</span>`;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return html`<span class="num">${String(value)}</span>`;
  if (value === "") return html`<span class="faint">empty</span>`;
  if (IS_OUTCOME.test(name) && TONES.has(value)) return html`<${Chip} quiet status=${{ text: value.replaceAll("_", " "), tone: TONES.get(value) }} />`;
  if (IS_WORD.test(name) && SNAKE_CASE.test(value)) return value.replaceAll("_", " ");
  if (value.includes("\n") || value.length > LONG_CHARS) return html`<pre class="output data-text" tabindex="0" aria-label=${name}>${value}</pre>`;
  return html`<span class="data-line">${value}</span>`;
}

function sizeOf(value) {
  const count = Array.isArray(value) ? value.length : Object.keys(value).length;
  return Array.isArray(value) ? `${formatCount(count)} ${count === 1 ? "entry" : "entries"}` : `${formatCount(count)} ${count === 1 ? "member" : "members"}`;
}

function Folded({ name, value, depth }) {
  const nameOf = useContext(NamesContext);
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  return html`<details class="data-fold" open=${open} onToggle=${(event) => setOpen(event.currentTarget.open)}>
    <summary>${nameOf(name)} <span class="part-count">${sizeOf(value)}</span></summary>
    ${open && html`<div class="data-inner"><${Value} name=${name} value=${value} depth=${depth + 1} /></div>`}
  </details>`;
}

function Table({ name, rows, depth }) {
  const nameOf = useContext(NamesContext);
  const [most, setMost] = useState(FEW_ROWS);
  const shown = rows.slice(0, most);
  const filled = new Set();
  for (const row of rows) for (const [column, value] of Object.entries(row)) if (!isEmpty(value)) filled.add(column);
  // In the order of the answer, without those that are empty in every row.
  const all = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((column) => filled.has(column));
  const columns = all.slice(0, MOST_COLUMNS);
  const others = all.slice(MOST_COLUMNS);
  return html`<div class="data-scroll" tabindex="0" role="region" aria-label=${nameOf(name) || "Table"}><table class="data-table">
    <thead><tr>${columns.map((column) => html`<th key=${column} scope="col">${nameOf(column)}</th>`)}${others.length > 0 && html`<th scope="col">More</th>`}</tr></thead>
    <tbody>${shown.map((row, index) => html`<tr key=${index}>${columns.map((column) => html`<td key=${column} class=${typeof row[column] === "number" ? "num" : undefined}>
        ${isEmpty(row[column]) ? html`<span class="faint">–</span>` : html`<${Value} name=${column} value=${row[column]} depth=${depth + 2} />`}</td>`)}
      ${others.length > 0 && html`<td><${Value} name="more" value=${Object.fromEntries(others.filter((column) => !isEmpty(row[column])).map((column) => [column, row[column]]))} depth=${OPEN_DEPTH} /></td>`}</tr>`)}</tbody>
  </table></div>
  ${rows.length > shown.length && html`<button type="button" class="button small" onClick=${() => setMost(most + MORE_ROWS)}>Show more of ${formatCount(rows.length)}</button>`}`;
}

function List({ name, entries, depth }) {
  const [most, setMost] = useState(FEW_ROWS);
  return html`<ul class="data-list">${entries.slice(0, most).map((entry, index) => html`<li key=${index}><${Value} name=${name} value=${entry} depth=${depth} /></li>`)}</ul>
    ${entries.length > most && html`<button type="button" class="button small" onClick=${() => setMost(most + MORE_ROWS)}>Show more of ${formatCount(entries.length)}</button>`}`;
}

function Members({ value, depth }) {
  const nameOf = useContext(NamesContext);
  const members = Object.entries(value);
  const plain = members.filter(([, inner]) => isPlain(inner) || isEmpty(inner));
  const nested = members.filter(([, inner]) => !isPlain(inner) && !isEmpty(inner));
  return html`
    ${plain.length > 0 && html`<dl class="facts data-facts">${plain.map(([name, inner]) => html`<div key=${name} class="fact"><dt title=${name}>${nameOf(name)}</dt><dd>${isPlain(inner) ? html`<${Plain} name=${name} value=${inner} />` : html`<span class="faint">none</span>`}</dd></div>`)}</dl>`}
    ${nested.map(([name, inner]) => (Array.isArray(inner) && inner.length <= 5 && inner.every((entry) => isPlain(entry) && String(entry).length < 60)
      ? html`<dl key=${name} class="facts data-facts"><div class="fact"><dt title=${name}>${nameOf(name)}</dt><dd>${inner.map(String).join(", ")}</dd></div></dl>`
      : html`<${Folded} key=${name} name=${name} value=${inner} depth=${depth} />`))}`;
}

function Value({ name, value, depth }) {
  if (isPlain(value)) return html`<${Plain} name=${name} value=${value} />`;
  if (isEmpty(value)) return html`<span class="faint">none</span>`;
  // Deeper than anybody reads at once: folded again, so that nothing below is made before it is asked for.
  if (depth > OPEN_DEPTH && !Array.isArray(value) && Object.keys(value).length > 3) return html`<${Folded} name=${name} value=${value} depth=${OPEN_DEPTH} />`;
  if (!Array.isArray(value)) return html`<${Members} value=${value} depth=${depth} />`;
  return value.every(isObject) ? html`<${Table} name=${name} rows=${value} depth=${depth} />` : html`<${List} name=${name} entries=${value} depth=${depth} />`;
}

const textOf = (warning) => (typeof warning === "string" ? warning : JSON.stringify(warning));

const asItIs = (name) => name;

/** Any JSON. Warnings of an answer come first; what its error message says, too. `verbatim`: members keep their names. `said`: what stands above it already. */
export function Data({ data, verbatim = false, said = "" }) {
  return html`<${NamesContext.Provider} value=${verbatim ? asItIs : wordsOf}><${Answer} data=${data} said=${said} /></${NamesContext.Provider}>`;
}

function Answer({ data, said }) {
  if (!isObject(data)) return html`<div class="data"><${Value} name="" value=${data} depth=${0} /></div>`;
  const { warnings, errorMessage, ...rest } = data;
  const hasWarnings = Array.isArray(warnings);
  if (warnings !== undefined && !hasWarnings) rest.warnings = warnings;
  return html`<div class="data">
    ${errorMessage && errorMessage !== said && html`<div class="failure tone-bad"><p class="breakable">${textOf(errorMessage)}</p></div>`}
    ${hasWarnings && warnings.map((warning, index) => html`<${Notice} key=${index} tone="warn" title=${textOf(warning)} />`)}
    <${Value} name="" value=${rest} depth=${0} />
  </div>`;
}
