/** A telemetry view with a table: title, search, further fields, the table, and a panel when a row is open. */
import { html, useMemo } from "../../vendor/htm-preact-standalone.module.js";
import { pathOf } from "../kinds/kinds.js";
import { focusTable } from "../layout.js";
import { Notice } from "../marks.js";
import { formatCount } from "../quantities.js";
import { go, hashOf } from "../router.js";
import { filterObjects, sortOf, sortRows } from "../rows.js";
import { Grid } from "../views/grid.js";

/** Changes the address's query; `path` opens or closes a row. Without a new path the history gets no step. */
export function changeRoute(route, patch, path = route.path) {
  go(hashOf(route.view, path, new Map([...route.query, ...Object.entries(patch)])), { replace: path === route.path });
}

/** The head of a view: its name, how many there are, and its fields. */
export function ViewHead({ title, count, children }) {
  return html`<div class="toolbar" role="search"><h1 class="view-title">${title}${count !== undefined && html` <span class="view-count num">${count}</span>`}</h1>
    <div class="toolbar-fields">${children}</div></div>`;
}

/** The search box of a view; what is typed is kept in the address as `q`. */
export function SearchField({ route, label, name = "q", onEnter }) {
  return html`<label class="search-field"><span class="visually-hidden">${label}</span>
    <input id="search" type="search" placeholder=${label} autocomplete="off" spellcheck=${false} value=${route.query.get(name) ?? ""} aria-keyshortcuts="/"
      onInput=${(event) => !onEnter && changeRoute(route, { [name]: event.currentTarget.value })}
      onChange=${(event) => onEnter?.(event.currentTarget.value)}
      onKeyDown=${(event) => { if (!onEnter && (event.key === "ArrowDown" || event.key === "Enter")) { event.preventDefault(); focusTable(); } }} />
    <kbd aria-hidden="true">/</kbd></label>`;
}

/**
 * `kind`: a row as those of kinds.js (columns, own `path`); `objects`: what the table lists, null when not known, in which case
 * `none` stands there. `above`: between head and table. `panel`: the open row's panel.
 */
export function TableView({ kind, route, objects, fields, above, none, panel, openKey = null }) {
  const sort = sortOf(kind, route.query.get("sort") ?? "");
  const search = route.query.get("q") ?? "";
  const rows = useMemo(() => (objects ? sortRows(kind, filterObjects(kind, objects, { search }), sort) : []), [objects, search, sort.id, sort.descending]);
  const total = objects?.length ?? 0;
  return html`<div class=${`kind-view ${panel ? "with-panel" : ""}`}>
    <section class="table-side" aria-label=${kind.title}>
      <${ViewHead} title=${kind.title} count=${objects ? (rows.length === total ? formatCount(total) : `${formatCount(rows.length)} of ${formatCount(total)}`) : undefined}>
        <${SearchField} route=${route} label=${`Search ${kind.title.toLowerCase()}`} />${fields}</${ViewHead}>
      ${above}
      ${objects === null && none}
      ${objects && rows.length === 0 && html`<${Notice} tone="idle" title=${total ? `None of ${formatCount(total)} match` : `No ${kind.title.toLowerCase()} in this time`}>
        ${search && html`<button type="button" class="button" onClick=${() => changeRoute(route, { q: "" })}>Clear the search</button>`}</${Notice}>`}
      ${rows.length > 0 && html`<${Grid} key=${kind.id} kind=${kind} rows=${rows} sort=${sort} openKey=${openKey} view=${`${kind.id} ${search} ${sort.id} ${sort.descending}`}
        label=${`${kind.title}, ${rows.length} rows. Arrow keys move, Enter opens.`}
        onSort=${(column) => changeRoute(route, { sort: `${(sort.id === column.id ? !sort.descending : column.highFirst) ? "-" : ""}${column.id}` })}
        onOpen=${(row, { byKeyboard }) => {
          changeRoute(route, {}, pathOf(kind, row.object));
          if (byKeyboard) requestAnimationFrame(() => document.getElementById("panel-title")?.focus());
        }} />`}
    </section>
    ${panel}
  </div>`;
}

