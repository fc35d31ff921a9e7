/** Commands as they stand: one line each, its time, and its outcome in full when opened. */
import { html, useState } from "../../vendor/htm-preact-standalone.module.js";
import { Chip, Notice } from "../marks.js";
import { useTicking } from "../store.js";
import { formatClock, nowMs, parseTime } from "../times.js";
import { sentenceOf } from "./actions.js";
import { isDone, readWhole } from "./log.js";

const TONE = new Map([["queued", "note"], ["running", "warn"], ["success", "ok"], ["failed", "bad"]]);
const WORD = new Map([["queued", "waiting for the agent"], ["running", "with the agent"], ["success", "succeeded"], ["failed", "failed"]]);

function status(command) {
  return { text: WORD.get(command.status) ?? command.status, tone: TONE.get(command.status) ?? "note" };
}

/** Seconds from queueing to the result, or until now; counts while the command is on its way. */
function Elapsed({ command }) {
  const text = useTicking(() => {
    const start = parseTime(command.createdAt);
    if (start === null) return "–";
    const end = isDone(command) ? parseTime(command.finishedAt) ?? start : nowMs();
    const seconds = Math.max(0, (end - start) / 1000);
    return seconds < 100 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  }, 100);
  return html`<span class="num elapsed">${text}</span>`;
}

function pretty(output) {
  if (!/^\s*[[{]/.test(output)) return output;
  try {
    return JSON.stringify(JSON.parse(output), null, 2);
  } catch {
    return output;
  }
}

function Outcome({ command }) {
  const { output = "", error = "", outputCut = false } = command.result ?? {};
  if (!isDone(command)) {
    return html`<p class="fine">${command.status === "queued"
      ? "The agent takes it with its next poll. If it stays here, the agent is offline or busy."
      : "The agent has taken it. What comes next is its result."}</p>`;
  }
  return html`${error && html`<p class="said">${error}</p>`}
    ${output && html`<pre class="output" tabindex="0" aria-label="Output">${pretty(output)}</pre>`}
    ${outputCut && html`<p class="fine">The rest is being fetched …</p>`}
    ${!error && !output && html`<p class="fine">No output.</p>`}`;
}

/** The command just sent, in full. */
export function Tracked({ command }) {
  return html`<section class="tracked" aria-label="Command just sent">
    <div class="tracked-head"><${Chip} status=${status(command)} /><${Elapsed} command=${command} /></div>
    <p class="tracked-what mono">${sentenceOf(command)}</p>
    <${Outcome} command=${command} />
  </section>`;
}

function Entry({ command }) {
  const [whole, setWhole] = useState(null);
  // The list carries the head of a long output only; the rest is fetched when someone looks.
  async function onToggle(event) {
    if (!event.currentTarget.open || whole || !command.result?.outputCut) return;
    setWhole(await readWhole(command.id));
  }
  return html`<li class="history-entry"><details onToggle=${onToggle}>
    <summary><${Chip} quiet status=${status(command)} /><span class="history-what mono">${sentenceOf(command)}</span>
      <span class="since">${formatClock(command.createdAt)} · <${Elapsed} command=${command} /></span></summary>
    <div class="history-more"><p class="fine">Topic ${command.topic ?? "ops"}, id <span class="mono breakable">${command.id}</span></p><${Outcome} command=${whole ?? command} /></div>
  </details></li>`;
}

/** All commands, newest first. */
export function History({ commands, error }) {
  return html`<section class="history" aria-label="Commands so far">
    <h2>So far ${commands && html`<span class="view-count num">${commands.length}</span>`}</h2>
    ${error && html`<${Notice} tone="warn" title="The list may be old"><p>${error}</p></${Notice}>`}
    ${commands === null && !error && html`<p class="fine">Loading …</p>`}
    ${commands?.length === 0 && html`<p class="fine">No command yet. The server keeps what is sent from here, and its results, until it stops.</p>`}
    <ul class="history-list">${(commands ?? []).map((command) => html`<${Entry} key=${command.id} command=${command} />`)}</ul>
  </section>`;
}
