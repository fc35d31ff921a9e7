/** The panels of Deployments, StatefulSets, DaemonSets and ReplicaSets: rollout, revisions, pods, who leads to them, what they use. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { kindById, listOf } from "../kinds/kinds.js";
import { ObjectLink } from "../links.js";
import { Age, Fact, Mark } from "../marks.js";
import { selectorOf, selectorWords } from "../relations/selectors.js";
import { replicaTone } from "../tone.js";
import { Containers } from "./containers.js";
import { ObjectList, PodList } from "./lists.js";
import { Section } from "./parts.js";
import { Rollout } from "./rollout.js";
import { Scheduling, Uses, Volumes } from "./uses.js";

const selectorText = (selector) => (selector ? selectorWords(selectorOf(selector)) : "");

/** Everything that follows from a pod template. */
export function Template({ object, digest }) {
  const template = object.template ?? {};
  const namespace = namespaceOf(object);
  return html`
    <${ObjectList} title="Services that lead here" list="services" objects=${digest.relations.servicesSelecting(namespace, template.labels)} />
    <${ObjectList} title="Network policies that apply" list="networkPolicies" objects=${template.labels ? digest.relations.policiesFor(namespace, template.labels) : []} />
    <${Containers} containers=${template.containers} namespace=${namespace} withState=${false} />
    <${Uses} object=${object} />
    <${Volumes} volumes=${template.volumes} namespace=${namespace} />
    <${Scheduling} spec=${template} />`;
}

/** ReplicaSets of a Deployment, newest revision first; those with nothing to run are kept for going back. */
function Revisions({ deployment, digest }) {
  const listed = digest.relations.owned("replicaSets", "Deployment", deployment);
  const briefs = deployment.replicaSets?.length ? deployment.replicaSets
    : listed.map((set) => ({ name: nameOf(set), namespace: namespaceOf(set), replicas: set.replicas, ready: set.readyReplicas, createdAt: set.createdAt }));
  const sorted = [...briefs].sort((one, other) => Number(other.revision || 0) - Number(one.revision || 0));
  return html`<${Section} title="ReplicaSets" count=${sorted.length}>
    ${sorted.length === 0 && html`<p class="fine">None in this snapshot.</p>`}
    <ul class="lines">${sorted.map(({ name, namespace, revision, replicas, ready, image, createdAt }) => html`<li key=${name} class="object-line">
      <${Mark} tone=${replicaTone(ready, replicas)} />
      <span class="object-line-name"><${ObjectLink} kind="ReplicaSet" namespace=${namespace} name=${name} />
        <span class="fine block mono">${image}</span></span>
      <span class="object-line-status">${revision && html`revision ${revision}, `}${replicas ? `${ready}/${replicas} ready` : "none wanted"}, <${Age} at=${createdAt} /> old</span></li>`)}</ul>
  </${Section}>`;
}

/** Pods of a Deployment: those of its ReplicaSets; when the snapshot has no ReplicaSets (the agent may not read them), those with its labels. */
function podsOf(deployment, digest) {
  if (listOf(digest.snapshot, kindById("replicaSets")).length > 0) return digest.relations.owned("pods", "Deployment", deployment);
  const selector = selectorOf(deployment.spec?.selector ?? {});
  return selectorWords(selector) ? digest.relations.podsSelected(namespaceOf(deployment), selector) : [];
}

export function Deployment({ object: deployment, digest }) {
  const { summary = {}, spec = {} } = deployment;
  const { type, rollingUpdate } = spec.strategy ?? {};
  return html`
    <${Rollout} rollout=${deployment.rollout} wanted=${summary.replicas ?? 0}
      counts=${[["Updated", summary.updated], ["Ready", summary.ready], ["Available", summary.available]]}>
      <${Fact} name="Strategy">${type || summary.strategy || "–"}${rollingUpdate && html`<span class="faint">, at most ${rollingUpdate.maxUnavailable || "0"} unavailable, ${rollingUpdate.maxSurge || "0"} more</span>`}</${Fact}>
      ${spec.progressDeadlineSeconds && html`<${Fact} name="Fails after">${spec.progressDeadlineSeconds}s without progress</${Fact}>`}
      <${Fact} name="Selector"><span class="mono">${selectorText(spec.selector) || summary.selector || "–"}</span></${Fact}>
    </${Rollout}>
    <${PodList} pods=${podsOf(deployment, digest)} />
    <${Revisions} deployment=${deployment} digest=${digest} />
    <${Template} object=${deployment} digest=${digest} />`;
}

function ClaimTemplates({ templates }) {
  if (!templates?.length) return null;
  return html`<${Section} title="Claim templates" count=${templates.length}><dl class="facts">
    ${templates.map(({ name, storage, storageClass, accessModes }) => html`<${Fact} key=${name} name=${name}>
      ${[storage, storageClass && `class ${storageClass}`, ...(accessModes ?? [])].filter(Boolean).join(", ")}</${Fact}>`)}</dl></${Section}>`;
}

export function StatefulSet({ object: set, digest }) {
  const { summary = {}, spec = {}, status = {} } = set;
  const strategy = spec.updateStrategy;
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  const isMoving = status.currentRevision && status.updateRevision && status.currentRevision !== status.updateRevision;
  return html`
    <${Rollout} rollout=${set.rollout} wanted=${summary.replicas ?? 0}
      counts=${[["Updated", summary.updated], ["Ready", summary.ready], ["Available", summary.available]]}>
      ${strategy && html`<${Fact} name="Strategy">${strategy.type}${strategy.partition ? `, from ordinal ${strategy.partition} up` : ""}</${Fact}>`}
      ${status.currentRevision && html`<${Fact} name="Revision"><span class="mono">${isMoving ? `${status.currentRevision} → ${status.updateRevision}` : status.currentRevision}</span></${Fact}>`}
      ${summary.serviceName && html`<${Fact} name="Service"><${ObjectLink} kind="Service" namespace=${namespaceOf(set)} name=${summary.serviceName} /></${Fact}>`}
      ${spec.podManagementPolicy && html`<${Fact} name="Pods start">${spec.podManagementPolicy === "Parallel" ? "all at once" : "one after the other"}</${Fact}>`}
      ${retention && html`<${Fact} name="Claims stay">when deleted: ${retention.whenDeleted || "–"}, when scaled: ${retention.whenScaled || "–"}</${Fact}>`}
      <${Fact} name="Selector"><span class="mono">${selectorText(spec.selector) || summary.selector || "–"}</span></${Fact}>
    </${Rollout}>
    <${PodList} pods=${digest.relations.owned("pods", "StatefulSet", set)} />
    <${ObjectList} title="Volume claims" list="pvcs" objects=${digest.relations.claimsOfSet(set)} />
    <${ClaimTemplates} templates=${spec.volumeClaimTemplates} />
    <${Template} object=${set} digest=${digest} />`;
}

export function DaemonSet({ object: set, digest }) {
  const { summary = {}, spec = {} } = set;
  const strategy = spec.updateStrategy;
  return html`
    <${Rollout} rollout=${set.rollout} wanted=${summary.desiredNumberScheduled ?? 0}
      counts=${[["Scheduled", summary.currentNumberScheduled], ["Updated", summary.updatedNumberScheduled], ["Ready", summary.numberReady], ["Available", summary.numberAvailable]]}>
      ${summary.numberMisscheduled > 0 && html`<${Fact} name="Misplaced"><${Mark} tone="warn" /> <span class="num">${summary.numberMisscheduled}</span> run where they should not</${Fact}>`}
      ${strategy && html`<${Fact} name="Strategy">${[strategy.type, strategy.maxUnavailable && `at most ${strategy.maxUnavailable} unavailable`, strategy.maxSurge && `${strategy.maxSurge} more`].filter(Boolean).join(", ")}</${Fact}>`}
      <${Fact} name="Selector"><span class="mono">${selectorText(spec.selector) || summary.selector || "–"}</span></${Fact}>
    </${Rollout}>
    <${PodList} pods=${digest.relations.owned("pods", "DaemonSet", set)} />
    <${Template} object=${set} digest=${digest} />`;
}

export function ReplicaSet({ object: set, digest }) {
  return html`
    <${Rollout} wanted=${set.replicas ?? 0} counts=${[["Ready", set.readyReplicas], ["Available", set.availableReplicas]]}>
      <${Fact} name="Selector"><span class="mono">${selectorText({ matchLabels: set.selector }) || "–"}</span></${Fact}>
    </${Rollout}>
    <${PodList} pods=${digest.relations.owned("pods", "ReplicaSet", set)} />`;
}
