/** The view of one kind: title and counts, search, filters, the table, and the panel of the open object. */
import { html, useMemo } from "../../vendor/htm-preact-standalone.module.js";
import { Panel } from "../detail/panel.js";
import { keyOfPath, listOf, pathOf } from "../kinds/kinds.js";
import { focusTable, useNarrow } from "../layout.js";
import { Notice } from "../marks.js";
import { formatCount } from "../quantities.js";
import { go, hashOf } from "../router.js";
import { filterObjects, sortOf, sortRows } from "../rows.js";
import { Grid } from "./grid.js";

function Toolbar({ kind, total, shown, question, trouble, namespaces, change }) {
  const narrow = useNarrow();
  return html`<div class="toolbar" role="search">
    <h1 class="view-title">${kind.title} <span class="view-count num" aria-live="off">${shown === total ? formatCount(total) : `${formatCount(shown)} of ${formatCount(total)}`}</span></h1>
    <div class="toolbar-fields">
      <label class="search-field">
        <span class="visually-hidden">Search ${kind.title}</span>
        <input id="search" type="search" placeholder="Search any column or label" autocomplete="off" spellcheck=${false} value=${question.search}
          aria-keyshortcuts="/"
          onInput=${(event) => change({ q: event.currentTarget.value })}
          onKeyDown=${(event) => {
            if (event.key === "Escape" && event.currentTarget.value) { event.stopPropagation(); change({ q: "" }); }
            if (event.key === "ArrowDown" || event.key === "Enter") { event.preventDefault(); focusTable(); }
          }} />
        <kbd aria-hidden="true">/</kbd>
      </label>
      ${kind.namespaced && html`<label class="select-field"><span class="visually-hidden">Namespace</span>
        <select id="namespace" value=${question.namespace} onChange=${(event) => change({ ns: event.currentTarget.value })}>
          <option value="">All namespaces</option>
          ${[...new Set([...namespaces, question.namespace])].filter(Boolean).map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
        </select></label>`}
      ${narrow && html`<label class="select-field"><span class="visually-hidden">Sort by</span>
        <select value=${question.sort.id} onChange=${(event) => change({ sort: (kind.columns.find(({ id }) => id === event.currentTarget.value)?.highFirst ? "-" : "") + event.currentTarget.value })}>
          ${kind.columns.map((column) => html`<option key=${column.id} value=${column.id}>By ${column.title.toLowerCase()}</option>`)}
        </select></label>`}
      ${trouble && html`<button type="button" class="toggle" aria-pressed=${question.troubleOnly ? "true" : "false"}
        onClick=${() => change({ only: question.troubleOnly ? "" : "trouble" })}>Needs attention <span class="num">${formatCount(trouble.bad + trouble.warn)}</span></button>`}
    </div>
  </div>`;
}

/** An empty kind. What other objects say of it tells a cluster without any from an agent that may not see them. */
function Empty({ kind, digest }) {
  const mentions = digest.relations.mentions(kind.kind);
  const title = `No ${kind.title.toLowerCase()} in this snapshot`;
  if (mentions > 0) {
    return html`<${Notice} tone="warn" title=${title}>
      <p>Yet <span class="num">${formatCount(mentions)}</span> ${mentions === 1 ? "object refers" : "objects refer"} to ${kind.title.toLowerCase()} that are not listed. Most likely the agent
      may not read them, or was told to leave them out: such a kind arrives as an empty list. <code>atlhyper-agent status</code> tells which.</p></${Notice}>`;
  }
  return html`<${Notice} tone="idle" title=${title}>
    <p>Either the cluster has none, or the agent may not read them or was told to leave them out: such a kind arrives as an empty list.
    <code>atlhyper-agent status</code> tells which.</p></${Notice}>`;
}

function Nothing({ kind, total, question, reset, digest }) {
  if (total === 0) return html`<${Empty} kind=${kind} digest=${digest} />`;
  const where = [question.search && `“${question.search}”`, question.namespace && `namespace ${question.namespace}`, question.troubleOnly && "needs attention"];
  return html`<${Notice} tone="idle" title=${`None of ${formatCount(total)} ${kind.title.toLowerCase()} match`}>
    <p>Looked for ${where.filter(Boolean).join(", ")}.</p>
    <button type="button" class="button" onClick=${reset}>Clear search and filters</button></${Notice}>`;
}

export function KindView({ kind, route, digest }) {
  const question = {
    search: route.query.get("q") ?? "",
    namespace: kind.namespaced ? route.query.get("ns") ?? "" : "",
    troubleOnly: route.query.get("only") === "trouble" && Boolean(kind.status),
    sort: sortOf(kind, route.query.get("sort") ?? ""),
  };
  const objects = listOf(digest.snapshot, kind);
  const view = [kind.id, question.search, question.namespace, question.troubleOnly, question.sort.id, question.sort.descending].join("\n");
  const rows = useMemo(() => sortRows(kind, filterObjects(kind, objects, question), question.sort), [objects, view]);
  const openKey = keyOfPath(kind, route.path);

  function change(patch, path = route.path) {
    go(hashOf(kind.id, path, new Map([...route.query, ...Object.entries(patch)])), { replace: path === route.path });
  }
  function onSort(column) {
    const { id, descending } = question.sort;
    const next = id === column.id ? !descending : Boolean(column.highFirst);
    change({ sort: `${next ? "-" : ""}${column.id}` });
  }
  function onOpen(row, { byKeyboard }) {
    change({ do: "" }, pathOf(kind, row.object));
    if (byKeyboard) requestAnimationFrame(() => document.getElementById("panel-title")?.focus());
  }
  function close() {
    change({ do: "" }, []);
    requestAnimationFrame(focusTable);
  }
  return html`<div class=${`kind-view ${openKey !== null ? "with-panel" : ""}`}>
    <section class="table-side" aria-label=${kind.title}>
      <${Toolbar} kind=${kind} total=${objects.length} shown=${rows.length} question=${question} namespaces=${digest.namespaces}
        trouble=${kind.status ? digest.trouble.get(kind.id) : null} change=${change} />
      ${rows.length === 0
        ? html`<${Nothing} kind=${kind} digest=${digest} total=${objects.length} question=${question} reset=${() => change({ q: "", ns: "", only: "" })} />`
        : html`<${Grid} key=${kind.id} kind=${kind} rows=${rows} sort=${question.sort} onSort=${onSort} openKey=${openKey} onOpen=${onOpen}
            view=${view} label=${`${kind.title}, ${rows.length} rows. Arrow keys move, Enter opens.`} />`}
    </section>
    ${openKey !== null && html`<${Panel} key=${`${kind.id} ${openKey}`} kind=${kind} objectKey=${openKey} digest=${digest} query=${route.query} close=${close} />`}
  </div>`;
}
