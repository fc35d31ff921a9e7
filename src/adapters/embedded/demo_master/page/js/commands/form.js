/**
 * The command form: any of the 19 actions, filled in by a link or by hand. What changes the cluster is asked for twice.
 */
import { html, useEffect, useRef, useState } from "../../vendor/htm-preact-standalone.module.js";
import { KINDS, kindByName, listOf } from "../kinds/kinds.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { Notice } from "../marks.js";
import { ACTIONS, actionOf, problemsOf, requestOf, sentenceOf } from "./actions.js";
import { ParamField, TextField, Field } from "./fields.js";
import { send } from "./log.js";

const SUGGESTIONS = 300;

function startOf(query, allowChanges) {
  const asked = actionOf(query.get("action") ?? "");
  const row = asked ?? actionOf(allowChanges ? "scale" : "get_logs");
  return {
    action: row.action,
    kind: query.get("kind") ?? row.kinds[0] ?? "",
    namespace: query.get("namespace") ?? "",
    name: query.get("name") ?? "",
    topic: query.get("topic") === "ai" ? "ai" : "ops",
    params: Object.fromEntries(row.params.map((param) => [param.name, query.get(param.name) ?? param.initial])),
    more: "",
  };
}

function ActionSelect({ value, onValue, allowChanges }) {
  const option = (row) => html`<option key=${row.action} value=${row.action} disabled=${row.changes && !allowChanges}>${row.title}</option>`;
  return html`<${Field} id="action" label="Action" control=${(ids) => html`
    <select ...${ids} value=${value} onChange=${(event) => onValue(event.currentTarget.value)}>
      <optgroup label=${allowChanges ? "Changes the cluster" : "Changes the cluster (switched off)"}>${ACTIONS.filter((row) => row.changes).map(option)}</optgroup>
      <optgroup label="Only reads">${ACTIONS.filter((row) => !row.changes).map(option)}</optgroup>
    </select>`} />`;
}

/** Asks once more before a change. A native dialog: it keeps the focus inside and closes on Escape. */
function Confirm({ request, row, onYes, onNo }) {
  const dialog = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
    return () => dialog.current?.close();
  }, []);
  return html`<dialog ref=${dialog} class="confirm" aria-labelledby="confirm-title" onCancel=${onNo} onClose=${onNo}>
    <h2 id="confirm-title">${row.title}?</h2>
    <p class="confirm-what mono">${sentenceOf(request)}</p>
    <p>This changes cluster <strong class="breakable">${request.clusterId}</strong>. The agent carries it out if its own policy allows it.</p>
    <div class="confirm-buttons">
      <button type="button" class="button" onClick=${onNo}>Cancel</button>
      <button type="button" class="button primary" onClick=${onYes}>${row.title}</button>
    </div>
  </dialog>`;
}

export function CommandForm({ query, clusterId, allowChanges, digest, sending }) {
  const [form, setForm] = useState(() => startOf(query, allowChanges));
  const [tried, setTried] = useState(false);
  const [confirming, setConfirming] = useState(null);
  const row = actionOf(form.action);
  const problems = problemsOf(row, form);
  const shownProblem = (field) => (tried ? problems.get(field) : undefined);
  const blocked = row.changes && !allowChanges;
  const isAsOffered = form.action === query.get("action") && form.name === query.get("name");
  const guessedFrom = isAsOffered ? query.get("from") : null;

  function change(patch) {
    setForm((known) => ({ ...known, ...patch }));
  }
  function changeAction(action) {
    const next = actionOf(action);
    change({
      action,
      kind: next.kinds.length && !next.kinds.includes(form.kind) ? next.kinds[0] : form.kind,
      params: Object.fromEntries(next.params.map((param) => [param.name, form.params[param.name] ?? param.initial])),
    });
  }
  function submit(event) {
    event.preventDefault();
    setTried(true);
    if (blocked || sending) return;
    if (problems.size) {
      const first = [...problems.keys()][0];
      document.getElementById(actionOf(form.action).params.some(({ name }) => name === first) ? `param-${first}` : first)?.focus();
      return;
    }
    const request = requestOf(row, form, clusterId);
    if (row.changes) setConfirming(request);
    else void send(request);
  }
  function confirmed() {
    const request = confirming;
    setConfirming(null);
    void send(request);
    document.getElementById("send")?.focus();
  }

  const kind = kindByName(form.kind);
  const names = digest && kind
    ? listOf(digest.snapshot, kind).filter((object) => !kind.namespaced || !form.namespace || namespaceOf(object) === form.namespace).slice(0, SUGGESTIONS).map(nameOf)
    : [];
  return html`<form class="command-form" onSubmit=${submit} noValidate aria-label="New command">
    ${!allowChanges && html`<${Notice} tone="note" title="This console only reads">
      <p>Changing actions are switched off for this cluster. Start the demo with <code>--allow-changes</code> to switch them on.</p></${Notice}>`}
    <div class="fields">
      <${ActionSelect} value=${form.action} onValue=${changeAction} allowChanges=${allowChanges} />
      ${!row.global && html`
        <${TextField} id="kind" label="Kind" mono=${false} value=${form.kind} onValue=${(value) => change({ kind: value })} problem=${shownProblem("kind")}
          suggestions=${row.kinds.length ? row.kinds : KINDS.map((known) => known.kind)} />
        <${TextField} id="namespace" label="Namespace" value=${form.kind === "Node" ? "" : form.namespace} disabled=${form.kind === "Node"} onValue=${(value) => change({ namespace: value })}
          problem=${shownProblem("namespace")} suggestions=${digest?.namespaces ?? []} />
        <${TextField} id="name" label="Name" value=${form.name} onValue=${(value) => change({ name: value })} problem=${shownProblem("name")} suggestions=${[...new Set(names)]} />`}
      ${row.params.map((param) => html`<${ParamField} key=${param.name} param=${param} value=${form.params[param.name] ?? ""} problem=${shownProblem(param.name)}
        onValue=${(value) => change({ params: { ...form.params, [param.name]: value } })} suggestions=${[]} />`)}
    </div>
    ${guessedFrom && html`<${Notice} tone="warn" title="Check the name">
      <p>Guessed from ReplicaSet <span class="mono breakable">${guessedFrom}</span>: its name without the hash. This snapshot does not list the ReplicaSet's owner.</p></${Notice}>`}
    <details class="folded"><summary>More</summary>
      <div class="fields">
        <${Field} id="topic" label="Topic" hint="ai may only read" control=${(ids) => html`
          <select ...${ids} value=${form.topic} onChange=${(event) => change({ topic: event.currentTarget.value })}><option value="ops">ops</option><option value="ai">ai</option></select>`} />
        <${Field} id="more" wide label="More parameters (JSON object)" problem=${shownProblem("more")} control=${(ids) => html`
          <textarea ...${ids} class="mono" rows="3" spellcheck=${false} value=${form.more} onInput=${(event) => change({ more: event.currentTarget.value })}></textarea>`} />
      </div>
    </details>
    <div class="form-end">
      <button id="send" type="submit" class="button primary" disabled=${blocked} aria-disabled=${sending ? "true" : undefined}>${row.changes ? `${row.title} …` : row.title}</button>
      ${blocked && html`<p class="fine">Changing actions are switched off.</p>`}
    </div>
    ${confirming && html`<${Confirm} request=${confirming} row=${row} onYes=${confirmed} onNo=${() => setConfirming(null)} />`}
  </form>`;
}
