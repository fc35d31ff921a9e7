/** From a filled-in form to what is sent, and what a request or a command says in one line. */
import { problemOf, sentMembers, startValue } from "./params.js";

const QUOTED_CHARS = 80;

/** A form for an action. `given`: the target and any parameters that are known; unknown names are ignored. */
export function formOf(row, given = {}) {
  return {
    action: row.action,
    kind: given.kind ?? row.kinds[0] ?? "",
    namespace: given.namespace ?? "",
    name: given.name ?? "",
    topic: given.topic ?? row.topic ?? "ops",
    params: Object.fromEntries(row.params.map((param) => [param.name, startValue(param, given)])),
    more: "",
  };
}

function isObject(jsonText) {
  try {
    const value = JSON.parse(jsonText);
    return value !== null && typeof value === "object" && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** What is wrong with a filled-in form, `Map` from field to sentence; empty when it can be sent. */
export function problemsOf(row, form) {
  const problems = new Map();
  const kind = form.kind.trim();
  if (!row.global) {
    if (!kind && !(row.action === "dynamic" && form.params.command === "get_events")) problems.set("kind", "Which kind?");
    else if (row.kinds.length && !row.anyKind && !row.kinds.includes(kind)) problems.set("kind", `${row.title} works on ${row.kinds.join(", ")}.`);
    if (!form.name.trim() && needsName(row, form)) problems.set("name", "Which object? Its exact name.");
    if (kind && kind !== "Node" && !form.namespace.trim() && !row.nameOptional && row.action !== "delete") problems.set("namespace", "In which namespace?");
  }
  for (const param of row.params) {
    const problem = problemOf(param, form.params[param.name]);
    if (problem) problems.set(param.name, problem);
  }
  if (form.params.gracePeriodSeconds?.trim?.() === "0" && form.params.force === false && row.dryRun && !row.params.some(({ name }) => name === "timeoutSeconds")) {
    problems.set("gracePeriodSeconds", "0 is only done with force.");
  }
  if (form.more.trim() && !isObject(form.more)) problems.set("more", "Not a JSON object.");
  return problems;
}

function needsName(row, form) {
  return !row.nameOptional || ["get", "describe"].includes(form.params.command);
}

/** The request of a form without problems; empty parameters are left out. */
export function requestOf(row, form, clusterId, { dryRun = false } = {}) {
  const params = form.more.trim() ? JSON.parse(form.more) : {};
  for (const param of row.params) Object.assign(params, sentMembers(param, form.params[param.name]));
  if (dryRun) params.dryRun = true;
  const kind = form.kind.trim();
  const target = row.global ? { kind: "", namespace: "", name: "" }
    : { kind, namespace: kind === "Node" ? "" : form.namespace.trim(), name: form.name.trim() };
  return { action: row.action, clusterId, ...target, params, topic: form.topic };
}

/** What a command is about: `Deployment shop/web`; empty without a target. */
export function targetOf({ kind, namespace, name }) {
  return [kind, [namespace, name].filter(Boolean).join("/")].filter(Boolean).join(" ");
}

function shown(key, value) {
  if (key === "manifests") return `${String(value).split("\n").length} lines`;
  if (typeof value === "string") return value.length > QUOTED_CHARS ? `${value.slice(0, QUOTED_CHARS)}…` : value;
  return JSON.stringify(value);
}

/** One line that says what a request or command does: `scale Deployment shop/web (replicas 3)`. */
export function sentenceOf(command) {
  const target = targetOf(command);
  const members = Object.entries(command.params ?? {}).map(([key, value]) => `${key} ${shown(key, value)}`);
  return `${command.action}${target ? ` ${target}` : ""}${members.length ? ` (${members.join(", ")})` : ""}`;
}

/** Whether a request is a trial that changes nothing. */
export const isDryRun = (command) => command.params?.dryRun === true;
