/** The panel of a network policy: whom it applies to, and what it lets through, in sentences. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { kindById, listOf } from "../kinds/kinds.js";
import { ObjectLink } from "../links.js";
import { policyPods } from "../kinds/network.js";
import { readPeer, readSelector, selects, selectorWords } from "../relations/selectors.js";
import { PodList } from "./lists.js";
import { Section } from "./parts.js";

const MOST_NAMED = 5;

/** A port of a rule in words: `TCP 80`, `UDP 8000 to 8010`, `every TCP port`. */
function portWords({ protocol, port, endPort }) {
  if (!port) return `every ${protocol || "TCP"} port`;
  return `${protocol || "TCP"} ${port}${endPort ? ` to ${endPort}` : ""}`;
}

/** The namespaces that a selector takes now, as links. */
function Namespaces({ selector, digest }) {
  const taken = listOf(digest.snapshot, kindById("namespaces")).filter((namespace) => selects(selector, namespace.labels)).map(nameOf).sort();
  if (!taken.length) return html`<span class="faint"> (none now)</span>`;
  return html`<span class="faint"> (now </span>${taken.slice(0, MOST_NAMED).map((name, index) => html`${index > 0 && ", "}<${ObjectLink} kind="Namespace" name=${name} />`)}
    <span class="faint">${taken.length > MOST_NAMED ? ` and ${taken.length - MOST_NAMED} more` : ""})</span>`;
}

function Peer({ peer, namespace, digest }) {
  if (peer.type === "ipBlock") {
    return html`addresses in <span class="mono">${peer.cidr}</span>${(peer.except ?? []).length > 0 && html` but not in <span class="mono">${peer.except.join(", ")}</span>`}`;
  }
  const halves = readPeer(peer);
  if (halves === null) return html`<span class="mono">${peer.type} ${peer.selector}</span>`;
  const { pods, namespaces } = halves;
  const podText = pods && selectorWords(pods);
  const which = podText ? html`pods with <span class="mono">${podText}</span>` : "every pod";
  if (!namespaces) return html`${which} of <${ObjectLink} kind="Namespace" name=${namespace} />`;
  const where = selectorWords(namespaces);
  return html`${which} of ${where ? html`namespaces with <span class="mono">${where}</span><${Namespaces} selector=${namespaces} digest=${digest} />` : "every namespace"}`;
}

function Rule({ rule, direction, namespace, digest }) {
  const peers = rule.peers ?? [];
  const ports = rule.ports ?? [];
  return html`<li class="policy-rule">
    <p><span class="faint">${direction === "Ingress" ? "from" : "to"}</span> ${peers.length === 0 && "anywhere"}</p>
    <ul class="policy-peers">${peers.map((peer, index) => html`<li key=${index}><${Peer} peer=${peer} namespace=${namespace} digest=${digest} /></li>`)}</ul>
    <p><span class="faint">on</span> ${ports.length === 0 ? "every port" : ports.map(portWords).join(", ")}</p></li>`;
}

/** One direction. What a policy does not limit it leaves alone; what it limits without a rule is shut. */
function Direction({ policy, direction, rules, digest }) {
  const title = direction === "Ingress" ? "Incoming" : "Outgoing";
  const limited = (policy.policyTypes ?? []).includes(direction);
  return html`<${Section} title=${title} count=${limited ? rules.length : undefined}>
    ${!limited && html`<p class="fine">Not limited by this policy.</p>`}
    ${limited && rules.length === 0 && html`<p class="fine">Nothing is let through, unless another policy allows it.</p>`}
    ${limited && html`<ul class="lines">${rules.map((rule, index) => html`<${Rule} key=${index} rule=${rule} direction=${direction} namespace=${namespaceOf(policy)} digest=${digest} />`)}</ul>`}
  </${Section}>`;
}

export function NetworkPolicy({ object: policy, digest }) {
  const selector = readSelector(policy.podSelector);
  return html`
    <${Section} title="Applies to"><p>${policy.podSelector ? html`pods with <span class="mono">${policyPods(policy)}</span>` : "every pod"} of <${ObjectLink} kind="Namespace" name=${namespaceOf(policy)} /></p></${Section}>
    <${Direction} policy=${policy} direction="Ingress" rules=${policy.ingressRules ?? []} digest=${digest} />
    <${Direction} policy=${policy} direction="Egress" rules=${policy.egressRules ?? []} digest=${digest} />
    ${selector && html`<${PodList} title="Pods it applies to now" pods=${digest.relations.podsSelected(namespaceOf(policy), selector)} />`}`;
}
