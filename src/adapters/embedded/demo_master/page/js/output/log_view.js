/** A container's log: lines that can be searched, wrapped and copied; those with errors and warnings carry a mark. */
import { html, useEffect, useMemo, useRef, useState } from "../../vendor/htm-preact-standalone.module.js";
import { formatCount } from "../quantities.js";
import { linesOf } from "./lines.js";

// Lines are drawn in blocks that the browser skips while they are out of sight.
const BLOCK_LINES = 200;
const LINE_PX = 18;
const WORDS = { bad: "error", warn: "warning", agent: "note of the agent" };

function Line({ line }) {
  return html`<div class=${`log-line ${line.tone ? `log-${line.tone}` : ""}`} title=${WORDS[line.tone]}>${line.stamp && html`<span class="log-stamp">${line.stamp} </span>`}${line.text || " "}</div>`;
}

function blocksOf(lines) {
  const blocks = [];
  for (let start = 0; start < lines.length; start += BLOCK_LINES) blocks.push(lines.slice(start, start + BLOCK_LINES));
  return blocks;
}

export function Log({ text, name }) {
  const [search, setSearch] = useState("");
  const [wrapped, setWrapped] = useState(true);
  const [copied, setCopied] = useState("");
  const place = useRef(null);
  const lines = useMemo(() => linesOf(text), [text]);
  const wanted = search.toLowerCase();
  const found = wanted ? lines.filter((line) => line.text.toLowerCase().includes(wanted) || line.stamp.includes(wanted)) : lines;
  // A log is read from its end.
  useEffect(() => {
    if (place.current) place.current.scrollTop = place.current.scrollHeight;
  }, [text]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(found.map(({ stamp, text: said }) => (stamp ? `${stamp} ${said}` : said)).join("\n"));
      setCopied("Copied");
    } catch {
      setCopied("The browser does not allow it");
    }
  }
  if (lines.length === 0) return html`<p class="fine">No lines.</p>`;
  return html`<div class="log">
    <div class="log-tools">
      <label class="log-search"><span class="visually-hidden">Only lines with</span><input type="search" placeholder="Only lines with …" value=${search} autocomplete="off" spellcheck=${false}
        onInput=${(event) => setSearch(event.currentTarget.value)} /></label>
      <span class="fine num" role="status">${wanted ? `${formatCount(found.length)} of ${formatCount(lines.length)}` : formatCount(lines.length)} ${lines.length === 1 ? "line" : "lines"}</span>
      <button type="button" class="toggle" aria-pressed=${wrapped ? "true" : "false"} onClick=${() => setWrapped(!wrapped)}>Wrap</button>
      <button type="button" class="button small" onClick=${copy}>Copy</button>
      ${copied && html`<span class="fine" role="status">${copied}</span>`}
    </div>
    <div ref=${place} class=${`log-lines ${wrapped ? "wrapped" : ""}`} tabindex="0" role="log" aria-live="off" aria-label=${`Log of ${name}`}>
      ${found.length === 0 && html`<p class="fine">No line has “${search}”.</p>`}
      ${blocksOf(found).map((block) => html`<div key=${block[0].number} class="log-block" style=${{ containIntrinsicBlockSize: `auto ${block.length * LINE_PX}px` }}>${block.map((line) => html`<${Line} key=${line.number} line=${line} />`)}</div>`)}
    </div>
  </div>`;
}
