/** One log entry as a line; opened, with its attributes, its origin and the way to its trace. */
import { html, useState } from "../../vendor/htm-preact-standalone.module.js";
import { Pairs } from "../detail/parts.js";
import { ObjectLink } from "../links.js";
import { Chip } from "../marks.js";
import { hashOf } from "../router.js";
import { formatDateTime } from "../times.js";
import { levelTone } from "./histogram.js";
import { servicePath } from "./services.js";

function Origin({ entry }) {
  const resource = entry.resource ?? {};
  const namespace = resource["k8s.namespace.name"] ?? resource["service.namespace"] ?? "";
  const named = [["Pod", resource["k8s.pod.name"]], ["Deployment", resource["k8s.deployment.name"]], ["Node", resource["k8s.node.name"]]].filter(([, name]) => name);
  return html`<p class="log-links">
    ${entry.traceId && html`<a class="button small" href=${hashOf("traces", [entry.traceId])}>Trace</a>`}
    ${entry.serviceName && html`<a class="button small" href=${hashOf("apm", servicePath(namespace, entry.serviceName))}>Service</a>`}
    ${named.map(([kind, name]) => html`<span key=${kind}>${kind} <${ObjectLink} kind=${kind} namespace=${namespace} name=${name} /></span>`)}</p>`;
}

export function Entry({ entry }) {
  const [open, setOpen] = useState(false);
  return html`<li class="log-entry"><details onToggle=${(event) => setOpen(event.currentTarget.open)}>
    <summary><time class="num faint" datetime=${entry.timestamp} title=${formatDateTime(entry.timestamp)}>${formatDateTime(entry.timestamp).split(", ").at(-1)}</time>
      <${Chip} quiet status=${{ text: entry.severity || "–", tone: levelTone(entry.severity) }} /><span class="log-service">${entry.serviceName}</span><span class="log-body mono">${entry.body}</span></summary>
    ${open && html`<div class="log-more"><pre class="output">${entry.body}</pre><${Origin} entry=${entry} />
      ${entry.traceId && html`<p class="fine">Trace <span class="mono breakable">${entry.traceId}</span>, span <span class="mono">${entry.spanId || "–"}</span></p>`}
      <${Pairs} title="Attributes" map=${entry.attributes} /><${Pairs} title="Resource" map=${entry.resource} /></div>`}
  </details></li>`;
}
