/** What to say when there is nothing, or nothing new, to show: what happened and what to do about it. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { refreshNow } from "../live.js";
import { Notice } from "../marks.js";
import { useTicking } from "../store.js";
import { formatClock, formatSpan, secondsSince } from "../times.js";
import { rejectionText } from "./header.js";

function Again() {
  return html`<button type="button" class="button" onClick=${refreshNow}>Try now</button>`;
}

/** A banner over what is still shown, or null when all is well. */
export function Banner({ problem, meta, digest }) {
  const stale = useTicking(() => (meta?.receivedAt ? Math.floor(secondsSince(meta.receivedAt) / 5) * 5 : null));
  const asOf = digest ? ` What you see is of ${formatClock(digest.snapshot.fetchedAt)}.` : "";
  if (problem?.kind === "unauthorised") {
    return html`<${Notice} tone="bad" role="alert" title="The server no longer accepts this page">
      <p>Its token changes with every start. Open the address that the demo printed last.${asOf}</p></${Notice}>`;
  }
  if (problem?.kind === "unreachable") {
    return html`<${Notice} tone="bad" role="alert" title="The demo Master does not answer">
      <p>Is it still running? The page asks again every 2 seconds, for ${formatSpan((Date.now() - problem.sinceMs) / 1000)} now.${asOf}</p></${Notice}>`;
  }
  if (problem) {
    return html`<${Notice} tone="bad" role="alert" title="The last update failed"><p class="breakable">${problem.message}.${asOf}</p></${Notice}>`;
  }
  if (meta && !meta.online && meta.lastHeartbeatAt && digest) {
    return html`<${Notice} tone="bad" role="alert" title="The agent is offline">
      <p>No heartbeat for ${formatSpan(secondsSince(meta.lastHeartbeatAt))}. Look at its log, or at <code>atlhyper-agent status</code>.${asOf}</p></${Notice}>`;
  }
  if (digest && stale !== null && stale >= 45) {
    return html`<${Notice} tone="warn" role="status" title="Snapshots have stopped coming">
      <p>The agent is alive, but its last snapshot is ${formatSpan(stale)} old. Its log says why pushes fail.${asOf}</p></${Notice}>`;
  }
  return null;
}

/** The whole view when there is no snapshot to show. */
export function NothingYet({ phase, problem, meta, waiting }) {
  if (problem?.kind === "unauthorised") {
    return html`<${Notice} tone="bad" role="alert" title="This address is not valid (any more)">
      <p>The console opens only with the token of the running server. Copy the whole address that the demo printed, with <code>?token=…</code>.</p></${Notice}>`;
  }
  if (problem) {
    return html`<${Notice} tone="bad" role="alert" title=${problem.kind === "unreachable" ? "The demo Master does not answer" : "The server's answer could not be used"}>
      <p class="breakable">${problem.message}. Asked again every 2 seconds.</p><${Again} /></${Notice}>`;
  }
  if (phase === "loading") return html`<${Notice} tone="note" role="status" title="Asking the server …" />`;
  if (!meta) {
    return html`<${Notice} tone="note" role="status" title="No agent has reported yet">
      <p>Point one at this Master with <code>AGENT_MASTER_URL</code> and this page fills by itself. The demo starts its own agent within a few seconds.</p></${Notice}>`;
  }
  if (waiting) {
    return html`<${Notice} tone="note" role="status" title="The agent is here, its first snapshot is not">
      <p>It waits until it has read every kind completely, at most a minute, because a half list would look like deleted objects.</p>
      ${meta.rejected > 0 && html`<p class="breakable">Pushes refused so far: ${meta.rejected}. Last reason: ${rejectionText(meta)}</p>`}</${Notice}>`;
  }
  return html`<${Notice} tone="note" role="status" title="Loading the snapshot …" />`;
}

/** The view of an address that leads nowhere. */
export function NoSuchView({ view }) {
  return html`<${Notice} tone="idle" title="There is no such view"><p class="breakable">“${view}” is not one of the kinds. Choose one from the list.</p></${Notice}>`;
}
