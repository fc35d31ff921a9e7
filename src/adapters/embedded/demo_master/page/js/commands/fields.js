/** The command form's fields: a label, the control, a hint, and what is wrong with it, tied together for screen readers. */
import { html } from "../../vendor/htm-preact-standalone.module.js";

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
export function TextField({ id, label, hint, problem, value, onValue, suggestions = [], mono = true, disabled = false }) {
  return html`<${Field} id=${id} label=${label} hint=${hint} problem=${problem} control=${(ids) => html`
    <input ...${ids} type="text" class=${mono ? "mono" : ""} value=${value} disabled=${disabled} autocomplete="off" autocapitalize="off" spellcheck=${false}
      list=${suggestions.length ? `${id}-list` : undefined} onInput=${(event) => onValue(event.currentTarget.value)} />
    ${suggestions.length > 0 && html`<datalist id=${`${id}-list`}>${suggestions.map((text) => html`<option key=${text} value=${text}></option>`)}</datalist>`}`} />`;
}

/** The control that suits a parameter's type: count, flag, choice, lines or text. */
export function ParamField({ param, problem, value, onValue, suggestions }) {
  const id = `param-${param.name}`;
  const common = { id, label: param.label, hint: param.hint, problem };
  switch (param.type) {
    case "count":
      return html`<${Field} ...${common} control=${(ids) => html`
        <input ...${ids} type="number" min="0" step="1" inputmode="numeric" value=${value} onInput=${(event) => onValue(event.currentTarget.value)} />`} />`;
    case "flag":
      return html`<div class="field flag"><label><input id=${id} type="checkbox" checked=${value === true || value === "true"} onChange=${(event) => onValue(event.currentTarget.checked)} /> ${param.label}</label></div>`;
    case "choice":
      return html`<${Field} ...${common} control=${(ids) => html`
        <select ...${ids} value=${value} onChange=${(event) => onValue(event.currentTarget.value)}>${param.choices.map((choice) => html`<option key=${choice} value=${choice}>${choice}</option>`)}</select>`} />`;
    case "lines":
      return html`<${Field} ...${common} wide control=${(ids) => html`
        <textarea ...${ids} class="mono" rows="8" spellcheck=${false} value=${value} onInput=${(event) => onValue(event.currentTarget.value)}></textarea>`} />`;
    default:
      return html`<${TextField} ...${common} value=${value} onValue=${onValue} suggestions=${suggestions} />`;
  }
}
