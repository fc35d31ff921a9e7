/** How the last command of a place stands: why it was not sent, its time while it runs, its outcome and output. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { Chip, Notice } from "../marks.js";
import { Output } from "../output/output.js";
import { useTicking } from "../store.js";
import { formatClock, nowMs, parseTime } from "../times.js";
import { useScope } from "./log.js";
import { commandStatus, isDone, outcomeOf } from "./outcome.js";
import { isDryRun, sentenceOf } from "./requests.js";

const PATIENCE_SECONDS = 5;

/** Seconds from queueing to the result, or until now; counts while the command is on its way. */
export function Elapsed({ command }) {
  const text = useTicking(() => {
    const start = parseTime(command.createdAt);
    if (start === null) return "–";
    const end = isDone(command) ? parseTime(command.finishedAt) ?? start : nowMs();
    if (isDone(command) && end - start < 1000) return `${Math.max(0, Math.round(end - start))} ms`;
    const seconds = Math.max(0, (end - start) / 1000);
    return seconds < 100 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  }, 100);
  return html`<span class="num elapsed">${text}</span>`;
}

function UnderWay({ command }) {
  const isLate = useTicking(() => (nowMs() - (parseTime(command.createdAt) ?? nowMs())) / 1000 > PATIENCE_SECONDS);
  if (command.status !== "queued") return html`<p class="fine">The agent has taken it. What comes next is its result.</p>`;
  return html`<p class="fine">The agent takes it with its next poll.${isLate && " It has not so far: the agent is offline or busy. The command stays in the queue."}</p>`;
}

/** What came of a command, below its head. */
export function Outcome({ command }) {
  if (!isDone(command)) return html`<${UnderWay} command=${command} />`;
  const { text, tone, advice } = outcomeOf(command);
  return html`${text && html`<div class=${`failure tone-${tone}`}><p class="breakable">${text}</p>${advice && html`<p class="fine">${advice}</p>`}</div>`}
    ${isDryRun(command) && !text && html`<p class="fine">A dry run: nothing was changed.</p>`}
    <${Output} command=${command} />`;
}

/** The last command of a scope; while one runs, what the one before brought stays. */
export function Progress({ scope, showSentence = false }) {
  const { command, before, error } = useScope(scope);
  return html`
    ${error && html`<${Notice} tone="bad" role="alert" title="The command did not go through"><p class="breakable">${error}</p></${Notice}>`}
    ${command && html`<section class="tracked" aria-label="Outcome" aria-busy=${isDone(command) ? "false" : "true"}>
      <div class="tracked-head"><span class="tracked-state"><${Chip} status=${commandStatus(command)} />${isDryRun(command) && html`<${Chip} status=${{ text: "dry run", tone: "note" }} />`}</span>
        <span class="since">${isDone(command) && html`${formatClock(command.finishedAt)}, after `}<${Elapsed} command=${command} /></span></div>
      ${showSentence && html`<p class="tracked-what mono">${sentenceOf(command)}</p>`}
      <${Outcome} command=${command} />
    </section>`}
    ${before && html`<div class="old-answer" aria-hidden="true" inert><${Output} command=${before} /></div>`}`;
}
