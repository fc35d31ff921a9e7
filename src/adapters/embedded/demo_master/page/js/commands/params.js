/**
 * Parameters of actions: how one is described, what it starts with, what is wrong with what was filled in, what is sent.
 *
 *     {name, label, type, required, hint, initial, least, folded, ...}
 *
 * Types: `text`, `lines` (long text), `count` (a whole number), `flag`, `choice` and `list` (texts in order). `folded`: under
 * "More options". `initial`: what the form starts with; with `usual` it is also what the agent takes when nothing is sent, and
 * then it is not sent, so that a command says what is special about it.
 */
const MOST_DIGITS = 10;
const WHOLE_NUMBER = new RegExp(`^-?\\d{1,${MOST_DIGITS}}$`);

/** A parameter of any type. */
export const param = (name, label, type, more = {}) => ({ name, label, type, required: false, hint: "", initial: "", usual: false, least: 0, folded: false, ...more });
export const text = (name, label, more) => param(name, label, "text", more);
export const count = (name, label, more) => param(name, label, "count", more);
export const flag = (name, label, more) => param(name, label, "flag", { initial: false, usual: true, ...more });
/** Texts in order, such as a program and its arguments; the fields keep an empty one to type into. */
export const list = (name, label, more) => param(name, label, "list", { initial: [""], ...more });

/** Stands for all containers in a chooser; no container may be called this. */
export const ALL_CONTAINERS = "*";

/** What the form starts with: what the address or the object says, else the parameter's own beginning. */
export function startValue({ name, type, initial }, given) {
  const value = given[name];
  if (value === undefined || value === null) return initial;
  if (type === "flag") return value === true || value === "true";
  if (type === "list") return Array.isArray(value) ? value : [String(value)];
  return String(value);
}

/** What is wrong with a value, as a sentence; empty when nothing is. */
export function problemOf({ label, type, required, least }, value) {
  if (type === "flag") return "";
  if (type === "list") return required && (value[0] ?? "") === "" ? `${label}: the program is needed.` : "";
  const said = String(value ?? "").trim();
  if (said === "") return required ? `${label} is needed.` : "";
  if (type !== "count") return "";
  if (!WHOLE_NUMBER.test(said) || Number(said) < least) return `A whole number, ${least} or more.`;
  return "";
}

function ofList(value) {
  // Empty texts are arguments too, but those at the end are only fields nobody filled in.
  const texts = [...value];
  while (texts.length > 1 && texts.at(-1) === "") texts.pop();
  return texts;
}

/** Members that a value adds to what is sent: none for what is empty or switched off. */
export function sentMembers({ name, type, initial, usual, all }, value) {
  if (usual && value === initial) return {};
  if (all && value === ALL_CONTAINERS) return { [all]: true };
  switch (type) {
    case "flag":
      return { [name]: value };
    case "list":
      return { [name]: ofList(value) };
    case "lines":
      return value === "" ? {} : { [name]: value };
    default: {
      const said = String(value ?? "").trim();
      if (said === "") return {};
      return { [name]: type === "count" ? Number(said) : said };
    }
  }
}
