/**
 * The console's requests to the server that delivered it: same origin, JSON both ways, the page's token on each.
 */
import { learnServerTime } from "./times.js";
import { parseVisible } from "./visible_text.js";

const TIMEOUT_MS = 15_000;
const token = new URLSearchParams(location.search).get("token") ?? "";

/** A request that did not bring what was asked for. `kind`: `unreachable`, `unauthorised`, `missing` or `refused`. */
export class RequestFailed extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

function failure(status, body) {
  const said = body && typeof body.error === "string" ? body.error : "";
  if (status === 401) return new RequestFailed("unauthorised", said || `HTTP ${status}`);
  if (status === 404) return new RequestFailed("missing", said || "not there");
  return new RequestFailed("refused", said || `HTTP ${status}`);
}

async function request(path, { method = "GET", body, etag } = {}) {
  const headers = { "X-Console-Token": token, Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (etag) headers["If-None-Match"] = etag;
  let answer;
  let text;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = answer.status === 304 ? "" : await answer.text();
  } catch (error) {
    const slow = error instanceof DOMException && error.name === "TimeoutError";
    throw new RequestFailed("unreachable", slow ? `no answer within ${TIMEOUT_MS / 1000} s` : "no connection");
  }
  learnServerTime(answer.headers.get("Date"));
  if (answer.status === 304) return { unchanged: true, etag };
  let data = null;
  try {
    data = text === "" ? null : parseVisible(text);
  } catch {
    if (answer.ok) throw new RequestFailed("refused", "the answer is not JSON");
  }
  if (!answer.ok) throw failure(answer.status, data);
  return { unchanged: false, data, etag: answer.headers.get("ETag") };
}

const cluster = (id) => `api/v3/clusters/${encodeURIComponent(id)}`;

/** Every cluster the server has heard of, without snapshots, and whether changes are allowed: `{clusters, allowChanges}`. */
export async function listClusters() {
  const { clusters = [], allowChanges = false } = (await request("api/v3/clusters")).data ?? {};
  return { clusters, allowChanges };
}

/** One cluster with its snapshot: `{unchanged, etag, data}`; `data` is absent when `etag` still holds. */
export function readCluster(id, etag) {
  return request(cluster(id), { etag });
}

/** Queues a command; gives its id. */
export async function sendCommand(command) {
  return (await request("api/v3/commands", { method: "POST", body: command })).data.id;
}

/** One command with its result, when there is one. */
export async function readCommand(id) {
  return (await request(`api/v3/commands/${encodeURIComponent(id)}`)).data;
}

/** The last commands, newest first; long outputs are cut and say so (`result.outputCut`). */
export async function listCommands() {
  return (await request("api/v3/commands")).data?.commands ?? [];
}
