/**
 * Questions to the agent: each is a command, as the real product asks, and its output is JSON text.
 *
 * An answer belongs to its question. When the question changes, or nobody looks any more, the old one is let go.
 */
import { html, useEffect, useState } from "../../vendor/htm-preact-standalone.module.js";
import { readCommand, sendCommand } from "../api.js";
import { isDone } from "../commands/outcome.js";
import { Notice } from "../marks.js";
import { useTicking } from "../store.js";
import { formatSpan } from "../times.js";
import { parseVisible } from "../visible_text.js";

const FIRST_LOOK_MS = 120;
const LAST_LOOK_MS = 1000;
const MOST_FAILURES = 10;
// Quick answers need no word that they are on their way.
const SILENT_SECONDS = 0.4;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The error of a command's result, or of its output when that is not what the contract says. */
function outcomeOf(command) {
  if (command.status !== "success") return { phase: "failed", error: command.result?.error || "The agent gave no reason." };
  try {
    return { phase: "done", data: parseVisible(command.result?.output ?? "") };
  } catch {
    return { phase: "failed", error: "The agent's answer is not JSON." };
  }
}

async function follow(request, isWanted, tell) {
  let id;
  try {
    id = await sendCommand(request);
  } catch (error) {
    if (!error.kind) throw error;
    return tell({ phase: "failed", error: `Not sent: ${error.message}.` });
  }
  let failures = 0;
  for (let waitMs = FIRST_LOOK_MS; isWanted(); waitMs = Math.min(LAST_LOOK_MS, waitMs * 1.5)) {
    await pause(waitMs);
    if (!isWanted()) return undefined;
    try {
      const command = await readCommand(id);
      failures = 0;
      if (isDone(command)) return tell({ ...outcomeOf(command), tookMs: command.durationMs });
      tell({ phase: "running", taken: command.status === "running" });
    } catch (error) {
      if (!error.kind) throw error;
      failures += 1;
      if (error.kind === "missing" || failures >= MOST_FAILURES) return tell({ phase: "failed", error: `Lost sight of the question: ${error.message}.` });
    }
  }
  return undefined;
}

/**
 * The answer to a question: `{phase: "idle" | "running" | "done" | "failed", data, error, startedMs, taken, again()}`. `data`
 * is kept from the question before while the next one runs (`isOld`). `params` null: nothing is asked.
 */
export function useAnswer(clusterId, action, params) {
  const [round, setRound] = useState(0);
  const key = params === null ? "" : JSON.stringify([clusterId, action, params]);
  const [answer, setAnswer] = useState({ phase: "idle", key: "" });
  useEffect(() => {
    if (key === "") return undefined;
    let wanted = true;
    setAnswer((before) => ({ phase: "running", key, data: before.data, isOld: before.data !== undefined, startedMs: Date.now() }));
    const sent = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== "" && value !== undefined && value !== null));
    void follow({ clusterId, action, params: sent }, () => wanted, (change) => {
      if (wanted) setAnswer((before) => ({ ...before, ...change, isOld: change.phase === "done" ? false : before.isOld }));
    });
    return () => {
      wanted = false;
    };
  }, [key, round]);
  const again = () => setRound(round + 1);
  if (key === "") return { phase: "idle", again };
  return answer.key === key ? { ...answer, again } : { phase: "running", data: answer.data, isOld: answer.data !== undefined, startedMs: Date.now(), again };
}

function Running({ answer, what }) {
  const seconds = useTicking(() => {
    const passed = (Date.now() - answer.startedMs) / 1000;
    return passed < SILENT_SECONDS ? null : Math.floor(passed);
  }, 250);
  if (seconds === null) return html`<p class="asking" aria-hidden="true"></p>`;
  return html`<p class="asking" role="status"><span class="asking-mark" aria-hidden="true"></span>Asking the agent for ${what} …
    <span class="num faint">${formatSpan(seconds)}${answer.taken ? "" : ", waiting for it to take the question"}</span></p>`;
}

/** How a question stands, above what it brought: running with its time, or failed with the agent's own words. */
export function Asking({ answer, what }) {
  if (answer.phase === "running") return html`<${Running} answer=${answer} what=${what} />`;
  if (answer.phase !== "failed") return null;
  return html`<${Notice} tone="bad" role="alert" title=${`No ${what}`}><p class="breakable">${answer.error}</p>
    <button type="button" class="button small" onClick=${answer.again}>Ask again</button></${Notice}>`;
}

/** The answer's content when there is some, with how the question stands above it. `children` is a function of the data. */
export function Answer({ answer, what, children }) {
  return html`<${Asking} answer=${answer} what=${what} />
    ${answer.data !== undefined && answer.phase !== "failed" && html`<div class=${answer.isOld ? "old-answer" : undefined}>${children(answer.data)}</div>`}`;
}
