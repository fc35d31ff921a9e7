/**
 * The telemetry that comes with the snapshot, its `otel` member. What is not there is not known, which is no zero.
 *
 * Source of the field names: wire contract, part 3. Success and errors are ratios (0..1) in traces, percent in service levels.
 */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { Notice } from "../marks.js";

/** The summary, or null when the snapshot has none. */
const summaryOf = (digest) => digest?.snapshot.otel ?? null;

/** One part of the summary, or null when it is not known. */
export const partOf = (digest, name) => summaryOf(digest)?.[name] ?? null;

/** What to say where a part is not known. */
export function NotKnown({ digest, what }) {
  if (summaryOf(digest)) {
    return html`<${Notice} tone="warn" title=${`${what}: not known`}>
      <p>The summary of this snapshot lacks this part: the store did not answer for longer than its last answer may be shown.
      <code>atlhyper-agent status</code> tells which part and why.</p></${Notice}>`;
  }
  return html`<${Notice} tone="idle" title=${`${what}: not known`}>
    <p>This snapshot carries no telemetry: the agent has no store (<code>AGENT_CLICKHOUSE_ENDPOINT</code>), or has not read it yet.</p></${Notice}>`;
}

/** What is read of each name, made when first asked for and kept with its list. */
const indexes = new WeakMap();

/** The entry of a list by a key of its own; null lists have none. */
export function entryOf(list, keyOf, key) {
  if (!list) return undefined;
  let index = indexes.get(list);
  if (!index) {
    index = new Map(list.map((entry) => [keyOf(entry), entry]));
    indexes.set(list, index);
  }
  return index.get(key);
}
