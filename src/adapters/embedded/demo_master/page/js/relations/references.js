/**
 * What objects mention: one row per relation, from the fields that hold it to the objects that are meant.
 *
 *     {id, from: [list names], to: [kinds], references(object) -> [{kind, namespace, name, as?}]}
 *
 * The way back (who mentions this object) is an index made of the same rows, so that no relation has one direction only.
 * `as` says how: a pod may use a secret as volume and as environment. Names that are empty are no references.
 * Field names: the snapshot's wire contract. Relations by labels are not here: they are looked up when asked for (index.js).
 */
import { nameOf, namespaceOf } from "../kinds/columns.js";

const VOLUME_KINDS = new Map([["ConfigMap", "ConfigMap"], ["Secret", "Secret"], ["PVC", "PersistentVolumeClaim"]]);
const ENV_KINDS = new Map([["configmap", "ConfigMap"], ["secret", "Secret"]]);

/** What a variable's `valueFrom` refers to, `{kind, name}`, or null for a field of the pod itself. */
export function envSource(valueFrom) {
  const colon = valueFrom ? valueFrom.indexOf(":") : -1;
  const kind = colon > 0 ? ENV_KINDS.get(valueFrom.slice(0, colon)) : undefined;
  const name = valueFrom?.slice(colon + 1);
  return kind && name ? { kind, name } : null;
}

/** The kind of the object that a volume shows, or null for one without (EmptyDir, HostPath). */
export const volumeKind = (volume) => (volume.source ? VOLUME_KINDS.get(volume.type) ?? null : null);

/** What a pod's spec or a template uses: claims, configuration, secrets, its account. */
function usedBy(namespace, { volumes, serviceAccountName, imagePullSecrets }, containers) {
  const found = [{ kind: "ServiceAccount", namespace, name: serviceAccountName || "default", as: "account" }];
  for (const volume of volumes ?? []) {
    const kind = volumeKind(volume);
    if (kind) found.push({ kind, namespace, name: volume.source, as: "volume" });
  }
  for (const container of containers) {
    for (const variable of container.envs ?? []) {
      const source = variable.valueFrom ? envSource(variable.valueFrom) : null;
      if (source) found.push({ ...source, namespace, as: "environment" });
    }
  }
  for (const name of imagePullSecrets ?? []) found.push({ kind: "Secret", namespace, name, as: "image pulls" });
  return found;
}

/** What a pod or a workload (through its template) uses, once per object and way: `[{kind, namespace, name, as}]`. */
export function used(object) {
  const namespace = namespaceOf(object);
  if (object.template) return usedBy(namespace, object.template, object.template.containers ?? []);
  return usedBy(namespace, { ...object.spec, volumes: object.volumes }, [...(object.initContainers ?? []), ...(object.containers ?? [])]);
}

/** The backends of an Ingress, of every path and the default: `[{kind, namespace, name}]`. */
function backendsOf(ingress) {
  const backends = [ingress.spec?.defaultBackend, ...(ingress.spec?.rules ?? []).flatMap((rule) => (rule.paths ?? []).map((path) => path.backend))];
  return backends.filter(Boolean).map((backend) => (backend.service
    ? { kind: "Service", namespace: namespaceOf(ingress), name: backend.service.name }
    : { kind: backend.resource?.kind, namespace: namespaceOf(ingress), name: backend.resource?.name }));
}

function endpointsOf(service) {
  return (service.backends?.endpoints ?? []).filter((endpoint) => endpoint.targetRef)
    .map(({ targetRef, ready }) => ({ ...targetRef, as: ready ? "ready" : "not ready" }));
}

function accountSecrets(account) {
  const namespace = namespaceOf(account);
  return [
    ...(account.secretNames ?? []).map((name) => ({ kind: "Secret", namespace, name, as: "token" })),
    ...(account.imagePullSecretNames ?? []).map((name) => ({ kind: "Secret", namespace, name, as: "image pulls" })),
  ];
}

// A StatefulSet's claims are called TEMPLATE-SET-ORDINAL. Source: Kubernetes, StatefulSet, stable storage.
const CLAIM_OF_SET = /^(.+)-\d+$/;

/** Name of a claim without its ordinal, as `claimStem(template, set)` gives it; null when it has none. */
export const stemOfClaim = (name) => CLAIM_OF_SET.exec(name)?.[1] ?? null;

export const RELATIONS = [
  { id: "node", from: ["pods"], to: ["Node"], references: (pod) => [{ kind: "Node", name: pod.summary?.nodeName }] },
  {
    id: "owner", from: ["pods", "replicaSets", "jobs"], to: ["ReplicaSet", "StatefulSet", "DaemonSet", "Job", "Deployment", "CronJob", "Node"],
    references: (object) => [ownerOf(object)],
  },
  {
    id: "uses", from: ["deployments", "statefulSets", "daemonSets", "cronJobs", "jobs", "pods"],
    to: ["ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim"], references: used,
  },
  { id: "secrets", from: ["serviceAccounts"], to: ["Secret"], references: accountSecrets },
  { id: "routes", from: ["ingresses"], to: ["Service"], references: backendsOf },
  {
    id: "certificate", from: ["ingresses"], to: ["Secret"],
    references: (ingress) => (ingress.spec?.tls ?? []).map(({ secretName }) => ({ kind: "Secret", namespace: namespaceOf(ingress), name: secretName, as: "certificate" })),
  },
  { id: "backs", from: ["services"], to: ["Pod"], references: endpointsOf },
  {
    id: "governs", from: ["statefulSets"], to: ["Service"],
    references: (set) => [{ kind: "Service", namespace: namespaceOf(set), name: set.summary?.serviceName }],
  },
  { id: "volume", from: ["pvcs"], to: ["PersistentVolume"], references: (claim) => [{ kind: "PersistentVolume", name: claim.volumeName }] },
  {
    id: "claim", from: ["pvs"], to: ["PersistentVolumeClaim"],
    references: (volume) => [{ kind: "PersistentVolumeClaim", namespace: volume.claimRefNamespace, name: volume.claimRefName }],
  },
  { id: "about", from: ["events"], to: [], references: (event) => (event.involvedObject ? [event.involvedObject] : []) },
];

/** The controller an object names as its owner, `{kind, namespace, name}`; empty texts when it names none. */
export function ownerOf(object) {
  const { ownerKind = "", ownerName = "" } = object.summary?.ownerName === undefined ? object : object.summary;
  return { kind: ownerKind, namespace: namespaceOf(object), name: ownerName };
}

/** Stems of the claims that a StatefulSet makes, as `namespace/stem`. */
export function claimStems(set) {
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => `${namespaceOf(set)}/${template.name}-${nameOf(set)}`);
}
