/**
 * How a command ended, as far as its result tells.
 *
 * The wire carries success or not, and a text; the agent knows more and says it in words. They are read here: refused (nothing
 * was done, by decision), timed out, unknown (it may or may not have happened), failed. Sources: the agent's policy, ledger and
 * execution; a test holds these patterns against the texts that the agent really makes.
 */
import { parseVisible } from "../visible_text.js";
import { ACTIONS } from "./actions.js";

const UNKNOWN = /outcome is (?:unknown|not known)|nobody said how the command did/;
const TIMED_OUT = /^no answer within |^not carried out: waited |^exec in [^:]+: no end within |^drain [^:]+: stopped after /;
const REFUSED = /\(AGENT_[A-Z_]+\)|changes are stale after|never carried out for topic|topic ai may only read|is never read by |is not supported yet by this agent|^unknown action /;
// "replicas: must be between 0 and ...": what is wrong with the request itself begins with the member's name.
const MEMBERS = new Set(["action", "clusterId", "kind", "namespace", "name", "params", "createdAt", "dryRun", "sub_action", ...ACTIONS.flatMap(({ params }) => params.map(({ name }) => name))]);
const SAFE_TO_REPEAT = /safe to repeat|^not started|^not carried out/;
const MAY_HAVE_HAPPENED = /may have happened all the same|no end within |stopped after /;

/** Whether nothing more will happen to a command. */
export const isDone = (command) => command.status === "success" || command.status === "failed";

/** The output as data, or undefined when it is no JSON object or list. */
export function outputData(command) {
  const output = command.result?.output ?? "";
  if (command.result?.outputCut || !/^\s*[[{]/.test(output)) return undefined;
  try {
    return parseVisible(output);
  } catch {
    return undefined;
  }
}

// Actions that bring one thing into a state; of a drain `changed` tells only whether the node was cordoned by it.
const MADE_SO = new Set(["scale", "restart", "update_image", "cordon", "uncordon"]);

/** What limits a success: a program that failed, objects that were not applied, an object that only begins to go. */
function reservation(command) {
  const data = outputData(command);
  if (data === undefined || Array.isArray(data)) return "";
  if (Number.isInteger(data.exitCode) && data.exitCode !== 0) return `exit code ${data.exitCode}`;
  if (typeof data.errorMessage === "string" && data.errorMessage !== "") return "in part";
  if (command.action.startsWith("delete") && data.state === "terminating") return "terminating";
  if (data.changed === false && MADE_SO.has(command.action)) return "nothing to do";
  return "";
}

function failure(error, data) {
  if (UNKNOWN.test(error) || data?.objects?.some?.((object) => object?.outcome === "unknown")) return { word: "ended unknown", tone: "warn", advice: "It may have been carried out, or not. Look at the object before asking again." };
  if (TIMED_OUT.test(error)) return { word: "timed out", tone: "warn", advice: MAY_HAVE_HAPPENED.test(error) ? "Look at the object before asking again." : "" };
  if (REFUSED.test(error) || MEMBERS.has(/^(\w+): /.exec(error)?.[1])) return { word: "was refused", tone: "warn", advice: "Nothing was done." };
  return { word: "failed", tone: "bad", advice: SAFE_TO_REPEAT.test(error) ? "It can be asked again." : "" };
}

const UNDER_WAY = new Map([["queued", { word: "waits for the agent", tone: "note" }], ["running", { word: "is with the agent", tone: "warn" }]]);

/** `{word, tone, text, advice}`: the outcome as a verb, its tone, what the agent said of a failure, and what to make of it. */
export function outcomeOf(command) {
  if (!isDone(command)) return { text: "", advice: "", ...(UNDER_WAY.get(command.status) ?? { word: command.status, tone: "note" }) };
  if (command.status === "failed") {
    const text = command.result?.error || "The agent gave no reason.";
    return { text, ...failure(text, outputData(command)) };
  }
  const limit = reservation(command);
  const tone = limit && limit !== "nothing to do" && limit !== "terminating" ? "warn" : "ok";
  return { word: limit ? `succeeded, ${limit}` : "succeeded", tone, text: "", advice: "" };
}

const CHIPS = new Map([["waits for the agent", "waiting for the agent"], ["is with the agent", "with the agent"], ["was refused", "refused"], ["ended unknown", "unknown"]]);

/** Text and tone of a command for a chip. */
export function commandStatus(command) {
  const { word, tone } = outcomeOf(command);
  return { text: CHIPS.get(word) ?? word, tone };
}
