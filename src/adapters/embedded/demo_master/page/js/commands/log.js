/**
 * Commands sent from this page, each followed until its result is in, whatever the page shows meanwhile.
 *
 * A scope is a place that sends commands: the form, or an action in an object's panel. Each remembers its last one, so that
 * who comes back to it finds the outcome.
 */
import { readCommand, sendCommand } from "../api.js";
import { refreshNow } from "../live.js";
import { createStore, useStore } from "../store.js";
import { isDone, outcomeOf } from "./outcome.js";
import { sentenceOf } from "./requests.js";

const FIRST_LOOK_MS = 150;
const LAST_LOOK_MS = 1000;
const MOST_FAILURES = 20;
const MOST_SCOPES = 100;

/**
 * `scopes`: Map from scope to `{sending, command, before, error}`: the last command, the finished one before it while this one
 * is under way, and why it was not sent or was lost. `said`: for the live region. `changed`: counts what the history should show.
 */
export const commandLog = createStore({ scopes: new Map(), said: "", changed: 0 });

const NOTHING = { sending: false, command: null, before: null, error: "" };
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function update(scope, patch, more = {}) {
  const scopes = new Map(commandLog.get().scopes);
  const known = scopes.get(scope) ?? NOTHING;
  scopes.delete(scope);
  scopes.set(scope, { ...known, ...patch });
  // The oldest place is forgotten first; what runs there goes on in the agent, and stands in the history.
  if (scopes.size > MOST_SCOPES) scopes.delete(scopes.keys().next().value);
  commandLog.set({ scopes, ...more });
}

const current = (scope) => commandLog.get().scopes.get(scope) ?? NOTHING;

/** The last command of a scope, followed. */
export function useScope(scope) {
  return useStore(commandLog, ({ scopes }) => scopes.get(scope) ?? NOTHING);
}

async function follow(scope, id) {
  let failures = 0;
  for (let waitMs = FIRST_LOOK_MS; current(scope).command?.id === id; waitMs = Math.min(LAST_LOOK_MS, waitMs * 1.4)) {
    await pause(waitMs * (failures + 1));
    if (current(scope).command?.id !== id) return;
    try {
      const command = await readCommand(id);
      failures = 0;
      if (current(scope).command?.id !== id) return;
      if (isDone(command)) {
        const { word, text } = outcomeOf(command);
        update(scope, { command, before: null }, { said: `${sentenceOf(command)} ${word}${text ? `: ${text}` : ""}`, changed: commandLog.get().changed + 1 });
        refreshNow();
        return;
      }
      if (command.status !== current(scope).command.status) update(scope, { command });
    } catch (error) {
      if (!error.kind) throw error;
      failures += 1;
      if (error.kind === "missing" || failures > MOST_FAILURES) {
        update(scope, { command: null, error: `Lost sight of command ${id}: ${error.message}. It may be carried out all the same.` });
        return;
      }
    }
  }
}

/** Sends a command and follows it. Gives whether it was accepted; why not is in the scope's `error`. */
export async function send(scope, request) {
  const known = current(scope);
  if (known.sending) return false;
  update(scope, { sending: true, error: "" });
  try {
    const id = await sendCommand(request);
    const before = known.command && isDone(known.command) ? known.command : known.before;
    const command = { ...request, id, status: "queued", createdAt: new Date().toISOString(), finishedAt: null, result: null };
    update(scope, { sending: false, command, before }, { said: `${sentenceOf(request)} queued`, changed: commandLog.get().changed + 1 });
    void follow(scope, id);
    return true;
  } catch (error) {
    update(scope, { sending: false, error: error.kind ? `Not sent: ${error.message}.` : "Not sent: the page has a fault; see the browser's console." });
    if (!error.kind) console.error(error);
    return false;
  }
}
