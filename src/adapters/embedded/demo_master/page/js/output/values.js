/** The content of a ConfigMap or a Secret: each key with its value. Values of a Secret are covered until they are asked for. */
import { html, useState } from "../../vendor/htm-preact-standalone.module.js";
import { formatBytes } from "../quantities.js";

const sizeOf = (value) => formatBytes(new TextEncoder().encode(value).length);

function Entry({ name, value, isSecret }) {
  const [shown, setShown] = useState(!isSecret);
  return html`<div class="kept-value">
    <dt><span class="mono breakable">${name}</span> <span class="faint num">${sizeOf(value)}</span>
      ${isSecret && html`<button type="button" class="button small" aria-pressed=${shown ? "true" : "false"} aria-label=${`${shown ? "Hide" : "Show"} ${name}`} onClick=${() => setShown(!shown)}>${shown ? "Hide" : "Show"}</button>`}</dt>
    <dd>${!shown ? html`<span class="faint" aria-label="covered">••••••••</span>` : value === "" ? html`<span class="faint">empty</span>` : html`<pre class="output" tabindex="0" aria-label=${name}>${value}</pre>`}</dd>
  </div>`;
}

export function KeptValues({ values, areSecret }) {
  const entries = Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
  if (!entries.length) return html`<p class="fine">No keys.</p>`;
  return html`<dl class="kept-values">${entries.map(([name, value]) => html`<${Entry} key=${name} name=${name} value=${value} isSecret=${areSecret} />`)}</dl>`;
}
