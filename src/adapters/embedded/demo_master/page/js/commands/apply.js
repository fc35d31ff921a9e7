/** The view for manifests: a text, a dry run, and what became of each object. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { hashOf } from "../router.js";
import { actionOf } from "./actions.js";
import { ActionForm } from "./form.js";
import { Progress } from "./progress.js";

export function ApplyView({ route, meta, digest, allowChanges }) {
  const scope = `apply ${meta.clusterId}`;
  const given = Object.fromEntries(route.query);
  return html`<div class="single-view apply-view">
    <section aria-labelledby="apply-title">
      <h1 class="view-title" id="apply-title">Apply manifests</h1>
      <p class="fine">Server-side apply, as <code>kubectl apply --server-side</code>: several documents, lists too, in the order that they need. Nothing is deleted. A dry run asks for the outcome without it.</p>
      <${ActionForm} key=${JSON.stringify(given)} row=${actionOf("apply_manifests")} given=${given} scope=${scope} clusterId=${meta.clusterId}
        allowChanges=${allowChanges} digest=${digest} known=${{ containers: [], namespaces: digest?.namespaces ?? [] }} />
      <${Progress} scope=${scope} />
      <p class="fine"><a href=${hashOf("commands", [], new Map([["group", "apply_manifests"]]))}>Manifests applied so far</a></p>
    </section>
  </div>`;
}
