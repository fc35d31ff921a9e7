/**
 * The form of one action: its target where that is not fixed, its parameters, a dry run where there is one, and for what
 * changes the cluster a question before it is sent.
 */
import { html, useEffect, useState } from "../../vendor/htm-preact-standalone.module.js";
import { KINDS, kindByName, listOf } from "../kinds/kinds.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { Notice } from "../marks.js";
import { Confirm } from "./confirm.js";
import { Field, ParamField, TextField } from "./fields.js";
import { send, useScope } from "./log.js";
import { formOf, problemsOf, requestOf } from "./requests.js";

const SUGGESTIONS = 300;

function TargetFields({ row, form, change, problem, digest }) {
  const kind = kindByName(form.kind);
  const names = digest && kind
    ? listOf(digest.snapshot, kind).filter((object) => !kind.namespaced || !form.namespace || namespaceOf(object) === form.namespace).slice(0, SUGGESTIONS).map(nameOf)
    : [];
  return html`
    <${TextField} id="kind" label="Kind" mono=${false} value=${form.kind} onValue=${(value) => change({ kind: value })} problem=${problem("kind")}
      hint=${row.anyKind ? "any kind, plural or short name that the cluster serves" : ""} suggestions=${row.kinds.length ? row.kinds : KINDS.map((known) => known.kind)} />
    <${TextField} id="namespace" label="Namespace" value=${form.kind === "Node" ? "" : form.namespace} disabled=${form.kind === "Node"} onValue=${(value) => change({ namespace: value })}
      problem=${problem("namespace")} suggestions=${digest?.namespaces ?? []} />
    <${TextField} id="name" label="Name" value=${form.name} onValue=${(value) => change({ name: value })} problem=${problem("name")} suggestions=${[...new Set(names)]} />`;
}

function FreeFields({ form, change, problem }) {
  return html`
    <${Field} id="topic" label="Topic" hint="ai may only read" control=${(ids) => html`
      <select ...${ids} value=${form.topic} onChange=${(event) => change({ topic: event.currentTarget.value })}><option value="ops">ops</option><option value="ai">ai</option></select>`} />
    <${Field} id="more" wide label="More parameters (JSON object)" problem=${problem("more")} control=${(ids) => html`
      <textarea ...${ids} class="mono" rows="3" spellcheck=${false} value=${form.more} onInput=${(event) => change({ more: event.currentTarget.value })}></textarea>`} />`;
}

function focusField(row, field) {
  const control = document.getElementById(row.params.some(({ name }) => name === field) ? `param-${field}` : field);
  const folded = control?.closest("details");
  if (folded) folded.open = true;
  control?.focus();
}

/** Why the form cannot be used here, if so. */
export function ReadOnlyNotice() {
  return html`<${Notice} tone="note" title="This console only reads">
    <p>Changing actions are switched off for this cluster. Start the demo with <code>--allow-changes</code> to switch them on.</p></${Notice}>`;
}

/**
 * `given`: target and parameters as far as they are known. `fixed`: the target stands. `free`: with everything that a command
 * can carry. `scope`: where the outcome is kept. `known`: what the object tells, `{containers, namespaces}`.
 */
export function ActionForm({ row, given, fixed = false, free = false, hidden = [], clusterId, allowChanges, digest, scope, known, children }) {
  const [form, setForm] = useState(() => formOf(row, given));
  const [tried, setTried] = useState(false);
  const [confirming, setConfirming] = useState(null);
  const { sending } = useScope(scope);
  const problems = problemsOf(row, form);
  const problem = (field) => (tried ? problems.get(field) : undefined);
  const blocked = row.changes && !allowChanges;
  useEffect(() => {
    if (row.atOnce && fixed) void send(scope, requestOf(row, form, clusterId));
  }, []);

  const change = (patch) => setForm((before) => ({ ...before, ...patch }));
  const changeParam = (name, value) => setForm((before) => ({ ...before, params: { ...before.params, [name]: value } }));

  function ask({ dryRun = false } = {}) {
    setTried(true);
    if (blocked || sending) return;
    if (problems.size) {
      focusField(row, [...problems.keys()][0]);
      return;
    }
    const request = requestOf(row, form, clusterId, { dryRun });
    if (row.changes && !dryRun) setConfirming(request);
    else void send(scope, request);
  }
  function confirmed() {
    const request = confirming;
    setConfirming(null);
    void send(scope, request);
    document.getElementById("send")?.focus();
  }

  const field = (param) => html`<${ParamField} key=${param.name} param=${param} value=${form.params[param.name]} problem=${problem(param.name)} known=${known}
    onValue=${(value) => changeParam(param.name, value)} />`;
  const params = row.params.filter(({ name }) => !hidden.includes(name));
  const shownFields = params.filter(({ folded }) => !folded);
  const flags = shownFields.filter(({ type }) => type === "flag");
  const foldedFields = params.filter(({ folded }) => folded);
  const hasFields = shownFields.length > 0 || (!fixed && !row.global);
  return html`<form class="command-form" onSubmit=${(event) => { event.preventDefault(); ask(); }} noValidate aria-label=${row.title}>
    ${blocked && html`<${ReadOnlyNotice} />`}
    ${hasFields && html`<div class="fields">
      ${!row.global && !fixed && html`<${TargetFields} row=${row} form=${form} change=${change} problem=${problem} digest=${digest} />`}
      ${shownFields.filter(({ type }) => type !== "flag").map(field)}
      ${flags.length > 0 && html`<div class="flags">${flags.map(field)}</div>`}
    </div>`}
    ${children?.(form)}
    ${(foldedFields.length > 0 || free) && html`<details class="folded"><summary>More options</summary>
      <div class="fields">${foldedFields.map(field)}${free && html`<${FreeFields} form=${form} change=${change} problem=${problem} />`}</div></details>`}
    <div class="form-end">
      <button id="send" type="submit" class=${`button ${row.destroys ? "danger" : "primary"}`} disabled=${blocked} aria-disabled=${sending ? "true" : undefined}>${row.changes ? `${row.button} …` : row.button}</button>
      ${row.dryRun && html`<button id="dry-run" type="button" class="button" disabled=${blocked} title="Asks what would happen; nothing is changed" onClick=${() => ask({ dryRun: true })}>Dry run</button>`}
      ${blocked && html`<p class="fine">Changing actions are switched off.</p>`}
    </div>
    ${confirming && html`<${Confirm} request=${confirming} row=${row} digest=${digest} onYes=${confirmed} onNo=${() => setConfirming(null)} />`}
  </form>`;
}
