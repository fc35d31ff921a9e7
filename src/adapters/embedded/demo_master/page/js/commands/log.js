/**
 * The commands the server remembers, and the one just sent from here, followed until its result is in.
 */
import { listCommands, readCommand, sendCommand } from "../api.js";
import { createStore } from "../store.js";
import { sentenceOf } from "./actions.js";

const FOLLOW_MS = 500;

/** `commands`: newest first, null before the first answer. `tracked`: the command last sent from this page. `said`: for the live region. */
export const commandLog = createStore({ commands: null, error: "", tracked: null, sending: false, sendError: "", said: "" });

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether nothing more will happen to a command. */
export const isDone = (command) => command.status === "success" || command.status === "failed";

/** Reads the list once. */
export async function refreshCommands() {
  try {
    commandLog.set({ commands: await listCommands(), error: "" });
  } catch (error) {
    if (!error.kind) throw error;
    commandLog.set({ error: error.message });
  }
}

/** One command with the whole of its output, or null when it cannot be had. */
export async function readWhole(id) {
  try {
    return await readCommand(id);
  } catch (error) {
    if (!error.kind) throw error;
    commandLog.set({ error: error.message });
    return null;
  }
}

async function follow(id) {
  let failures = 0;
  while (commandLog.get().tracked?.id === id) {
    try {
      const command = await readCommand(id);
      failures = 0;
      if (commandLog.get().tracked?.id !== id) return;
      commandLog.set({ tracked: command });
      if (isDone(command)) {
        const outcome = command.status === "success" ? "succeeded" : `failed: ${command.result?.error || "no reason given"}`;
        commandLog.set({ said: `${sentenceOf(command)} ${outcome}` });
        await refreshCommands();
        return;
      }
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "missing" || failures >= 20) {
        commandLog.set({ tracked: null, sendError: `Lost sight of command ${id}: ${error.message}.` });
        return;
      }
      failures += 1;
    }
    await pause(FOLLOW_MS * (failures + 1));
  }
}

/** Sends a command and follows it. Gives whether it was accepted; why not is in `sendError`. */
export async function send(request) {
  if (commandLog.get().sending) return false;
  commandLog.set({ sending: true, sendError: "", said: "" });
  try {
    const id = await sendCommand(request);
    const createdAt = new Date().toISOString();
    commandLog.set({ sending: false, tracked: { ...request, id, status: "queued", createdAt, finishedAt: null, result: null }, said: `${sentenceOf(request)} queued` });
    void refreshCommands();
    void follow(id);
    return true;
  } catch (error) {
    commandLog.set({ sending: false, sendError: error.kind ? `Not sent: ${error.message}.` : "Not sent: the page has a fault; see the browser's console." });
    if (!error.kind) console.error(error);
    return false;
  }
}
