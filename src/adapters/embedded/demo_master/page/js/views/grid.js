/**
 * A table of any length: only the rows in sight are in the document.
 *
 * Keyboard: the grid itself holds the focus and names its current row (`aria-activedescendant`), so that rows may come and
 * go under it. Arrows, Page, Home and End move, Enter opens. A live update keeps the first row in sight where it is.
 */
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../vendor/htm-preact-standalone.module.js";
import { useNarrow } from "../layout.js";
import { Row } from "./row.js";

const OVERSCAN = 6;
const ROW_PX = 34;
const CARD_PX = 68;
const HEAD_PX = 34;

const leastWidth = (column) => Number(/\d+/.exec(column.width)[0]);

/** The columns that fit: beside an open panel the least telling ones go, since the panel shows them anyway. */
function fitting(columns, widthPx, mayDrop) {
  if (!mayDrop || !widthPx) return columns;
  const dropOrder = [
    ...columns.filter((column) => !column.card || column.card === "hidden").reverse(),
    ...columns.filter((column) => column.card === "line").reverse(),
  ];
  let kept = columns;
  const total = () => kept.reduce((sum, column) => sum + leastWidth(column), 0);
  for (const column of dropOrder) {
    if (total() <= widthPx - 24) break;
    kept = kept.filter((candidate) => candidate !== column);
  }
  return kept;
}

function useSize(ref) {
  const [size, setSize] = useState({ width: 0, height: 600 });
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => setSize({ width: ref.current.clientWidth, height: ref.current.clientHeight }));
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return size;
}

/** Keeps the row at the top edge in place when rows above it come or go; a new question (`view`) starts at the top. */
function useAnchor(scroller, rows, rowPx, view) {
  const anchor = useRef({ view, key: null, index: 0 });
  useLayoutEffect(() => {
    const known = anchor.current;
    if (known.view !== view) scroller.current.scrollTop = 0;
    else if (known.key && scroller.current.scrollTop > 0 && rows[known.index]?.key !== known.key) {
      const index = rows.findIndex((row) => row.key === known.key);
      if (index >= 0) scroller.current.scrollTop += (index - known.index) * rowPx;
    }
    remember();
  }, [rows, view, rowPx]);
  function remember() {
    const index = Math.min(rows.length - 1, Math.ceil(scroller.current.scrollTop / rowPx));
    anchor.current = { view, index, key: rows[index]?.key ?? null };
  }
  return remember;
}

function Head({ columns, sort, onSort, template }) {
  return html`<div class="grid-head" role="row" aria-rowindex="1" style=${{ gridTemplateColumns: template }}>
    ${columns.map((column) => {
      const sorted = sort.id === column.id;
      const order = sorted ? (sort.descending ? "descending" : "ascending") : "none";
      return html`<div key=${column.id} class=${`grid-title ${column.align ?? ""}`} role="columnheader" aria-sort=${order}>
        <button type="button" class="sort" onClick=${() => onSort(column)}>${column.title}<span class=${`sort-mark ${order}`} aria-hidden="true"></span></button>
      </div>`;
    })}
  </div>`;
}

export function Grid({ kind, rows, sort, onSort, openKey, onOpen, view, label }) {
  const narrow = useNarrow();
  const scroller = useRef(null);
  const { width, height } = useSize(scroller);
  const [scrollTop, setScrollTop] = useState(0);
  const [active, setActive] = useState({ key: openKey, index: 0 });
  const rowPx = narrow ? CARD_PX : ROW_PX;
  const headPx = narrow ? 0 : HEAD_PX;
  const columns = fitting(kind.columns, width, Boolean(openKey));
  const template = columns.map((column) => column.width).join(" ");
  const least = columns.reduce((sum, column) => sum + leastWidth(column), 24);
  const remember = useAnchor(scroller, rows, rowPx, view);

  let activeIndex = active.key === null ? -1 : rows.findIndex((row) => row.key === active.key);
  if (activeIndex < 0 && active.key !== null) activeIndex = Math.min(active.index, rows.length - 1);
  useEffect(() => {
    if (openKey !== null) setActive({ key: openKey, index: rows.findIndex((row) => row.key === openKey) });
  }, [openKey]);

  function move(index) {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    if (rows.length === 0) return;
    setActive({ key: rows[next].key, index: next });
    const box = scroller.current;
    const top = next * rowPx;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + rowPx + headPx > box.scrollTop + box.clientHeight) box.scrollTop = top + rowPx + headPx - box.clientHeight;
  }
  function onKeyDown(event) {
    if (event.target !== scroller.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((height - headPx) / rowPx) - 1);
    const steps = { ArrowDown: activeIndex + 1, ArrowUp: activeIndex - 1, PageDown: activeIndex + page, PageUp: activeIndex - page, Home: 0, End: rows.length - 1 };
    if (Object.hasOwn(steps, event.key)) move(steps[event.key]);
    else if ((event.key === "Enter" || event.key === " ") && activeIndex >= 0) onOpen(rows[activeIndex], { byKeyboard: true });
    else return;
    event.preventDefault();
  }

  const first = Math.max(0, Math.floor(scrollTop / rowPx) - OVERSCAN);
  const last = Math.min(rows.length, Math.ceil((scrollTop + height) / rowPx) + OVERSCAN);
  const inSight = rows.slice(first, last).map((row, offset) => ({ ...row, index: first + offset }));
  if (activeIndex >= 0 && (activeIndex < first || activeIndex >= last)) inSight.push({ ...rows[activeIndex], index: activeIndex });
  return html`<div
      ref=${scroller} class=${`grid ${narrow ? "cards" : ""}`} role="grid" tabindex="0" id="grid" aria-label=${label}
      aria-rowcount=${rows.length + 1} aria-colcount=${columns.length}
      aria-activedescendant=${activeIndex >= 0 ? `row-${activeIndex}` : undefined}
      onKeyDown=${onKeyDown}
      onFocus=${(event) => event.target === scroller.current && activeIndex < 0 && rows.length && setActive({ key: rows[first].key, index: first })}
      onScroll=${() => { setScrollTop(scroller.current.scrollTop); remember(); }}>
    ${!narrow && html`<div class="grid-sticky" role="rowgroup" style=${{ minWidth: `${least}px` }}><${Head} columns=${columns} sort=${sort} onSort=${onSort} template=${template} /></div>`}
    <div class="grid-body" role="rowgroup" style=${{ height: `${rows.length * rowPx}px`, minWidth: narrow ? "0" : `${least}px` }}>
      ${inSight.map((row) => html`<${Row}
        key=${row.key} kind=${kind} row=${row} columns=${columns} template=${template} narrow=${narrow} topPx=${row.index * rowPx}
        active=${row.index === activeIndex} open=${row.key === openKey}
        onOpen=${() => { setActive({ key: row.key, index: row.index }); onOpen(row, { byKeyboard: false }); }} />`)}
    </div>
  </div>`;
}
