/** Objects of the cluster that go by a traced service's name. Names are all that telemetry and cluster have in common. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import { Lines } from "../detail/lists.js";
import { Section } from "../detail/parts.js";
import { kindById, kindByName } from "../kinds/kinds.js";
import { nameOf } from "../kinds/columns.js";

const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "CronJob"];

/** `{workloads, services, pods}` of that name, as `[{kind, object}]`. A namespace that the cluster has not is no hint. */
export function objectsOf(digest, namespace, name) {
  const find = (kindName) => {
    const object = digest.relations.target(kindName, namespace, name);
    return object ? [{ kind: kindByName(kindName), object }] : [];
  };
  const workloads = WORKLOADS.flatMap(find);
  const pods = workloads.flatMap(({ kind, object }) => digest.relations.owned("pods", kind.kind, object));
  return { workloads, services: find("Service"), pods: [...new Set(pods)].map((object) => ({ kind: kindById("pods"), object })) };
}

/** The section that leads from a service to its workload, its Service and its pods. */
export function ClusterObjects({ digest, namespace, name }) {
  const { workloads, services, pods } = objectsOf(digest, namespace, name);
  const found = [...workloads, ...services];
  return html`<${Section} title="In the cluster">
    ${found.length === 0 && html`<p class="fine">No workload and no Service in namespace “${namespace}” is called “${name}”.</p>`}
    ${found.length > 0 && html`<${Lines} entries=${found} showKind />`}</${Section}>
    ${pods.length > 0 && html`<${Section} title="Its pods" count=${pods.length}><${Lines} entries=${pods.sort((one, other) => (nameOf(one.object) < nameOf(other.object) ? -1 : 1))} /></${Section}>`}`;
}
