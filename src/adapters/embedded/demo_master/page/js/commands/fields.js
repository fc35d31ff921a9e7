/** The command form's fields: a label, the control, a hint, and what is wrong with it, tied together for screen readers. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { ListField } from "./list_field.js";
import { ALL_CONTAINERS } from "./params.js";

/** A labelled control; `control` gets the ids to carry. */
export function Field({ id, label, hint, problem, control, wide = false }) {
  const describedBy = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ") || undefined;
  return html`<div class=${`field ${wide ? "wide" : ""}`}>
    <label for=${id}>${label}</label>
    ${control({ id, name: id, "aria-invalid": problem ? "true" : undefined, "aria-describedby": describedBy })}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${problem && html`<p class="problem" id=${`${id}-problem`}>${problem}</p>`}
  </div>`;
}

/** A line of text with suggestions; anything may be typed. */
export function TextField({ id, label, hint, problem, value, onValue, suggestions = [], mono = true, disabled = false, wide = false }) {
  return html`<${Field} id=${id} label=${label} hint=${hint} problem=${problem} wide=${wide} control=${(ids) => html`
    <input ...${ids} type="text" class=${mono ? "mono" : ""} value=${value} disabled=${disabled} autocomplete="off" autocapitalize="off" spellcheck=${false}
      list=${suggestions.length ? `${id}-list` : undefined} onInput=${(event) => onValue(event.currentTarget.value)} />
    ${suggestions.length > 0 && html`<datalist id=${`${id}-list`}>${suggestions.map((text) => html`<option key=${text} value=${text}></option>`)}</datalist>`}`} />`;
}

/** A choice of `[[value, text]]`. */
export function ChoiceField({ id, label, hint, problem, value, onValue, choices }) {
  return html`<${Field} id=${id} label=${label} hint=${hint} problem=${problem} control=${(ids) => html`
    <select ...${ids} value=${value} onChange=${(event) => onValue(event.currentTarget.value)}>
      ${choices.map(([choice, text]) => html`<option key=${choice} value=${choice}>${text}</option>`)}</select>`} />`;
}

/** Which container: those that the object has; typed where they are not known. */
function ContainerField({ param, common, value, onValue, containers }) {
  if (!containers.length) return html`<${TextField} ...${common} value=${value} onValue=${onValue} />`;
  const choices = [
    ["", param.required && containers.length > 1 ? "choose …" : param.required ? "the only one" : "its default"],
    ...(param.all && containers.length > 1 ? [[ALL_CONTAINERS, "all containers"]] : []),
    ...containers.map(({ name, isInit }) => [name, isInit ? `${name} (init)` : name]),
    ...(value && value !== ALL_CONTAINERS && !containers.some(({ name }) => name === value) ? [[value, `${value} (not in this snapshot)`]] : []),
  ];
  return html`<${ChoiceField} ...${common} hint="" value=${value} onValue=${onValue} choices=${param.required && containers.length === 1 ? choices.slice(1) : choices} />`;
}

/** The control that suits a parameter. `known`: what the object tells, `{containers, namespaces}`. */
export function ParamField({ param, problem, value, onValue, known, disabled }) {
  const id = `param-${param.name}`;
  const common = { id, label: param.label, hint: param.hint, problem };
  if (param.isContainer) return html`<${ContainerField} param=${param} common=${common} value=${value} onValue=${onValue} containers=${known.containers} />`;
  switch (param.type) {
    case "count":
      return html`<${Field} ...${common} control=${(ids) => html`
        <input ...${ids} type="number" min=${param.least} step="1" inputmode="numeric" value=${value} onInput=${(event) => onValue(event.currentTarget.value)} />`} />`;
    case "flag":
      return html`<div class="field flag"><label><input id=${id} type="checkbox" checked=${value === true} onChange=${(event) => onValue(event.currentTarget.checked)} /> <span>${param.label}</span></label></div>`;
    case "choice":
      return html`<${ChoiceField} ...${common} value=${value} onValue=${onValue} choices=${param.choices} />`;
    case "list":
      return html`<${ListField} ...${common} values=${value} onValues=${onValue} />`;
    case "lines":
      return html`<${Field} ...${common} wide control=${(ids) => html`
        <textarea ...${ids} class="mono" rows="14" wrap="off" spellcheck=${false} autocapitalize="off" value=${value} disabled=${disabled}
          onInput=${(event) => onValue(event.currentTarget.value)}></textarea>`} />`;
    default:
      return html`<${TextField} ...${common} value=${value} onValue=${onValue} wide=${param.isImage} suggestions=${param.isNamespace ? known.namespaces : []} />`;
  }
}
