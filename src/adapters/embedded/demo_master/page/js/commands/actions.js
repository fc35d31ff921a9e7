/**
 * The 19 actions an agent knows, one row each: what they act on, whether they change anything, which parameters they take.
 *
 *     {action, title, changes, kinds, params: [{name, label, type, required, hint, initial}], global?, needsNamespace?}
 *
 * `kinds` empty: any kind; `global`: no target at all. Parameter names and types: the command wire contract.
 */
const param = (name, label, type, more = {}) => ({ name, label, type, required: false, hint: "", initial: "", ...more });
const SCALABLE = ["Deployment", "StatefulSet"];
const ROLLED = ["Deployment", "StatefulSet", "DaemonSet"];

export const ACTIONS = [
  { action: "scale", title: "Scale", changes: true, kinds: SCALABLE, params: [param("replicas", "Replicas", "count", { required: true, hint: "0 stops it" })] },
  { action: "restart", title: "Restart (rolling)", changes: true, kinds: ROLLED, params: [] },
  {
    action: "update_image", title: "Update image", changes: true, kinds: ROLLED,
    params: [param("container", "Container", "text", { required: true }), param("image", "Image", "text", { required: true, hint: "registry/name:tag" })],
  },
  { action: "delete_pod", title: "Delete pod", changes: true, kinds: ["Pod"], params: [param("gracePeriodSeconds", "Grace period, seconds", "count", { hint: "empty: the pod's own" })] },
  { action: "delete", title: "Delete object", changes: true, kinds: [], params: [] },
  { action: "cordon", title: "Cordon node", changes: true, kinds: ["Node"], params: [] },
  { action: "uncordon", title: "Uncordon node", changes: true, kinds: ["Node"], params: [] },
  { action: "drain", title: "Drain node", changes: true, kinds: ["Node"], params: [] },
  { action: "exec", title: "Run in container", changes: true, kinds: ["Pod"], params: [param("container", "Container", "text"), param("command", "Command", "text", { required: true })] },
  { action: "apply_manifests", title: "Apply manifests", changes: true, global: true, kinds: [], params: [param("manifests", "Manifests (YAML)", "lines", { required: true })] },
  {
    action: "get_logs", title: "Logs", changes: false, kinds: ["Pod"],
    params: [param("container", "Container", "text", { hint: "empty: the first" }), param("tailLines", "Lines", "count", { initial: "100" }), param("previous", "Of the previous run", "flag")],
  },
  { action: "get_configmap", title: "Config map data", changes: false, kinds: ["ConfigMap"], params: [] },
  { action: "get_secret", title: "Secret data", changes: false, kinds: ["Secret"], params: [] },
  {
    action: "dynamic", title: "Look up any kind", changes: false, kinds: [], nameOptional: true,
    params: [param("command", "What", "choice", { required: true, choices: ["get", "list", "describe", "get_events"], initial: "describe" }), param("label_selector", "Label selector", "text")],
  },
  { action: "query_traces", title: "Traces", changes: false, global: true, kinds: [], params: [param("sub_action", "Query", "text", { hint: "see the API" }), param("service", "Service", "text")] },
  { action: "query_trace_detail", title: "One trace", changes: false, global: true, kinds: [], params: [param("trace_id", "Trace id", "text", { required: true })] },
  { action: "query_logs", title: "Log search", changes: false, global: true, kinds: [], params: [param("query", "Text", "text"), param("service", "Service", "text")] },
  { action: "query_metrics", title: "Node metrics", changes: false, global: true, kinds: [], params: [param("sub_action", "Query", "text", { initial: "get_history" }), param("node_name", "Node", "text"), param("since", "Since", "text", { initial: "1h" })] },
  { action: "query_slo", title: "SLO", changes: false, global: true, kinds: [], params: [param("sub_action", "Query", "text")] },
];

const BY_ACTION = new Map(ACTIONS.map((row) => [row.action, row]));

/** The row of an action, or undefined. */
export const actionOf = (name) => BY_ACTION.get(name);

/** What is wrong with a filled-in form, `Map` from field to sentence; empty when it can be sent. */
export function problemsOf(row, form) {
  const problems = new Map();
  if (!row.global) {
    if (!form.kind.trim()) problems.set("kind", "Which kind?");
    else if (row.kinds.length && !row.kinds.includes(form.kind.trim())) problems.set("kind", `${row.title} works on ${row.kinds.join(", ")}.`);
    if (!form.name.trim() && !row.nameOptional) problems.set("name", "Which object? Its exact name.");
    if (form.kind.trim() !== "Node" && form.kind.trim() !== "" && !form.namespace.trim() && !row.nameOptional && row.action !== "delete") problems.set("namespace", "In which namespace?");
  }
  for (const { name, label, type, required } of row.params) {
    const text = String(form.params[name] ?? "").trim();
    if (required && text === "") problems.set(name, `${label} is needed.`);
    if (type === "count" && text !== "" && !/^\d{1,9}$/.test(text)) problems.set(name, "A whole number, 0 or more.");
  }
  if (form.more.trim() && !isObject(form.more)) problems.set("more", "Not a JSON object.");
  return problems;
}

function isObject(jsonText) {
  try {
    const value = JSON.parse(jsonText);
    return value !== null && typeof value === "object" && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** The request of a form without problems. Empty parameters are left out; counts become numbers. */
export function requestOf(row, form, clusterId) {
  const params = form.more.trim() ? JSON.parse(form.more) : {};
  for (const { name, type } of row.params) {
    const value = form.params[name];
    if (type === "flag") {
      if (value === true || value === "true") params[name] = true;
    } else if (String(value ?? "").trim() !== "") {
      params[name] = type === "count" ? Number(value) : type === "lines" ? value : String(value).trim();
    }
  }
  const target = row.global ? { kind: "", namespace: "", name: "" }
    : { kind: form.kind.trim(), namespace: form.kind.trim() === "Node" ? "" : form.namespace.trim(), name: form.name.trim() };
  return { action: row.action, clusterId, ...target, params, topic: form.topic };
}

/** One line that says what a request or command does: `scale Deployment shop/web (replicas 3)`. */
export function sentenceOf({ action, kind, namespace, name, params }) {
  const target = [kind, [namespace, name].filter(Boolean).join("/")].filter(Boolean).join(" ");
  const with_ = Object.entries(params ?? {}).map(([key, value]) => `${key} ${typeof value === "string" ? value.slice(0, 80) : JSON.stringify(value)}`);
  return `${action}${target ? ` ${target}` : ""}${with_.length ? ` (${with_.join(", ")})` : ""}`;
}
