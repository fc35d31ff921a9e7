/** The commands view: the form, the command under way, and all earlier ones. */
import { html, useEffect } from "../../vendor/htm-preact-standalone.module.js";
import { Notice } from "../marks.js";
import { useStore } from "../store.js";
import { CommandForm } from "./form.js";
import { History, Tracked } from "./history.js";
import { commandLog, refreshCommands } from "./log.js";

const REFRESH_MS = 3000;

export function CommandsView({ route, meta, digest, allowChanges }) {
  const log = useStore(commandLog, (state) => state);
  useEffect(() => {
    void refreshCommands();
    const timer = setInterval(() => void refreshCommands(), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  return html`<div class="commands-view">
    <section class="commands-new" aria-labelledby="commands-title">
      <h1 class="view-title" id="commands-title">Command</h1>
      <${CommandForm} key=${route.hash} query=${route.query} clusterId=${meta.clusterId} allowChanges=${allowChanges} digest=${digest} sending=${log.sending} />
      ${log.sendError && html`<${Notice} tone="bad" role="alert" title="The command did not go through"><p>${log.sendError}</p></${Notice}>`}
      ${log.tracked && html`<${Tracked} command=${log.tracked} />`}
    </section>
    <${History} commands=${log.commands} error=${log.error} />
  </div>`;
}
