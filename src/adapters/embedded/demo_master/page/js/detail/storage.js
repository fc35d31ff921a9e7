/** The panels of persistent volumes and claims: what is bound to what, and who uses it. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { kindByName } from "../kinds/kinds.js";
import { ObjectLink } from "../links.js";
import { Chip, Fact } from "../marks.js";
import { phaseStatus } from "../tone.js";
import { Sources } from "./lists.js";
import { Section } from "./parts.js";

const RECLAIM_POLICIES = new Map([["Retain", "kept, with its data"], ["Delete", "deleted, with its data"], ["Recycle", "wiped and offered again"]]);

/** A fact that is another object: its link and its phase. */
function Bound({ name, kind, namespace, called, digest, none }) {
  const object = digest.relations.target(kind, namespace, called);
  return html`<${Fact} name=${name}>${called
    ? html`<${ObjectLink} kind=${kind} namespace=${namespace} name=${called}>${namespace ? html`<span class="faint">${namespace}/</span>` : ""}${called}</${ObjectLink}>
      ${object && html` <${Chip} status=${phaseStatus(object.phase)} />`}` : none}</${Fact}>`;
}

/** Who uses a claim: what names it, and the StatefulSet that it was made for. */
function users(claim, digest) {
  const sources = digest.relations.sources("uses", "PersistentVolumeClaim", namespaceOf(claim), nameOf(claim));
  const set = digest.relations.setOfClaim(claim);
  return set ? [{ kind: kindByName("StatefulSet"), object: set, as: ["its template"] }, ...sources] : sources;
}

export function PersistentVolume({ object: volume, digest }) {
  const claim = digest.relations.target("PersistentVolumeClaim", volume.claimRefNamespace, volume.claimRefName);
  return html`
    <${Section} title="Claim"><dl class="facts">
      <${Bound} name="Bound to" kind="PersistentVolumeClaim" namespace=${volume.claimRefNamespace} called=${volume.claimRefName} digest=${digest} none="no claim: free for one" />
      <${Fact} name="When released">${RECLAIM_POLICIES.get(volume.reclaimPolicy) ?? volume.reclaimPolicy ?? "–"}</${Fact}>
    </dl></${Section}>
    ${claim && html`<${Sources} title="Used by" sources=${users(claim, digest)} none="No pod of this snapshot uses its claim." />`}`;
}

export function PersistentVolumeClaim({ object: claim, digest }) {
  // The volume may name its claim before the claim names its volume: while binding, and after a restore.
  const offered = digest.relations.sources("claim", "PersistentVolumeClaim", namespaceOf(claim), nameOf(claim)).map(({ object }) => nameOf(object));
  return html`
    <${Section} title="Volume"><dl class="facts">
      <${Bound} name="Bound to" kind="PersistentVolume" called=${claim.volumeName} digest=${digest} none="no volume yet" />
      ${offered.filter((name) => name !== claim.volumeName).map((name) => html`<${Bound} key=${name} name="Kept for it" kind="PersistentVolume" called=${name} digest=${digest} />`)}
      ${claim.volumeMode && html`<${Fact} name="Mode">${claim.volumeMode}</${Fact}>`}
    </dl></${Section}>
    <${Sources} title="Used by" sources=${users(claim, digest)} none="No pod of this snapshot uses it." />`;
}
