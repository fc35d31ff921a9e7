/** Commands as they stand: one line each, its time, and its outcome in full when opened; narrowed by action and by object. */
import { html, useEffect, useState } from "../../vendor/htm-preact-standalone.module.js";
import { listCommands, readCommand } from "../api.js";
import { ObjectLink } from "../links.js";
import { Chip, Notice } from "../marks.js";
import { formatCount } from "../quantities.js";
import { useStore } from "../store.js";
import { formatClock } from "../times.js";
import { ACTIONS } from "./actions.js";
import { commandLog } from "./log.js";
import { commandStatus } from "./outcome.js";
import { Elapsed, Outcome } from "./progress.js";
import { sentenceOf, targetOf } from "./requests.js";

const REFRESH_MS = 3000;

/** Groups of actions to narrow by, `[[value, text]]`; a single action may stand for a group, too. */
export const GROUPS = [
  ["", "Every action", () => true],
  ["changes", "Changes", (row) => row.changes],
  ["reads", "Reads", (row) => !row.changes && !row.action.startsWith("query_")],
  ["telemetry", "Telemetry", (row) => row.action.startsWith("query_")],
];

function actionsOf(group) {
  const known = GROUPS.find(([value]) => value === group);
  if (!known) return group;
  return group === "" ? "" : ACTIONS.filter(known[2]).map(({ action }) => action).join(",");
}

/** Commands of a cluster, narrowed and followed: `{commands: [...] | null, matching, error}`. */
export function useCommands({ clusterId, group = "", kind = "", namespace = "", name = "", limit = "" }) {
  const [list, setList] = useState({ commands: null, matching: 0, error: "" });
  const changed = useStore(commandLog, (log) => log.changed);
  useEffect(() => {
    let wanted = true;
    async function refresh() {
      try {
        const found = await listCommands({ clusterId, action: actionsOf(group), kind, namespace, name, limit });
        if (wanted) setList({ ...found, error: "" });
      } catch (error) {
        if (!error.kind) throw error;
        if (wanted) setList((known) => ({ ...known, error: error.message }));
      }
    }
    void refresh();
    const timer = setInterval(() => void refresh(), REFRESH_MS);
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [clusterId, group, kind, namespace, name, limit, changed]);
  return list;
}

function Entry({ command, isLinked }) {
  const [whole, setWhole] = useState(null);
  const [open, setOpen] = useState(false);
  const [error, setError] = useState("");
  // The list carries the head of a long output only; the rest is fetched when someone looks.
  async function onToggle(event) {
    setOpen(event.currentTarget.open);
    if (!event.currentTarget.open || whole || !command.result?.outputCut) return;
    try {
      setWhole(await readCommand(command.id));
    } catch (failure) {
      if (!failure.kind) throw failure;
      setError(failure.message);
    }
  }
  return html`<li class="history-entry"><details onToggle=${onToggle}>
    <summary><${Chip} quiet status=${commandStatus(command)} /><span class="history-what mono">${sentenceOf(command)}</span>
      <span class="since">${formatClock(command.createdAt)} · <${Elapsed} command=${command} /></span></summary>
    ${open && html`<div class="history-more">
      <p class="fine">${isLinked && command.name && html`About <${ObjectLink} kind=${command.kind} namespace=${command.namespace} name=${command.name}>${targetOf(command)}</${ObjectLink}>. `}Topic
        ${" "}${command.topic ?? "ops"}, id <span class="mono breakable">${command.id}</span></p>
      ${error && html`<p class="problem">The whole output cannot be had: ${error}.</p>`}
      <${Outcome} command=${whole ?? command} /></div>`}
  </details></li>`;
}

/** The lines of a history. */
export function Entries({ commands, isLinked = false }) {
  return html`<ul class="history-list">${(commands ?? []).map((command) => html`<${Entry} key=${command.id} command=${command} isLinked=${isLinked} />`)}</ul>`;
}

function About({ about, onClear }) {
  if (!about.name) return null;
  return html`<p class="history-about"><span>About <strong class="breakable">${targetOf(about)}</strong></span>
    <button type="button" class="button small" onClick=${onClear}>About everything</button></p>`;
}

/** All commands, newest first. `about`: `{kind, namespace, name}`, empty for everything. */
export function History({ clusterId, group, about, onGroup, onClear }) {
  const { commands, matching, error } = useCommands({ clusterId, group, ...about });
  const isNarrowed = group !== "" || about.name;
  return html`<section class="history" aria-label="Commands so far">
    <div class="history-head"><h2>So far ${commands && html`<span class="view-count num">${formatCount(matching)}</span>`}</h2>
      <div class="select-field">
        <select id="group" aria-label="Which commands" value=${group} onChange=${(event) => onGroup(event.currentTarget.value)}>
          ${GROUPS.map(([value, text]) => html`<option key=${value} value=${value}>${text}</option>`)}
          <optgroup label="One action">${ACTIONS.map(({ action }) => html`<option key=${action} value=${action}>${action}</option>`)}</optgroup>
        </select></div></div>
    <${About} about=${about} onClear=${onClear} />
    ${error && html`<${Notice} tone="warn" title="The list may be old"><p>${error}</p></${Notice}>`}
    ${commands === null && !error && html`<p class="fine">Loading …</p>`}
    ${commands?.length === 0 && html`<p class="fine">${isNarrowed ? "None of this kind." : "No command yet."} The server keeps what is sent from here, and its results, until it stops.</p>`}
    <${Entries} commands=${commands} isLinked />
    ${commands && commands.length < matching && html`<p class="fine">And ${formatCount(matching - commands.length)} older ones.</p>`}
  </section>`;
}
