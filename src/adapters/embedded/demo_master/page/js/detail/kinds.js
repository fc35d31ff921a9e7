/**
 * What the panel shows for each kind, beyond what every kind gets (facts, owners, conditions, labels, events, JSON).
 *
 * A table from list name to component, complete: the tests hold it against the list of kinds.
 */
import { CronJob, Job } from "./batch.js";
import { Event, Namespace, Node } from "./cluster.js";
import { ConfigMap, Secret, ServiceAccount } from "./configuration.js";
import { LimitRange, ResourceQuota } from "./limits.js";
import { Ingress, Service } from "./network.js";
import { NetworkPolicy } from "./network_policies.js";
import { Pod } from "./pods.js";
import { PersistentVolume, PersistentVolumeClaim } from "./storage.js";
import { DaemonSet, Deployment, ReplicaSet, StatefulSet } from "./workloads.js";

/** The component of a list name. */
export const OF_KIND = new Map([
  ["nodes", Node],
  ["namespaces", Namespace],
  ["events", Event],
  ["pods", Pod],
  ["deployments", Deployment],
  ["statefulSets", StatefulSet],
  ["daemonSets", DaemonSet],
  ["replicaSets", ReplicaSet],
  ["jobs", Job],
  ["cronJobs", CronJob],
  ["services", Service],
  ["ingresses", Ingress],
  ["networkPolicies", NetworkPolicy],
  ["configMaps", ConfigMap],
  ["secrets", Secret],
  ["resourceQuotas", ResourceQuota],
  ["limitRanges", LimitRange],
  ["serviceAccounts", ServiceAccount],
  ["pvs", PersistentVolume],
  ["pvcs", PersistentVolumeClaim],
]);
