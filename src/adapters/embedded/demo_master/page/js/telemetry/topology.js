/** Who calls whom: services, databases, queues and what is outside, with rate, errors and duration of every call. */
import { html, useMemo } from "../../vendor/htm-preact-standalone.module.js";
import { Section } from "../detail/parts.js";
import { Chip, Fact, Mark, Notice } from "../marks.js";
import { formatCount } from "../quantities.js";
import { hashOf } from "../router.js";
import { Asking, useAnswer } from "./ask.js";
import { ClusterObjects } from "./objects.js";
import { IN_SNAPSHOT, RangeField, RANGES, rangeOf } from "./ranges.js";
import { Figures } from "./service_panel.js";
import { servicePath } from "./services.js";
import { Side } from "./side.js";
import { NotKnown, partOf } from "./summary.js";
import { changeRoute, SearchField, ViewHead } from "./table_view.js";
import { layOut } from "./topology_layout.js";
import { errorRatioOf, errorTone, formatMs, formatRate, formatRatio } from "./units.js";

const HEALTH = new Map([["healthy", "ok"], ["warning", "warn"], ["critical", "bad"]]);
// The wire has no type for queues: they come under their system's name. Source: OTel semantic conventions, messaging.system.
const QUEUES = /^(kafka|rabbitmq|nats|activemq|pulsar|rocketmq|jms|sqs|aws_sqs|aws\.sqs|sns|servicebus|eventhubs|gcp_pubsub):/i;
// With more calls than this only those of the chosen node have their figures beside them.
const MOST_LABELS = 40;
const NAME_CHARS = 23;

const toneOf = (node) => HEALTH.get(node.status) ?? "note";
const typeOf = (node) => (node.type !== "service" && QUEUES.test(node.id) ? "queue" : node.type || "service");
const cut = (text) => (text.length > NAME_CHARS ? `${text.slice(0, NAME_CHARS - 9)}…${text.slice(-8)}` : text);

function figuresOf(edge, seconds) {
  return [formatRate(edge.callCount / seconds), formatMs(edge.avgMs), ...(edge.errorRate > 0 ? [`${formatRatio(edge.errorRate)} err`] : [])].join(" · ");
}

/** The part of a topology around what is searched: what matches and its neighbours; all of it without a search. */
function narrowed(topology, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return topology;
  const hits = new Set(topology.nodes.filter(({ id }) => words.every((word) => id.toLowerCase().includes(word))).map(({ id }) => id));
  const edges = topology.edges.filter(({ source, target }) => hits.has(source) || hits.has(target));
  const kept = new Set([...hits, ...edges.flatMap(({ source, target }) => [source, target])]);
  return { nodes: topology.nodes.filter(({ id }) => kept.has(id)), edges };
}

function Node({ node, x, y, size, chosen, quiet, href }) {
  const type = typeOf(node);
  const errors = errorRatioOf(node.successRate);
  const words = `${type} ${node.name}, ${formatRate(node.rps)}, ${formatRatio(errors)} errors, p99 ${formatMs(node.p99Ms)}`;
  return html`<a href=${href} class=${`topo-node type-${type} tone-${toneOf(node)} ${chosen ? "chosen" : ""} ${quiet ? "quiet" : ""}`} aria-label=${words} aria-current=${chosen ? "true" : undefined}
      transform=${`translate(${x} ${y - size.height / 2})`}>
    <title>${`${words}${node.namespace ? `, namespace ${node.namespace}` : ""}`}</title>
    <rect class="topo-box" width=${size.width} height=${size.height} rx=${type === "service" ? 6 : type === "queue" ? 21 : 2} />
    ${type === "database" && html`<path class="topo-sign" d="M9 10c0-4 14-4 14 0v22c0 4-14 4-14 0zM9 10c0 4 14 4 14 0" />`}
    ${type === "queue" && html`<path class="topo-sign" d="M10 14v14M15 14v14M20 14v14" />`}
    ${type === "external" && html`<path class="topo-sign" d="M12 25 21 16M15 15h7v7" />`}
    ${type === "service" && html`<g transform="translate(11 16)"><${Mark} tone=${toneOf(node)} /></g>`}
    <text class="topo-name" x="30" y="18">${cut(node.name)}</text>
    <text class="topo-figures" x="30" y="33">${`${formatRate(node.rps)} · ${formatRatio(errors)} err · ${formatMs(node.p99Ms)}`}</text></a>`;
}

function Graph({ topology, chosen, route, seconds }) {
  const plan = useMemo(() => layOut(topology), [topology]);
  const near = new Set(plan.edges.filter(({ edge }) => edge.source === chosen || edge.target === chosen).flatMap(({ edge }) => [edge.source, edge.target]));
  const isOn = (edge) => !chosen || edge.source === chosen || edge.target === chosen;
  const labelled = plan.edges.filter(({ edge }) => (chosen ? isOn(edge) : plan.edges.length <= MOST_LABELS));
  return html`<div class="topo-scroll" tabindex="0" role="region" aria-label="Topology. The links inside are its nodes.">
    <svg class="topo" width=${plan.width} height=${plan.height} viewBox=${`0 0 ${plan.width} ${plan.height}`} role="group" aria-label=${`${plan.nodes.length} nodes, ${plan.edges.length} calls`}>
      <defs><marker id="call-end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 1 7 4 0 7z" /></marker></defs>
      ${plan.edges.map(({ edge, path }) => html`<path key=${`${edge.source}\n${edge.target}`} class=${`topo-edge tone-${errorTone(edge.errorRate)} ${isOn(edge) ? "" : "quiet"}`} d=${path} marker-end="url(#call-end)">
        <title>${`${edge.source} to ${edge.target}: ${figuresOf(edge, seconds)}`}</title></path>`)}
      ${labelled.map(({ edge, label }) => html`<text key=${`${edge.source}\n${edge.target}`} class=${`topo-label tone-${errorTone(edge.errorRate)}`} x=${label.x} y=${label.y + 3.5} text-anchor="middle">${figuresOf(edge, seconds)}</text>`)}
      ${plan.nodes.map(({ node, x, y }) => html`<${Node} key=${node.id} node=${node} x=${x} y=${y} size=${plan.node} chosen=${node.id === chosen} quiet=${chosen && node.id !== chosen && !near.has(node.id)}
        href=${hashOf("topology", node.id === chosen ? [] : [node.id], route.query)} />`)}
    </svg></div>`;
}

function Calls({ title, edges, end, seconds, query }) {
  if (!edges.length) return null;
  return html`<${Section} title=${title} count=${edges.length}><${Figures} heads=${[title === "Calls" ? "To" : "From", "Rate", "Errors", "Mean"]} rows=${edges.map((edge) => [
    html`<a href=${hashOf("topology", [edge[end]], query)}>${edge[end]}</a>`, formatRate(edge.callCount / seconds), formatRatio(edge.errorRate), formatMs(edge.avgMs)])} /></${Section}>`;
}

function NodePanel({ topology, id, digest, route, seconds }) {
  const node = topology.nodes.find((candidate) => candidate.id === id);
  const back = hashOf("topology", [], route.query);
  if (!node) return html`<${Side} kind="Topology" title=${id} back=${back}><${Notice} tone="idle" title="Nobody called it in this time" /></${Side}>`;
  const type = typeOf(node);
  const errors = errorRatioOf(node.successRate);
  const busiestFirst = (one, other) => other.callCount - one.callCount;
  return html`<${Side} kind=${type[0].toUpperCase() + type.slice(1)} title=${node.name} back=${back}>
    ${type === "service" && html`<div class="offers"><a class="button small" href=${hashOf("apm", servicePath(node.namespace, node.name))}>Over time</a>
      <a class="button small" href=${hashOf("traces", [], new Map([["service", node.name]]))}>Traces</a>
      <a class="button small" href=${hashOf("logs", [], new Map([["service", node.name]]))}>Logs</a></div>`}
    <dl class="facts summary"><${Fact} name="State"><${Chip} status=${{ text: node.status || "unknown", tone: toneOf(node) }} /></${Fact}>
      ${node.namespace && html`<${Fact} name="Namespace">${node.namespace}</${Fact}>`}
      <${Fact} name="Rate"><span class="num">${formatRate(node.rps)}</span></${Fact}><${Fact} name="Errors"><span class="num">${formatRatio(errors)}</span></${Fact}><${Fact} name="p99"><span class="num">${formatMs(node.p99Ms)}</span></${Fact}></dl>
    <${Calls} title="Called by" end="source" seconds=${seconds} query=${route.query} edges=${topology.edges.filter(({ target }) => target === id).sort(busiestFirst)} />
    <${Calls} title="Calls" end="target" seconds=${seconds} query=${route.query} edges=${topology.edges.filter(({ source }) => source === id).sort(busiestFirst)} />
    ${type === "service" && html`<${ClusterObjects} digest=${digest} namespace=${node.namespace} name=${node.name} />`}
  </${Side}>`;
}

export function Topology({ route, digest, meta }) {
  const range = rangeOf(route.query.get("range"));
  const search = route.query.get("q") ?? "";
  const answer = useAnswer(meta.clusterId, "query_traces", range === IN_SNAPSHOT ? null : { sub_action: "get_topology", since: range });
  const whole = range === IN_SNAPSHOT ? partOf(digest, "apmTopology") : answer.data ?? null;
  const shown = useMemo(() => whole && narrowed({ nodes: whole.nodes ?? [], edges: whole.edges ?? [] }, search), [whole, search]);
  const chosen = route.path[0] ?? null;
  const { seconds } = RANGES.get(range);
  return html`<div class=${`kind-view topo-view ${chosen ? "with-panel" : ""}`}><section class="table-side" aria-label="Topology">
      <${ViewHead} title="Topology" count=${shown ? `${formatCount(shown.nodes.length)} nodes, ${formatCount(shown.edges.length)} calls` : undefined}>
        <${SearchField} route=${route} label="Show around a name" /><${RangeField} value=${range} onValue=${(value) => changeRoute(route, { range: value })} /></${ViewHead}>
      <${Asking} answer=${answer} what="the topology" />
      ${!whole && range === IN_SNAPSHOT && html`<${NotKnown} digest=${digest} what="Topology" />`}
      ${shown && shown.nodes.length === 0 && html`<${Notice} tone="idle" title=${search ? "Nothing of that name" : "No calls in this time"} />`}
      ${shown && shown.nodes.length > 0 && html`<${Graph} topology=${shown} chosen=${chosen} route=${route} seconds=${seconds} />
        ${shown.edges.length > MOST_LABELS && !chosen && html`<p class="fine topo-hint">Choose a node to read the figures of its calls, or search to see a part.</p>`}`}
    </section>
    ${chosen && whole && html`<${NodePanel} key=${chosen} topology=${{ nodes: whole.nodes ?? [], edges: whole.edges ?? [] }} id=${chosen} digest=${digest} route=${route} seconds=${seconds} />`}</div>`;
}
