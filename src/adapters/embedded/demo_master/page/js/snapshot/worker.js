/**
 * Runs in a worker: fetches snapshots, parses them and hands over what changed, in pieces.
 *
 * Parsing 40 MiB takes the better part of a second, in which a page that did it itself would answer no key. One piece is
 * small enough to be taken over between two frames.
 */
import { ask, RequestFailed } from "../http.js";
import { SnapshotDiffer } from "./patch.js";

const PIECE = 500;
const differ = new SnapshotDiffer();

function handOver(id, { lists, rest }) {
  const orders = {};
  for (const [name, { order, fresh }] of Object.entries(lists)) {
    orders[name] = order;
    for (let start = 0; start < fresh.length; start += PIECE) postMessage({ id, name, json: `[${fresh.slice(start, start + PIECE).join(",")}]` });
  }
  return { orders, rest };
}

async function answer({ id, url, token, etag }) {
  if (!etag) differ.reset();
  const { unchanged, data, etag: newEtag } = await ask(url, { token, etag });
  if (unchanged) return { id, done: true, unchanged, etag };
  const { snapshot, ...meta } = data;
  return { id, done: true, unchanged, etag: newEtag, meta, patch: snapshot ? handOver(id, differ.diff(snapshot)) : null };
}

addEventListener("message", async ({ data: question }) => {
  try {
    postMessage(await answer(question));
  } catch (error) {
    const kind = error instanceof RequestFailed ? error.kind : "broken";
    postMessage({ id: question.id, done: true, error: { kind, message: error.message } });
  }
});
