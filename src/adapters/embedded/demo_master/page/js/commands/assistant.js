/** Ask as the Master's assistant does: any kind the cluster serves, read only, on topic ai. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { hashOf } from "../router.js";
import { actionOf } from "./actions.js";
import { ActionForm } from "./form.js";
import { Progress } from "./progress.js";

export function AssistantView({ route, meta, digest, allowChanges }) {
  const scope = `assistant ${meta.clusterId}`;
  const given = { command: "list", ...Object.fromEntries(route.query) };
  return html`<div class="single-view assistant-view">
    <section aria-labelledby="assistant-title">
      <h1 class="view-title" id="assistant-title">Ask as the assistant</h1>
      <p class="fine">What the Master's assistant can see: objects of any kind, also of custom resources (<code>Pod</code>, <code>deployments</code>, <code>hpa</code>, <code>certificates.cert-manager.io</code>), on topic ai. It
        only reads, and never Secrets or protected namespaces. For get and describe a name is needed.</p>
      <${ActionForm} key=${JSON.stringify(given)} row=${actionOf("dynamic")} given=${given} scope=${scope} clusterId=${meta.clusterId}
        allowChanges=${allowChanges} digest=${digest} known=${{ containers: [], namespaces: [] }} />
      <${Progress} scope=${scope} showSentence />
      <p class="fine"><a href=${hashOf("commands", [], new Map([["group", "dynamic"]]))}>Questions so far</a></p>
    </section>
  </div>`;
}
