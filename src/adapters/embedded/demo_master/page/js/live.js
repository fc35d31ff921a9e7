/**
 * Keeps the console's state in step with the server.
 *
 * Every two seconds the list of clusters (small) is asked for; the snapshot only when its cluster reports a newer one, and
 * then with the ETag of the one at hand. A hidden page asks rarely. Failures become `problem`; what was known stays.
 */
import { listClusters } from "./api.js";
import { Digest } from "./digest.js";
import { readCluster } from "./snapshot/reader.js";
import { createStore } from "./store.js";

const POLL_MS = 2000;
const HIDDEN_POLL_MS = 15_000;

/**
 * `phase`: `loading` until the first answer, then `ready`. `problem`: `{kind, message, sinceMs}` or null. `chosenId`: the
 * cluster the reader asked for, empty for the first. `meta`, `digest`: of the shown cluster, null while not known.
 */
export const live = createStore({ phase: "loading", problem: null, clusters: [], allowChanges: false, chosenId: "", meta: null, digest: null, waiting: false });

let etag = null;
let shownVersion = null;
let shownId = null;
let wake = () => {};

const versionOf = (meta) => `${meta.clusterId} ${meta.accepted} ${meta.receivedAt}`;

function pick(clusters, chosenId) {
  return clusters.find((cluster) => cluster.clusterId === chosenId) ?? clusters[0] ?? null;
}

async function refreshSnapshot(meta) {
  if (meta.clusterId !== shownId) {
    etag = null;
    shownVersion = null;
    shownId = meta.clusterId;
    live.set({ digest: null });
  }
  if (shownVersion === versionOf(meta)) return;
  if (!meta.accepted) {
    live.set({ waiting: true });
    return;
  }
  try {
    const answer = await readCluster(meta.clusterId, etag);
    if (shownId !== meta.clusterId) return;
    if (!answer.unchanged) {
      const { snapshot, ...newest } = answer.data;
      etag = answer.etag;
      live.set({ meta: newest, ...(snapshot ? { digest: new Digest(snapshot), waiting: false } : { waiting: true }) });
    }
    shownVersion = versionOf(meta);
  } catch (error) {
    if (error.kind !== "missing") throw error;
    live.set({ waiting: true });
  }
}

async function refresh() {
  try {
    const { clusters, allowChanges } = await listClusters();
    const meta = pick(clusters, live.get().chosenId);
    live.set({ phase: "ready", problem: null, clusters, allowChanges, meta });
    if (meta) await refreshSnapshot(meta);
    else live.set({ digest: null, waiting: false });
  } catch (error) {
    if (!error.kind) console.error(error);
    const known = live.get().problem;
    const kind = error.kind ?? "broken";
    live.set({ phase: "ready", problem: { kind, message: error.message, sinceMs: known?.sinceMs ?? Date.now() } });
  }
}

function pause(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** Shows that cluster from now on. */
export function chooseCluster(id) {
  if (live.get().chosenId === id) return;
  live.set({ chosenId: id });
  wake();
}

/** Asks at once instead of at the next tick. */
export function refreshNow() {
  wake();
}

/** Polls for as long as the page lives. */
export async function followServer() {
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) wake();
  });
  for (;;) {
    await refresh();
    await pause(document.hidden ? HIDDEN_POLL_MS : POLL_MS);
  }
}
