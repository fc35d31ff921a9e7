/** An action in the panel of the object it is about: its form, how it goes, what came of it. */
import { html, useContext, useMemo } from "../../vendor/htm-preact-standalone.module.js";
import { CommandingContext } from "./commanding.js";
import { ActionForm } from "./form.js";
import { containersOf, givenFor, scopeOf } from "./offers.js";
import { Progress } from "./progress.js";

const ADVICE = new Map([
  ["get_secret", "Whoever may open this Master can read the answer in the history of commands, as with the real one."],
  ["exec", "The answer, whatever the program prints, is kept in the history of commands."],
  ["restart", "All pods are made new, as the workload's own strategy does it."],
  ["cordon", "No new pods are scheduled to the node; those on it stay."],
  ["uncordon", "New pods may be scheduled to the node again."],
  ["dynamic", "As the Master's assistant asks: on topic ai, which may only read, and never Secrets or protected namespaces."],
]);

function CurrentImages({ form, containers }) {
  const current = containers.find(({ name }) => name === form.params.container);
  return current ? html`<p class="fine breakable">Now: <span class="mono">${current.image}</span></p>` : null;
}

export function ActionPane({ row, kind, object, digest }) {
  const { clusterId, allowChanges } = useContext(CommandingContext);
  const scope = `${clusterId} ${scopeOf(row, kind, object)}`;
  const containers = useMemo(() => containersOf(object), [object]);
  const known = { containers, namespaces: digest.namespaces };
  return html`<section class=${`action-pane action-${row.action}`} aria-label=${`${row.title} ${kind.kind}`}>
    ${ADVICE.has(row.action) && html`<p class="fine action-advice">${ADVICE.get(row.action)}</p>`}
    <${ActionForm} key=${scope} row=${row} given=${givenFor(row, kind, object)} fixed scope=${scope} clusterId=${clusterId} allowChanges=${allowChanges} digest=${digest} known=${known}>
      ${row.action === "update_image" ? (form) => html`<${CurrentImages} form=${form} containers=${containers} />` : undefined}
    </${ActionForm}>
    <${Progress} scope=${scope} />
  </section>`;
}
