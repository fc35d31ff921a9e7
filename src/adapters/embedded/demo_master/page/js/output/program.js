/** What a program in a container said: how it ended, and both of its streams. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { Fact } from "../marks.js";
import { formatCount } from "../quantities.js";
import { plainLine } from "./lines.js";

const KNOWN = new Set(["exitCode", "container", "encoding", "note", "problem"]);
const OF_STREAM = /^(?:stdout|stderr)/;

function Stream({ title, text, isBase64, truncated, totalBytes }) {
  return html`<section class="stream"><h3>${title}</h3>
    ${text === "" ? html`<p class="fine">Nothing.</p>` : html`<pre class="output" tabindex="0" aria-label=${title}>${isBase64 ? text : text.split("\n").map(plainLine).join("\n")}</pre>`}
    ${isBase64 && text !== "" && html`<p class="fine">Not text: shown as base64.</p>`}
    ${truncated && html`<p class="fine">Too long: only its head and its tail are here${totalBytes ? `, of ${formatCount(totalBytes)} bytes` : ""}.</p>`}
  </section>`;
}

export function ProgramSaid({ data }) {
  const isBase64 = data.encoding === "base64";
  const others = Object.entries(data).filter(([name]) => !KNOWN.has(name) && !OF_STREAM.test(name));
  return html`<div class="program">
    <dl class="facts">
      <${Fact} name="Exit code"><strong class="num">${data.exitCode ?? "none"}</strong></${Fact}>
      ${data.container && html`<${Fact} name="Container"><span class="mono">${data.container}</span>${data.note && html`<span class="faint"> (${data.note})</span>`}</${Fact}>`}
    </dl>
    ${data.note && !data.container && html`<p class="fine">${data.note}</p>`}
    ${data.problem && html`<p class="said">${data.problem}</p>`}
    <${Stream} title="Standard output" text=${data.stdout ?? ""} isBase64=${isBase64} truncated=${data.stdoutTruncated} totalBytes=${data.stdoutBytes} />
    <${Stream} title="Standard error" text=${data.stderr ?? ""} isBase64=${isBase64} truncated=${data.stderrTruncated} totalBytes=${data.stderrBytes} />
    ${others.length > 0 && html`<dl class="facts">${others.map(([name, value]) => html`<${Fact} key=${name} name=${name}>${typeof value === "string" ? value : JSON.stringify(value)}</${Fact}>`)}</dl>`}
  </div>`;
}
