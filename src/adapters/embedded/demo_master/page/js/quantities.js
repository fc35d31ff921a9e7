/**
 * Kubernetes quantities as numbers and numbers as short text.
 *
 * The snapshot keeps quantities as canonical text (`250m`, `16384256Ki`, `123456789n`); bars and sorting need numbers.
 * Source: Kubernetes API, resource.Quantity.
 */
const SUFFIX = new Map([
  ["n", 1e-9], ["u", 1e-6], ["m", 1e-3], ["", 1],
  ["k", 1e3], ["K", 1e3], ["M", 1e6], ["G", 1e9], ["T", 1e12], ["P", 1e15], ["E", 1e18],
  ["Ki", 2 ** 10], ["Mi", 2 ** 20], ["Gi", 2 ** 30], ["Ti", 2 ** 40], ["Pi", 2 ** 50], ["Ei", 2 ** 60],
]);
const QUANTITY = /^([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|[+-]?\.\d+)([a-zA-Z]{0,2})$/;

/** A quantity in its base unit (cores, bytes, pieces), or null when the text is not one. */
export function parseQuantity(text) {
  if (typeof text === "number") return Number.isFinite(text) ? text : null;
  if (typeof text !== "string" || text === "") return null;
  const match = QUANTITY.exec(text);
  if (!match) return null;
  const factor = SUFFIX.get(match[2]);
  return factor === undefined ? null : Number(match[1]) * factor;
}

function trimmed(value, digits) {
  return value.toFixed(digits).replace(/\.?0+$/, "");
}

/** Cores: `3m`, `250m`, `2.4`, `64`. */
export function formatCores(cores) {
  if (cores === null || cores === undefined) return "–";
  if (cores === 0) return "0";
  if (cores < 0.001) return "<1m";
  if (cores < 0.9995) return `${Math.round(cores * 1000)}m`;
  return cores < 10 ? trimmed(cores, 2) : trimmed(cores, 1);
}

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Bytes: `512 B`, `38.2 KiB`, `640 MiB`, `1.4 GiB`. */
export function formatBytes(bytes) {
  if (bytes === null || bytes === undefined) return "–";
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${digits ? trimmed(value, digits) : Math.round(value)} ${BYTE_UNITS[unit]}`;
}

/** Two sizes in the unit of the larger: `12.9 / 15.1 GiB`. */
export function formatBytesOf(part, whole, joint = "/") {
  const shownWhole = formatBytes(whole);
  const unit = BYTE_UNITS.indexOf(shownWhole.split(" ")[1]);
  if (part === null || part === undefined || unit < 0) return shownWhole;
  const scaled = part / 1024 ** unit;
  return `${scaled >= 99.95 || unit === 0 ? Math.round(scaled) : trimmed(scaled, 1)} ${joint} ${shownWhole}`;
}

/** CPU quantity text as short text. */
export function showCpu(text) {
  return formatCores(parseQuantity(text));
}

/** Memory quantity text as short text. */
export function showMemory(text) {
  return formatBytes(parseQuantity(text));
}

/** The amount that a map of foreign names has for one of them, or undefined; `__proto__` and the like are names as any other. */
export function amountOf(map, name) {
  return map && Object.hasOwn(map, name) ? map[name] : undefined;
}

// What a resource's name says about its unit, wherever it is limited: `requests.memory`, `ephemeral-storage`, `gold.…/requests.storage`.
const BYTES = /(?:^|[./])(?:memory|storage|ephemeral-storage|hugepages-\w+)$/;
const CORES = /(?:^|\.)cpu$/;

/** Short text of an amount of a named resource; what is no quantity stays as it is. */
export function showResource(name, text) {
  const amount = parseQuantity(text);
  if (amount === null) return text ?? "";
  if (CORES.test(name)) return formatCores(amount);
  return BYTES.test(name) ? formatBytes(amount) : text;
}

/** `used / hard` of a named resource in one unit: `1.75 / 4`, `6.5 / 8 GiB`. */
export function showResourceOf(name, used, hard) {
  if (BYTES.test(name) && parseQuantity(used) !== null && parseQuantity(hard) !== null) return formatBytesOf(parseQuantity(used), parseQuantity(hard));
  return `${used === undefined ? "?" : showResource(name, used)} / ${showResource(name, hard)}`;
}

/** `part` of `whole` in percent, or null when there is nothing to compare with. */
export function percentOf(part, whole) {
  if (part === null || part === undefined || !whole) return null;
  return (part / whole) * 100;
}

/** Whole numbers with thin groups: `12 480`. */
export function formatCount(count) {
  return String(count ?? 0).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}
