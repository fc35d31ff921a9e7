/**
 * Makes invisible steering characters of foreign text visible.
 *
 * Annotations, messages and labels come from whoever may write to the cluster. A right-to-left override or a zero-width
 * character in them can make one thing read as another; each is replaced by its code in brackets before anything shows it.
 * This is done once, where the body of an answer becomes data, so that no view can forget it.
 */
const RAW = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const ALL = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
// The same characters as JSON escapes: an encoder may send either form.
const ESCAPED = /\\u(?:061c|200[b-f]|202[89a-e]|206[0-9]|feff)/i;

/** Text with every steering character replaced by `[U+202E]`. */
export function visible(text) {
  if (!RAW.test(text)) return text;
  return text.replace(ALL, (char) => `[U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);
}

function visibleValue(_key, value) {
  if (typeof value === "string") return visible(value);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  if (!Object.keys(value).some((key) => RAW.test(key))) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [visible(key), inner]));
}

/** JSON text as data whose strings and keys are safe to read. Walks the data only when such a character occurs at all. */
export function parseVisible(jsonText) {
  return RAW.test(jsonText) || ESCAPED.test(jsonText) ? JSON.parse(jsonText, visibleValue) : JSON.parse(jsonText);
}
