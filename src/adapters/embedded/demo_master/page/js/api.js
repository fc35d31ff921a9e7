/**
 * The console's requests to the server that delivered it: same origin, the page's token on each.
 *
 * Snapshots are large and come through a worker (snapshot/reader.js); everything else is asked for here.
 */
import { ask } from "./http.js";
import { learnServerTime } from "./times.js";

/** The token of the address that the page was opened with. */
export const token = new URLSearchParams(location.search).get("token") ?? "";

async function request(path, options = {}) {
  const answer = await ask(path, { token, ...options });
  learnServerTime(answer.date);
  return answer;
}

/** Every cluster the server has heard of, without snapshots, and whether changes are allowed: `{clusters, allowChanges}`. */
export async function listClusters() {
  const { clusters = [], allowChanges = false } = (await request("api/v3/clusters")).data ?? {};
  return { clusters, allowChanges };
}

/** Queues a command; gives its id. */
export async function sendCommand(command) {
  return (await request("api/v3/commands", { method: "POST", body: command })).data.id;
}

/** One command with its result, when there is one. */
export async function readCommand(id) {
  return (await request(`api/v3/commands/${encodeURIComponent(id)}`)).data;
}

/**
 * The last commands, newest first, narrowed by `{clusterId, action, kind, namespace, name, limit}`: `{commands, matching}`. Long
 * outputs are cut and say so (`result.outputCut`).
 */
export async function listCommands(wanted = {}) {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  const { commands = [], matching = commands.length } = (await request(`api/v3/commands?${query}`)).data ?? {};
  return { commands, matching };
}
