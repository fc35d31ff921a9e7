/** The commands view: the form for any action by hand, how its last command goes, and all commands so far. */
import { html, useState } from "../../vendor/htm-preact-standalone.module.js";
import { Notice } from "../marks.js";
import { go, hashOf } from "../router.js";
import { ACTIONS, actionOf } from "./actions.js";
import { Field } from "./fields.js";
import { ActionForm, ReadOnlyNotice } from "./form.js";
import { History } from "./history.js";
import { Progress } from "./progress.js";

const SCOPE = "the form";

/** Title of an action, with its name where the title alone is not the name. */
const labelOf = ({ title, action }) => (title.toLowerCase().replaceAll(" ", "_") === action ? title : `${title} (${action})`);

function ActionSelect({ value, onValue, allowChanges }) {
  const option = (row) => html`<option key=${row.action} value=${row.action} disabled=${row.changes && !allowChanges}>${labelOf(row)}</option>`;
  return html`<${Field} id="action" label="Action" control=${(ids) => html`
    <select ...${ids} value=${value} onChange=${(event) => onValue(event.currentTarget.value)}>
      <optgroup label=${allowChanges ? "Changes the cluster" : "Changes the cluster (switched off)"}>${ACTIONS.filter((row) => row.changes).map(option)}</optgroup>
      <optgroup label="Only reads">${ACTIONS.filter((row) => !row.changes).map(option)}</optgroup>
    </select>`} />`;
}

function Guess({ form, query }) {
  const from = query.get("from");
  if (!from || form.name !== query.get("name") || form.action !== query.get("action")) return null;
  return html`<${Notice} tone="warn" title="Check the name">
    <p>Guessed from ReplicaSet <span class="mono breakable">${from}</span>: its name without the hash. This snapshot does not list the ReplicaSet's owner.</p></${Notice}>`;
}

function NewCommand({ query, clusterId, allowChanges, digest }) {
  const asked = actionOf(query.get("action") ?? "");
  const [action, setAction] = useState(asked?.action ?? (allowChanges ? "scale" : "get_logs"));
  const row = actionOf(action);
  const given = Object.fromEntries(query);
  return html`${!allowChanges && !row.changes && html`<${ReadOnlyNotice} />`}
    <div class="action-choice"><${ActionSelect} value=${action} onValue=${setAction} allowChanges=${allowChanges} /></div>
    <${ActionForm} key=${action} row=${row} given=${given} free scope=${SCOPE} clusterId=${clusterId} allowChanges=${allowChanges} digest=${digest}
      known=${{ containers: [], namespaces: digest?.namespaces ?? [] }}>${(form) => html`<${Guess} form=${form} query=${query} />`}</${ActionForm}>`;
}

// What narrows the history stands in the address beside what fills the form; the form starts anew with the latter only.
const NARROWING = ["group", "aboutKind", "aboutNamespace", "aboutName"];

export function CommandsView({ route, meta, digest, allowChanges }) {
  const { query } = route;
  const filling = new Map([...query].filter(([name]) => !NARROWING.includes(name)));
  const about = { kind: query.get("aboutKind") ?? "", namespace: query.get("aboutNamespace") ?? "", name: query.get("aboutName") ?? "" };
  const narrow = (patch) => go(hashOf("commands", [], new Map([...query, ...Object.entries(patch)])), { replace: true });
  return html`<div class="commands-view">
    <section class="commands-new" aria-labelledby="commands-title">
      <h1 class="view-title" id="commands-title">Command</h1>
      <${NewCommand} key=${JSON.stringify([...filling])} query=${filling} clusterId=${meta.clusterId} allowChanges=${allowChanges} digest=${digest} />
      <${Progress} scope=${SCOPE} showSentence />
    </section>
    <${History} clusterId=${meta.clusterId} group=${query.get("group") ?? ""} about=${about}
      onGroup=${(group) => narrow({ group })} onClear=${() => narrow({ aboutKind: "", aboutNamespace: "", aboutName: "" })} />
  </div>`;
}
