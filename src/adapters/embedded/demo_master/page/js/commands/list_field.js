/** Texts in order, one field each: a program and its arguments. Enter adds the next, Backspace in an empty one takes it away. */
import { html, useLayoutEffect, useRef } from "../../vendor/htm-preact-standalone.module.js";

export function ListField({ id, label, hint, problem, values, onValues }) {
  const place = useRef(null);
  // Before the next key: who types on must not type into the field before.
  useLayoutEffect(() => {
    if (place.current === null) return;
    document.getElementById(place.current === 0 ? id : `${id}-${place.current}`)?.focus();
    place.current = null;
  }, [values.length]);

  function put(index, text) {
    onValues(values.map((known, at) => (at === index ? text : known)));
  }
  function insertAfter(index) {
    place.current = index + 1;
    onValues(values.toSpliced(index + 1, 0, ""));
  }
  function remove(index) {
    place.current = Math.max(0, index - 1);
    onValues(values.toSpliced(index, 1));
  }
  function onKeyDown(event, index) {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      insertAfter(index);
    } else if (event.key === "Backspace" && event.currentTarget.value === "" && values.length > 1) {
      event.preventDefault();
      remove(index);
    }
  }
  const describedBy = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ") || undefined;
  return html`<div class="field wide" role="group" aria-labelledby=${`${id}-label`} aria-describedby=${describedBy}>
    <label id=${`${id}-label`} for=${id}>${label}</label>
    <ol class="list-field">${values.map((value, index) => html`<li key=${index}>
      <input id=${index === 0 ? id : `${id}-${index}`} type="text" class="mono" value=${value} aria-label=${index === 0 ? "Program" : `Argument ${index}`}
        placeholder=${index === 0 ? "program" : `argument ${index}`} aria-invalid=${problem && index === 0 ? "true" : undefined}
        autocomplete="off" autocapitalize="off" spellcheck=${false}
        onInput=${(event) => put(index, event.currentTarget.value)} onKeyDown=${(event) => onKeyDown(event, index)} />
      ${values.length > 1 && html`<button type="button" class="icon-button" aria-label=${index === 0 ? "Remove the program" : `Remove argument ${index}`} title="Remove" onClick=${() => remove(index)}>
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path d="M3.5 8h9" /></svg></button>`}
    </li>`)}</ol>
    <p><button type="button" class="button small" onClick=${() => insertAfter(values.length - 1)}>Add an argument</button></p>
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}; Enter adds one</p>`}
    ${problem && html`<p class="problem" id=${`${id}-problem`}>${problem}</p>`}
  </div>`;
}
