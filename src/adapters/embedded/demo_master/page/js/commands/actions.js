/**
 * The 19 actions an agent knows, one row each: what they act on, what they do to it, which parameters they take.
 *
 *     {action, title, button, changes, kinds, params, global?, anyKind?, nameOptional?, dryRun?, typed?, atOnce?}
 *
 * `kinds`: whose panels offer it; other kinds are refused by the form unless `anyKind`. `global`: no target at all.
 * `dryRun`: can be tried without doing it. `typed`: the object's name has to be typed before. `atOnce`: only reads and is
 * cheap, so the panel asks as soon as it is opened. Parameter names and types: the command wire contract; see params.js.
 */
import { count, flag, list, param, text } from "./params.js";

const SCALED = ["Deployment", "StatefulSet", "ReplicaSet"];
const ROLLED = ["Deployment", "StatefulSet", "DaemonSet"];
const container = (hint, more) => text("container", "Container", { hint, isContainer: true, ...more });

const DELETION = [
  param("propagationPolicy", "What it owns", "choice", {
    initial: "Background", usual: true, folded: true,
    choices: [["Background", "goes afterwards (Background)"], ["Foreground", "goes first (Foreground)"], ["Orphan", "stays (Orphan)"]],
  }),
  count("gracePeriodSeconds", "Grace period, seconds", { hint: "empty: its own; 0 needs force", folded: true }),
  text("uid", "Only this very object (UID)", { folded: true, isUid: true }),
  text("resourceVersion", "Only at this version", { hint: "resourceVersion", folded: true }),
  flag("force", "Force: do not wait for the kubelet", { folded: true }),
];

export const ACTIONS = [
  {
    action: "scale", title: "Scale", button: "Scale", changes: true, kinds: SCALED, anyKind: true,
    params: [
      count("replicas", "Replicas", { required: true, hint: "0 stops it" }),
      count("currentReplicas", "Only if it has now", { hint: "empty: whatever it has", folded: true }),
      text("resourceVersion", "Only at this version", { hint: "resourceVersion", folded: true }),
    ],
  },
  { action: "restart", title: "Restart", button: "Restart", changes: true, kinds: ROLLED, params: [] },
  {
    action: "update_image", title: "Update image", button: "Update image", changes: true, kinds: [...ROLLED, "CronJob", "Pod"],
    params: [container("init containers count too", { required: true }), text("image", "New image", { required: true, hint: "registry/name:tag", isImage: true })],
  },
  { action: "delete_pod", title: "Delete pod", button: "Delete", changes: true, destroys: true, dryRun: true, kinds: ["Pod"], params: DELETION },
  { action: "delete", title: "Delete", button: "Delete", changes: true, destroys: true, dryRun: true, typed: true, kinds: [], params: DELETION },
  { action: "cordon", title: "Cordon", button: "Cordon", changes: true, kinds: ["Node"], params: [] },
  { action: "uncordon", title: "Uncordon", button: "Uncordon", changes: true, kinds: ["Node"], params: [] },
  {
    action: "drain", title: "Drain", button: "Drain", changes: true, destroys: true, dryRun: true, typed: true, kinds: ["Node"],
    params: [
      count("timeoutSeconds", "Give up after, seconds", { initial: "120", usual: true, hint: "1 to 1800" }),
      count("gracePeriodSeconds", "Grace period, seconds", { initial: "-1", usual: true, least: -1, hint: "-1: each pod's own" }),
      flag("ignoreDaemonSets", "Leave pods of DaemonSets where they are", { initial: true }),
      flag("deleteEmptyDirData", "Also pods with emptyDir volumes: their data is lost"),
      flag("force", "Also pods that nothing creates anew"),
      flag("disableEviction", "Delete instead of evict: budgets do not count", { folded: true }),
      text("podSelector", "Only pods with labels", { hint: "app=web,tier!=db", folded: true }),
      count("skipWaitForDeleteTimeoutSeconds", "Do not wait for pods terminating longer than, seconds", { initial: "0", usual: true, hint: "0: wait for all", folded: true }),
    ],
  },
  {
    action: "exec", title: "Run a program", button: "Run", changes: true, kinds: ["Pod"],
    params: [
      list("command", "Program and arguments", { required: true, hint: "one field each; no shell reads them" }),
      container("empty: its default"),
      count("timeoutSeconds", "Give up after, seconds", { initial: "20", usual: true, least: 1, hint: "1 to 300" }),
    ],
  },
  {
    action: "apply_manifests", title: "Apply manifests", button: "Apply", changes: true, dryRun: true, global: true, kinds: [],
    params: [
      param("manifests", "Manifests (YAML)", "lines", { required: true }),
      text("defaultNamespace", "Namespace of objects that name none", { hint: "empty: such objects are rejected", isNamespace: true }),
      text("path", "Where they come from", { hint: "a note for people, may be empty" }),
      flag("continueOnError", "Go on with the others when one fails", { initial: true }),
      flag("force", "Force: take over fields that somebody else manages"),
    ],
  },
  {
    action: "get_logs", title: "Logs", button: "Read", changes: false, atOnce: true, kinds: ["Pod"],
    params: [
      container("empty: its default", { all: "allContainers" }),
      count("tailLines", "Last lines", { initial: "200", least: 1 }),
      count("sinceSeconds", "Of the last seconds", { least: 1, hint: "empty: all" }),
      text("sinceTime", "Since", { hint: "2026-11-28T14:00:00Z", folded: true }),
      count("limitBytes", "At most bytes", { least: 1, folded: true }),
      flag("previous", "Of the run before the last restart"),
      flag("timestamps", "With timestamps"),
    ],
  },
  { action: "get_configmap", title: "Data", button: "Read", changes: false, atOnce: true, kinds: ["ConfigMap"], params: [] },
  { action: "get_secret", title: "Values", button: "Read the values", changes: false, kinds: ["Secret"], params: [] },
  {
    action: "dynamic", title: "Describe", button: "Ask", changes: false, atOnce: true, kinds: [], nameOptional: true, anyKind: true, topic: "ai",
    params: [
      param("command", "What", "choice", { required: true, initial: "describe", choices: [["get", "get"], ["list", "list"], ["describe", "describe"], ["get_events", "get events"]] }),
      text("label_selector", "Label selector", { hint: "app=web,tier!=db", folded: true }),
      text("field_selector", "Field selector", { hint: "status.phase=Running", folded: true }),
      count("limit", "At most objects", { initial: "100", usual: true, least: 1, hint: "up to 100", folded: true }),
      text("continue", "Continue from", { hint: "the token of the answer before", folded: true }),
      text("involved_kind", "Events about kind", { folded: true }),
      text("involved_name", "Events about name", { folded: true }),
    ],
  },
  { action: "query_traces", title: "Traces", button: "Ask", changes: false, global: true, kinds: [], params: [text("sub_action", "Query", { hint: "list_traces, list_services, get_topology …" }), text("service", "Service")] },
  { action: "query_trace_detail", title: "One trace", button: "Ask", changes: false, global: true, kinds: [], params: [text("trace_id", "Trace id", { required: true })] },
  { action: "query_logs", title: "Log search", button: "Ask", changes: false, global: true, kinds: [], params: [text("query", "Text"), text("service", "Service")] },
  { action: "query_metrics", title: "Node metrics", button: "Ask", changes: false, global: true, kinds: [], params: [text("sub_action", "Query", { initial: "get_history" }), text("node_name", "Node"), text("since", "Since", { initial: "1h" })] },
  { action: "query_slo", title: "SLO", button: "Ask", changes: false, global: true, kinds: [], params: [text("sub_action", "Query", { hint: "list_ingress, get_summary …" })] },
];

const BY_ACTION = new Map(ACTIONS.map((row) => [row.action, row]));

/** The row of an action, or undefined. */
export const actionOf = (name) => BY_ACTION.get(name);
