/** What an object belongs to and what it uses: the chain of its owners, its volumes, its configuration, as links. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { namespaceOf } from "../kinds/columns.js";
import { ObjectLink } from "../links.js";
import { Fact } from "../marks.js";
import { used, volumeKind } from "../relations/references.js";
import { Section } from "./parts.js";

const USED_KINDS = [["ConfigMap", "Config maps"], ["Secret", "Secrets"], ["PersistentVolumeClaim", "Volume claims"], ["ServiceAccount", "Service account"]];

/** The owners above an object, topmost first, as links; nothing for an object without. */
export function OwnerChain({ object, digest }) {
  const chain = digest.relations.ownersOf(object).reverse();
  if (!chain.length) return null;
  return html`<span class="chain">${chain.map(({ kind, namespace, name }, index) => html`
    ${index > 0 && html`<span class="chain-joint" aria-hidden="true">›</span>`}
    <span class="chain-part" key=${kind}><span class="faint">${kind}</span> <${ObjectLink} kind=${kind} namespace=${namespace} name=${name} /></span>`)}</span>`;
}

function byName(references) {
  const found = new Map();
  for (const { name, as } of references) found.set(name, [...new Set([...(found.get(name) ?? []), as])]);
  return [...found];
}

/** What a pod or a template reads and runs as, by kind; how is said where it is not plain. */
export function Uses({ object }) {
  const references = used(object);
  const namespace = namespaceOf(object);
  const groups = USED_KINDS.map(([kind, title]) => [kind, title, byName(references.filter((reference) => reference.kind === kind))]).filter(([, , names]) => names.length);
  return html`<${Section} title="Uses"><dl class="facts">
    ${groups.map(([kind, title, names]) => html`<${Fact} key=${kind} name=${title}><ul class="uses">
      ${names.map(([name, ways]) => html`<li key=${name}><${ObjectLink} kind=${kind} namespace=${namespace} name=${name} />
        ${kind !== "ServiceAccount" && kind !== "PersistentVolumeClaim" && html`<span class="faint"> ${ways.join(", ")}</span>`}</li>`)}</ul></${Fact}>`)}
  </dl></${Section}>`;
}

/** Volumes by name: what they show, as a link where it is an object. */
export function Volumes({ volumes, namespace }) {
  if (!volumes?.length) return null;
  return html`<${Section} title="Volumes" count=${volumes.length}><dl class="facts">
    ${volumes.map((volume) => html`<${Fact} key=${volume.name} name=${volume.name}>
      <span class="faint">${volume.type}</span> ${volumeKind(volume)
        ? html`<${ObjectLink} kind=${volumeKind(volume)} namespace=${namespace} name=${volume.source} />`
        : html`<span class="mono">${volume.source ?? ""}</span>`}</${Fact}>`)}
  </dl></${Section}>`;
}

function tolerationText({ key, operator, value, effect, tolerationSeconds }) {
  const what = key ? `${key}${operator === "Exists" || !value ? "" : `=${value}`}` : "everything";
  return `${what}${effect ? ` ${effect}` : ""}${tolerationSeconds !== undefined && tolerationSeconds !== null ? ` for ${tolerationSeconds}s` : ""}`;
}

/** Where pods of a spec or template may run; nothing when anywhere. */
export function Scheduling({ spec }) {
  const selector = Object.entries(spec.nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`);
  const affinity = Object.entries(spec.affinity ?? {}).filter(([, text]) => text);
  const tolerations = spec.tolerations ?? [];
  if (!selector.length && !affinity.length && !tolerations.length && !spec.hostNetwork && !spec.runtimeClassName) return null;
  return html`<${Section} title="Scheduling"><dl class="facts">
    ${selector.length > 0 && html`<${Fact} name="Node selector"><span class="mono">${selector.join(", ")}</span></${Fact}>`}
    ${affinity.map(([name, text]) => html`<${Fact} key=${name} name=${name}>${text}</${Fact}>`)}
    ${tolerations.length > 0 && html`<${Fact} name="Tolerates">${tolerations.map(tolerationText).join(", ")}</${Fact}>`}
    ${spec.hostNetwork && html`<${Fact} name="Network">of the node</${Fact}>`}
    ${spec.runtimeClassName && html`<${Fact} name="Runtime class">${spec.runtimeClassName}</${Fact}>`}
  </dl></${Section}>`;
}
