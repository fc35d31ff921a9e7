/**
 * What a command answered, drawn by what it is: a log, what a program said, keys with values, data, or plain text.
 *
 * Answers are foreign text. They become text nodes and nothing else; members that are not known here are shown all the same.
 */
import { html, useMemo, useState } from "../../vendor/htm-preact-standalone.module.js";
import { outputData } from "../commands/outcome.js";
import { visible } from "../visible_text.js";
import { ProgramSaid } from "./program.js";
import { Data } from "./data.js";
import { Log } from "./log_view.js";
import { KeptValues } from "./values.js";

const isObject = (data) => data !== null && typeof data === "object" && !Array.isArray(data);
const isTexts = (data) => isObject(data) && Object.values(data).every((value) => typeof value === "string");

/** Which way a finished command's output is drawn: `none`, `log`, `program`, `values`, `data` or `text`. */
export function formOfOutput(command, data) {
  const output = command.result?.output ?? "";
  if (command.action === "get_logs" && (output !== "" || command.status === "success")) return "log";
  if (output === "") return "none";
  // Whatever a Secret's answer is, it is covered; a part of one is no answer yet.
  if (command.action === "get_secret") return command.result.outputCut ? "none" : "values";
  if (data === undefined) return "text";
  if (isObject(data) && "exitCode" in data && ("stdout" in data || "stderr" in data)) return "program";
  if (command.action === "get_configmap" && isTexts(data)) return "values";
  return "data";
}

function Text({ text }) {
  return html`<pre class="output" tabindex="0" aria-label="Output">${visible(text)}</pre>`;
}

function Drawn({ command, data, form }) {
  const output = command.result?.output ?? "";
  switch (form) {
    case "none": return command.status === "success" && !command.result.outputCut ? html`<p class="fine">No output.</p>` : null;
    case "log": return html`<${Log} text=${output} name=${[command.namespace, command.name].filter(Boolean).join("/")} />`;
    case "program": return html`<${ProgramSaid} data=${data} />`;
    case "values": return html`<${KeptValues} key=${command.id} values=${isTexts(data) ? data : { output }} areSecret=${command.action === "get_secret"} />`;
    case "data": return html`<${Data} data=${data} verbatim=${command.action === "dynamic"} said=${command.result.error} />`;
    default: return html`<${Text} text=${output} />`;
  }
}

/** The output of a finished command; as it came on demand, but for secrets. */
export function Output({ command }) {
  const [raw, setRaw] = useState(false);
  const data = useMemo(() => outputData(command), [command]);
  const form = formOfOutput(command, data);
  const output = command.result?.output ?? "";
  const canBeRaw = ["program", "data"].includes(form) || (form === "values" && command.action !== "get_secret");
  return html`<div class="answer">
    ${raw && canBeRaw ? html`<${Text} text=${JSON.stringify(data, null, 2)} />` : html`<${Drawn} command=${command} data=${data} form=${form} />`}
    ${canBeRaw && html`<p class="answer-tools"><button type="button" class="toggle" aria-pressed=${raw ? "true" : "false"} onClick=${() => setRaw(!raw)}>As JSON</button></p>`}
    ${command.result?.outputCut && html`<p class="fine">This is the beginning. The rest is being fetched …</p>`}
  </div>`;
}
