/** The page's side of reading snapshots: asks the worker, collects the pieces, applies the patch. */
import { token } from "../api.js";
import { RequestFailed } from "../http.js";
import { applyPatch } from "./patch.js";

let worker = null;
let lastId = 0;
let waiting = null;
// The snapshot that the worker takes the page to have.
let held = null;

function collect({ data: part }) {
  if (part.id !== waiting?.id) return;
  if (part.done) {
    waiting.settle(part);
    return;
  }
  const objects = JSON.parse(part.json);
  const known = waiting.fresh.get(part.name);
  if (known) known.push(...objects);
  else waiting.fresh.set(part.name, objects);
}

function started() {
  if (worker) return worker;
  worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "snapshots" });
  worker.addEventListener("message", collect);
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    waiting?.settle({ error: { kind: "broken", message: event.message || "the page's worker could not be started" } });
    worker = null;
    held = null;
  });
  return worker;
}

/**
 * One cluster with its snapshot: `{unchanged, etag, data}`; nothing but `unchanged` when `etag` still holds. One question at
 * a time. Objects that did not change are the very objects of the answer before.
 */
export async function readCluster(clusterId, etag) {
  const asked = held ? etag : null;
  const url = new URL(`api/v3/clusters/${encodeURIComponent(clusterId)}`, document.baseURI).href;
  lastId += 1;
  const fresh = new Map();
  const part = await new Promise((settle) => {
    waiting = { id: lastId, fresh, settle };
    started().postMessage({ id: lastId, url, token, etag: asked });
  });
  waiting = null;
  if (part.error) throw new RequestFailed(part.error.kind, part.error.message);
  if (part.unchanged) return { unchanged: true, etag };
  if (!part.patch) {
    held = null;
    return { unchanged: false, etag: part.etag, data: { ...part.meta, snapshot: null } };
  }
  const lists = Object.fromEntries(Object.entries(part.patch.orders).map(([name, order]) => [name, { order, fresh: fresh.get(name) ?? [] }]));
  held = applyPatch(asked ? held : null, { lists, rest: part.patch.rest });
  return { unchanged: false, etag: part.etag, data: { ...part.meta, snapshot: held } };
}
