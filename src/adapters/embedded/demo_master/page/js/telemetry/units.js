/** Numbers of telemetry as short text. What is not a number is a dash, never a zero. */
import { formatBytes, formatCount } from "../quantities.js";

const known = (value) => typeof value === "number" && Number.isFinite(value);

function short(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1000) return formatCount(Math.round(value));
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return size >= 0.01 ? value.toFixed(2) : value.toPrecision(1);
}

/** A plain number. */
export const formatNumber = (value) => (known(value) ? short(value) : "–");

/** Per second: `4.45/s`. */
export const formatRate = (value) => (known(value) ? `${short(value)}/s` : "–");

/** Milliseconds: `0.31 ms`, `132 ms`, `2.4 s`. */
export function formatMs(value) {
  if (!known(value)) return "–";
  if (value >= 60_000) return `${(value / 60_000).toFixed(1)} min`;
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${short(value)} ms`;
}

/** Percent, with the digits that tell 99.9 from 99.99. */
export function formatPercent(value) {
  if (!known(value)) return "–";
  if (value === 0 || value === 100) return `${value} %`;
  const digits = (value > 99 && value < 100) || Math.abs(value) < 1 ? 2 : 1;
  return `${value.toFixed(digits)} %`;
}

/** A ratio (0..1) as percent. */
export const formatRatio = (value) => formatPercent(known(value) ? value * 100 : null);

/** Bytes per second. */
export const formatByteRate = (value) => (known(value) ? `${formatBytes(value)}/s` : "–");

/** Degrees Celsius. */
export const formatCelsius = (value) => (known(value) ? `${value.toFixed(0)} °C` : "–");

/** Share of errors of a success ratio (0..1); null when not known. */
export const errorRatioOf = (successRatio) => (known(successRatio) ? Math.max(0, 1 - successRatio) : null);

/** Tone of a share of errors (0..1); the bounds are those of the wire's health classes. */
export function errorTone(ratio) {
  if (!known(ratio)) return "note";
  if (ratio > 0.05) return "bad";
  return ratio > 0.01 ? "warn" : "ok";
}
