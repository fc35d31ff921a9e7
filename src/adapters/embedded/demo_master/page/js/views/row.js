/** One object as a row of a wide table or as a card of a narrow one. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { pathOf } from "../kinds/kinds.js";
import { hashOf } from "../router.js";

function shown(column, object) {
  return column.cell ? column.cell(object) : column.text(object);
}

// Names that are made from other names differ at their end: that end stays in sight when the middle has to go.
const LONG_NAME = 30;
const NAME_END = 12;

function Name({ text }) {
  if (text.length <= LONG_NAME) return text;
  return html`<span class="name-start">${text.slice(0, -NAME_END)}</span><span class="name-end">${text.slice(-NAME_END)}</span>`;
}

function Cell({ kind, column, object }) {
  const text = column.text(object);
  const css = `cell ${column.align ?? ""} ${column.mono ? "mono" : ""} ${column.strong ? "strong" : ""}`;
  const content = column.strong
    ? html`<a class="cell-link" tabindex="-1" href=${hashOf(kind.id, pathOf(kind, object))} onClick=${letTheRowOpen}><${Name} text=${text} /></a>`
    : shown(column, object);
  return html`<div class=${css} role="gridcell" title=${text || undefined}>${content}</div>`;
}

// A plain click opens through the row, which keeps search and filter in the address; with a modifier the link is a link.
function letTheRowOpen(event) {
  if (!event.ctrlKey && !event.metaKey && !event.shiftKey) event.preventDefault();
}

function Card({ kind, object }) {
  const byPlace = (place) => kind.columns.filter((column) => column.card === place);
  const lines = byPlace("line").filter((column) => column.cell || !["", "–", "0"].includes(column.text(object)));
  return html`
    <div class="card-head">
      ${byPlace("title").map((column) => html`<${Cell} key=${column.id} kind=${kind} column=${column} object=${object} />`)}
      ${byPlace("status").slice(0, 1).map((column) => html`<div key=${column.id} class="cell" role="gridcell">${shown(column, object)}</div>`)}
    </div>
    <div class="card-line">
      ${lines.map((column) => html`<div key=${column.id} class="card-fact" role="gridcell">
        <span class="card-name">${column.id === "namespace" ? "in" : column.title}</span> ${shown(column, object)}
      </div>`)}
    </div>`;
}

export function Row({ kind, row, columns, template, narrow, topPx, active, open, onOpen }) {
  function onClick(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("a:not(.cell-link)")) return;
    if (String(window.getSelection()) !== "") return;
    onOpen();
  }
  return html`<div
      id=${`row-${row.index}`} data-key=${row.key}
      class=${`row ${active ? "active" : ""} ${open ? "open" : ""} ${row.index % 2 ? "odd" : ""}`}
      role="row" aria-rowindex=${row.index + 2} aria-selected=${open ? "true" : "false"}
      style=${narrow ? { top: `${topPx}px` } : { top: `${topPx}px`, gridTemplateColumns: template }}
      onClick=${onClick}>
    ${narrow
      ? html`<${Card} kind=${kind} object=${row.object} />`
      : columns.map((column) => html`<${Cell} key=${column.id} kind=${kind} column=${column} object=${row.object} />`)}
  </div>`;
}
