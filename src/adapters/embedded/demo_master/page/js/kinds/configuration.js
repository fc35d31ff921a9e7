/** Rows of configuration, limits, identity and storage. Field names: the snapshot's wire contract. */
import * as column from "./columns.js";
import { quotaFill, quotaStatus } from "./quotas.js";
import { parseQuantity, showMemory, showResource } from "../quantities.js";
import { phaseStatus } from "../tone.js";

const amounts = (map) => Object.entries(map ?? {}).map(([resource, amount]) => `${resource} ${showResource(resource, amount)}`);

export const CONFIGURATION = [
  {
    id: "configMaps", kind: "ConfigMap", title: "Config maps", one: "config map", namespaced: true,
    columns: [
      column.name(),
      column.namespace(),
      column.number("size", "Keys", (object) => (object.dataKeys ?? []).length, { card: "line" }),
      column.words("keys", "Key names", (object) => object.dataKeys, { width: "minmax(220px, 3fr)", mono: true, inPanel: false }),
      column.age(),
    ],
  },
  {
    id: "secrets", kind: "Secret", title: "Secrets", one: "secret", namespaced: true,
    columns: [
      column.name(),
      column.namespace(),
      column.text("type", "Type", (object) => object.type, { width: "minmax(180px, 1.6fr)", card: "line" }),
      column.number("size", "Keys", (object) => (object.dataKeys ?? []).length, { card: "line" }),
      column.words("keys", "Key names", (object) => object.dataKeys, { width: "minmax(180px, 2fr)", mono: true, inPanel: false }),
      column.age(),
    ],
  },
  {
    id: "resourceQuotas", kind: "ResourceQuota", title: "Resource quotas", one: "resource quota", namespaced: true, status: quotaStatus,
    columns: [
      column.name(),
      column.namespace(),
      column.status("status", "Status", quotaStatus, { width: "112px" }),
      column.meter("fill", "Fullest", quotaFill, () => "", { width: "minmax(120px, 1fr)", card: "line", inPanel: false }),
      column.words("hard", "Limits", (quota) => amounts(quota.hard), { width: "minmax(220px, 3fr)", inPanel: false }),
      column.words("scopes", "Scopes", (quota) => quota.scopes),
      column.age(),
    ],
  },
  {
    id: "limitRanges", kind: "LimitRange", title: "Limit ranges", one: "limit range", namespaced: true,
    columns: [
      column.name(),
      column.namespace(),
      column.words("types", "Applies to", (range) => (range.items ?? []).map((item) => item.type), { card: "line" }),
      column.words("defaults", "Defaults", (range) => (range.items ?? []).flatMap((item) => amounts(item.default)), { width: "minmax(200px, 2fr)", inPanel: false }),
      column.age(),
    ],
  },
  {
    id: "serviceAccounts", kind: "ServiceAccount", title: "Service accounts", one: "service account", namespaced: true,
    columns: [
      column.name(),
      column.namespace(),
      column.number("secrets", "Tokens", (account) => account.secretsCount, { card: "line" }),
      column.number("pullSecrets", "Pull secrets", (account) => account.imagePullSecretsCount, { width: "108px" }),
      column.text("automount", "Token mounted", (account) => (account.automountServiceAccountToken === false ? "no" : "yes"), { width: "128px", card: "line" }),
      column.age(),
    ],
  },
];
for (const row of CONFIGURATION) row.group = "Configuration";

export const STORAGE = [
  {
    id: "pvs", kind: "PersistentVolume", title: "Volumes", one: "persistent volume", namespaced: false,
    status: (volume) => phaseStatus(volume.phase),
    columns: [
      column.name(),
      column.status("status", "Status", (volume) => phaseStatus(volume.phase)),
      column.quantity("capacity", "Capacity", (volume) => volume.capacity, parseQuantity, showMemory, { card: "line" }),
      column.text("class", "Class", (volume) => volume.storageClass, { card: "line" }),
      column.reference("claim", "Claim", (volume) => ({ kind: "PersistentVolumeClaim", namespace: volume.claimRefNamespace, name: volume.claimRefName }), { width: "minmax(160px, 2fr)", card: "line", withNamespace: true, inPanel: false }),
      column.words("modes", "Access", (volume) => volume.accessModes),
      column.text("reclaim", "Reclaim", (volume) => volume.reclaimPolicy, { width: "86px" }),
      column.text("source", "Source", (volume) => volume.volumeSourceType, { width: "96px" }),
      column.age(),
    ],
  },
  {
    id: "pvcs", kind: "PersistentVolumeClaim", title: "Volume claims", one: "volume claim", namespaced: true,
    status: (claim) => phaseStatus(claim.phase),
    columns: [
      column.name(),
      column.namespace(),
      column.status("status", "Status", (claim) => phaseStatus(claim.phase)),
      column.quantity("requested", "Requested", (claim) => claim.requestedCapacity, parseQuantity, showMemory, { card: "line" }),
      column.quantity("actual", "Actual", (claim) => claim.actualCapacity, parseQuantity, showMemory),
      column.text("class", "Class", (claim) => claim.storageClass, { card: "line" }),
      column.reference("volume", "Volume", (claim) => ({ kind: "PersistentVolume", name: claim.volumeName }), { width: "minmax(140px, 1.4fr)", inPanel: false }),
      column.words("modes", "Access", (claim) => claim.accessModes),
      column.age(),
    ],
  },
];
for (const row of STORAGE) row.group = "Storage";
