/** The panels of config maps, secrets and service accounts: names of keys (values never leave the cluster) and who uses them. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { nameOf, namespaceOf } from "../kinds/columns.js";
import { ObjectLink } from "../links.js";
import { Sources } from "./lists.js";
import { Section } from "./parts.js";

function Keys({ object }) {
  const keys = object.dataKeys ?? [];
  return html`<${Section} title="Keys" count=${keys.length}>
    ${keys.length === 0 && html`<p class="fine">No keys.</p>`}
    <ul class="lines">${keys.map((key) => html`<li key=${key} class="mono breakable">${key}</li>`)}</ul>
    <p class="fine">Names only: the agent never sends values in a snapshot.</p></${Section}>`;
}

export function ConfigMap({ object, digest }) {
  const sources = digest.relations.sources("uses", "ConfigMap", namespaceOf(object), nameOf(object));
  return html`<${Keys} object=${object} />
    <${Sources} title="Used by" sources=${sources} none="No workload and no pod of this snapshot mentions it. Programs may still read it from the API." />`;
}

export function Secret({ object, digest }) {
  const mentions = ["uses", "secrets", "certificate"].flatMap((relation) => digest.relations.sources(relation, "Secret", namespaceOf(object), nameOf(object)));
  return html`<${Keys} object=${object} />
    <${Sources} title="Used by" sources=${mentions} none="No workload, pod, ingress or service account of this snapshot mentions it. Programs may still read it from the API." />`;
}

function SecretNames({ title, names, namespace }) {
  if (!names?.length) return null;
  return html`<${Section} title=${title} count=${names.length}><ul class="lines">
    ${names.map((name) => html`<li key=${name}><${ObjectLink} kind="Secret" namespace=${namespace} name=${name} /></li>`)}</ul></${Section}>`;
}

export function ServiceAccount({ object: account, digest }) {
  const namespace = namespaceOf(account);
  return html`
    <${SecretNames} title="Token secrets" names=${account.secretNames} namespace=${namespace} />
    <${SecretNames} title="Image pull secrets" names=${account.imagePullSecretNames} namespace=${namespace} />
    <${Sources} title="Used by" sources=${digest.relations.sources("uses", "ServiceAccount", namespace, nameOf(account))} none="No workload and no pod of this snapshot runs as it." />`;
}
