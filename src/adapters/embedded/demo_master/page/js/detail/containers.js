/** Containers of a pod (with their state) and of a pod template (without). */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { Age, Chip, Fact } from "../marks.js";
import { ObjectLink } from "../links.js";
import { amountOf, showResource } from "../quantities.js";
import { envSource } from "../relations/references.js";
import { wordTone } from "../tone.js";
import { Section } from "./parts.js";

function stateOf(container) {
  const text = [container.state, container.stateReason].filter(Boolean).join(": ");
  if (!container.state) return { text: "not started", tone: "note" };
  if (container.state === "terminated") return { text, tone: container.stateReason === "Completed" ? "idle" : "bad" };
  if (container.state === "waiting") return { text, tone: container.stateReason ? wordTone(container.stateReason) === "bad" ? "bad" : "warn" : "warn" };
  return { text: container.ready ? text : `${text}, not ready`, tone: container.ready ? "ok" : "warn" };
}

function Resources({ container }) {
  const names = [...new Set([...Object.keys(container.requests ?? {}), ...Object.keys(container.limits ?? {})])].sort();
  if (!names.length) return html`<${Fact} name="Resources">no requests, no limits</${Fact}>`;
  return names.map((name) => html`<${Fact} key=${name} name=${name}>
    <span class="num">${showResource(name, amountOf(container.requests, name)) || "no request"}</span>
    <span class="faint"> up to </span>
    <span class="num">${showResource(name, amountOf(container.limits, name)) || "no limit"}</span>
  </${Fact}>`);
}

function probeText(probe) {
  const target = probe.type === "exec" ? probe.command : `${probe.port ? `:${probe.port}` : ""}${probe.path ?? ""}`;
  return [probe.type, target, probe.periodSeconds && `every ${probe.periodSeconds}s`].filter(Boolean).join(" ");
}

function EnvValue({ variable, namespace }) {
  const source = envSource(variable.valueFrom);
  if (source) return html`from <${ObjectLink} kind=${source.kind} namespace=${namespace} name=${source.name}>${source.kind} ${source.name}</${ObjectLink}>`;
  return variable.valueFrom ? html`<span class="faint">from</span> ${variable.valueFrom}` : html`${variable.value ?? ""}`;
}

function Folded({ title, items }) {
  if (!items.length) return null;
  return html`<details class="folded"><summary>${title} <span class="part-count num">${items.length}</span></summary>
    <dl class="pairs">${items.map(([key, value], index) => html`<div key=${`${index} ${key}`} class="pair"><dt>${key}</dt><dd>${value}</dd></div>`)}</dl></details>`;
}

function Container({ container, namespace, withState }) {
  const probes = ["liveness", "readiness", "startup"].filter((name) => container[`${name}Probe`]);
  return html`<li class="container">
    <div class="container-head"><strong>${container.name}</strong>${withState && html`<${Chip} status=${stateOf(container)} />`}</div>
    <p class="mono fine">${container.image}</p>
    ${withState && container.stateMessage && html`<p class="said">${container.stateMessage}</p>`}
    <dl class="facts">
      ${withState && html`<${Fact} name="Restarts"><span class="num">${container.restartCount ?? 0}</span></${Fact}>`}
      ${container.lastTerminationReason && html`<${Fact} name="Last ended">
        ${container.lastTerminationReason}${container.lastTerminationTime && html`, <${Age} at=${container.lastTerminationTime} /> ago`}
        ${container.lastTerminationMessage && html`<p class="said">${container.lastTerminationMessage}</p>`}</${Fact}>`}
      <${Resources} container=${container} />
      ${(container.ports ?? []).length > 0 && html`<${Fact} name="Ports">${container.ports.map((port) => `${port.containerPort}/${port.protocol ?? "TCP"}${port.name ? ` ${port.name}` : ""}`).join(", ")}</${Fact}>`}
      ${probes.map((name) => html`<${Fact} key=${name} name=${name}><span class="mono">${probeText(container[`${name}Probe`])}</span></${Fact}>`)}
    </dl>
    <${Folded} title="Command" items=${[...(container.command ?? []), ...(container.args ?? [])].map((part, index) => [String(index), part])} />
    <${Folded} title="Environment" items=${(container.envs ?? []).map((variable) => [variable.name, html`<${EnvValue} variable=${variable} namespace=${namespace} />`])} />
    <${Folded} title="Mounts" items=${(container.volumeMounts ?? []).map((mount) => [mount.mountPath, `${mount.name}${mount.subPath ? `/${mount.subPath}` : ""}${mount.readOnly ? " (read only)" : ""}`])} />
  </li>`;
}

/** A titled list of containers; nothing when there are none. */
export function Containers({ title = "Containers", containers, namespace, withState = true }) {
  if (!containers?.length) return null;
  return html`<${Section} title=${title} count=${containers.length}><ul class="containers">
    ${containers.map((container) => html`<${Container} key=${container.name} container=${container} namespace=${namespace} withState=${withState} />`)}
  </ul></${Section}>`;
}
