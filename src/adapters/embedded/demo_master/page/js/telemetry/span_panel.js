/** One span in full: what it did, what went wrong, where it ran, what it noted on the way. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { Pairs, Section } from "../detail/parts.js";
import { ObjectLink } from "../links.js";
import { Chip, Fact } from "../marks.js";
import { hashOf } from "../router.js";
import { formatDateTime } from "../times.js";
import { objectsOf } from "./objects.js";
import { servicePath } from "./services.js";
import { formatMs } from "./units.js";

const KINDS = new Map([["SPAN_KIND_SERVER", "served"], ["SPAN_KIND_CLIENT", "called"], ["SPAN_KIND_INTERNAL", "internal"], ["SPAN_KIND_PRODUCER", "sent"], ["SPAN_KIND_CONSUMER", "received"]]);
const STATUS = new Map([["STATUS_CODE_ERROR", { text: "failed", tone: "bad" }], ["STATUS_CODE_OK", { text: "ok", tone: "ok" }]]);

function Where({ span, digest }) {
  const { podName, nodeName, deploymentName, namespaceName, serviceVersion, instanceId } = span.resource ?? {};
  const known = (digest?.snapshot.otel?.apmServices ?? []).find(({ name }) => name === span.serviceName);
  const namespace = namespaceName || known?.namespace || "";
  const named = digest && !deploymentName ? objectsOf(digest, namespace, span.serviceName).workloads[0] : undefined;
  return html`<${Section} title="Where"><dl class="facts">
    <${Fact} name="Service"><a href=${hashOf("apm", servicePath(namespace, span.serviceName))}>${span.serviceName}</a>${serviceVersion && html` <span class="faint">${serviceVersion}</span>`}</${Fact}>
    ${podName && html`<${Fact} name="Pod"><${ObjectLink} kind="Pod" namespace=${namespace} name=${podName} /></${Fact}>`}
    ${deploymentName && html`<${Fact} name="Deployment"><${ObjectLink} kind="Deployment" namespace=${namespace} name=${deploymentName} /></${Fact}>`}
    ${named && html`<${Fact} name=${named.kind.kind}><${ObjectLink} kind=${named.kind.kind} namespace=${namespace} name=${span.serviceName} /></${Fact}>`}
    ${nodeName && html`<${Fact} name="Node"><${ObjectLink} kind="Node" name=${nodeName} /></${Fact}>`}
    ${instanceId && html`<${Fact} name="Instance"><span class="mono">${instanceId}</span></${Fact}>`}</dl></${Section}>`;
}

function Named({ title, map }) {
  const facts = Object.entries(map ?? {}).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  if (!facts.length) return null;
  return html`<${Section} title=${title}><dl class="facts">${facts.map(([name, value]) => html`<${Fact} key=${name} name=${name}><span class="breakable">${String(value)}</span></${Fact}>`)}</dl></${Section}>`;
}

export function SpanPanel({ span, digest, close }) {
  return html`<aside class="panel" aria-labelledby="panel-title">
    <header class="panel-head"><div class="panel-names"><p class="panel-kind">Span, ${KINDS.get(span.spanKind) ?? span.spanKind}</p><h2 id="panel-title" tabindex="-1">${span.spanName || "(no name)"}</h2></div>
      <div class="panel-tools"><button type="button" class="icon-button" aria-label="Close" title="Close" onClick=${close}>
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="m3.5 3.5 9 9m0-9-9 9" /></svg></button></div></header>
    <div class="panel-body" tabindex="0" role="region" aria-label="Span">
      <div class="offers"><a class="button small" href=${hashOf("logs", [], new Map([["trace", span.traceId], ["span", span.spanId]]))}>Logs of this span</a></div>
      ${span.error && html`<p class="said"><b>${span.error.type}</b> ${span.error.message}</p>`}
      <dl class="facts"><${Fact} name="Outcome"><${Chip} quiet status=${STATUS.get(span.statusCode) ?? { text: "not set", tone: "note" }} /></${Fact}>
        ${span.statusMessage && html`<${Fact} name="Message">${span.statusMessage}</${Fact}>`}
        <${Fact} name="Started">${formatDateTime(span.timestamp)}</${Fact}><${Fact} name="Took"><span class="num">${formatMs(span.durationMs)}</span></${Fact}>
        <${Fact} name="Span id"><span class="mono">${span.spanId}</span></${Fact}></dl>
      <${Where} span=${span} digest=${digest} />
      <${Named} title="HTTP" map=${span.http} /><${Named} title="Database" map=${span.db} />
      ${span.error?.stacktrace && html`<${Section} title="Stack"><pre class="output">${span.error.stacktrace}</pre></${Section}>`}
      ${(span.events ?? []).map((event, index) => html`<${Pairs} key=${index} title=${`Event ${event.name}`} map=${{ at: formatDateTime(event.timestamp), ...event.attributes }} />`)}
    </div></aside>`;
}
