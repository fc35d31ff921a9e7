/** The panel beside a telemetry view: a head that names what is shown, and Escape that closes it. */
import { html, useEffect } from "../../vendor/htm-preact-standalone.module.js";
import { focusTable } from "../layout.js";
import { go } from "../router.js";

/** `back`: the hash without the panel. */
export function Side({ kind, title, back, children }) {
  function close() {
    go(back);
    requestAnimationFrame(focusTable);
  }
  useEffect(() => {
    const onKey = (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.target.closest?.("input, select, textarea")) return;
      close();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [back]);
  return html`<aside class="panel" aria-labelledby="panel-title">
    <header class="panel-head"><div class="panel-names"><p class="panel-kind">${kind}</p><h2 id="panel-title" tabindex="-1">${title}</h2></div>
      <div class="panel-tools"><button type="button" class="icon-button" aria-label="Close (Esc)" title="Close (Esc)" onClick=${close}>
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="m3.5 3.5 9 9m0-9-9 9" /></svg></button></div></header>
    <div class="panel-body" tabindex="0" role="region" aria-label="Details">${children}</div>
  </aside>`;
}
