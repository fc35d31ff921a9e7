/**
 * Asks once more before a change: what is done, what follows from it, and for what cannot be undone the object's name.
 *
 * A native dialog: it keeps the focus inside, closes on Escape, and gives the focus back.
 */
import { html, useEffect, useRef, useState } from "../../vendor/htm-preact-standalone.module.js";
import { Notice } from "../marks.js";
import { consequencesOf } from "./consequences.js";
import { sentenceOf } from "./requests.js";

export function Confirm({ request, row, digest, onYes, onNo }) {
  const dialog = useRef(null);
  const [typed, setTyped] = useState("");
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    const element = dialog.current;
    element.showModal();
    return () => element.close();
  }, []);
  const { facts, warnings } = consequencesOf(request, digest);
  const mustType = row.typed ? request.name : "";
  const isTyped = mustType === "" || typed.trim() === mustType;

  function submit(event) {
    event.preventDefault();
    if (isTyped) onYes();
    else {
      setRefused(true);
      document.getElementById("confirm-name")?.focus();
    }
  }
  return html`<dialog ref=${dialog} class="confirm" aria-labelledby="confirm-title" aria-describedby="confirm-facts" onCancel=${onNo} onClose=${onNo}>
    <form onSubmit=${submit} noValidate>
      <h2 id="confirm-title">${row.title}${request.name && ` ${request.name}`}?</h2>
      <p class="confirm-what mono">${sentenceOf(request)}</p>
      <div id="confirm-facts">
        ${facts.length > 0 && html`<ul class="confirm-facts">${facts.map((fact) => html`<li key=${fact}>${fact}</li>`)}</ul>`}
        ${warnings.map((warning) => html`<${Notice} key=${warning} tone="warn" title=${warning} />`)}
        <p class="fine">Cluster <strong class="breakable">${request.clusterId}</strong>, as the latest snapshot shows it. The agent carries it out if its own policy allows it.</p>
      </div>
      ${mustType && html`<div class="field confirm-typed">
        <label for="confirm-name">Type the name <code class="breakable">${mustType}</code> to go on</label>
        <input id="confirm-name" type="text" class="mono" value=${typed} autocomplete="off" autocapitalize="off" spellcheck=${false}
          aria-invalid=${refused && !isTyped ? "true" : undefined} aria-describedby=${refused && !isTyped ? "confirm-problem" : undefined} onInput=${(event) => setTyped(event.currentTarget.value)} />
        ${refused && !isTyped && html`<p class="problem" id="confirm-problem">This is not its name.</p>`}
      </div>`}
      <div class="confirm-buttons">
        <button type="button" class="button" onClick=${onNo}>Cancel</button>
        <button type="submit" class=${`button ${row.destroys ? "danger" : "primary"}`}>${row.button}</button>
      </div>
    </form>
  </dialog>`;
}
