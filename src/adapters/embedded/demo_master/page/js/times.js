/**
 * Times and ages. The server's clock decides: ages are measured against the `Date` header of its answers, so that a
 * browser with a wrong clock still tells the truth. A missing time is the wire's zero time `0001-01-01T00:00:00Z`.
 */
let serverAheadMs = 0;

/** Learns the server's clock from a `Date` header. Differences below two seconds are the header's own coarseness. */
export function learnServerTime(dateHeader) {
  const server = Date.parse(dateHeader ?? "");
  if (Number.isNaN(server)) return;
  const ahead = server - Date.now();
  serverAheadMs = Math.abs(ahead) < 2000 ? 0 : ahead;
}

/** Milliseconds since the epoch by the server's clock. */
export function nowMs() {
  return Date.now() + serverAheadMs;
}

/** Milliseconds since the epoch, or null for a missing, zero or unreadable time. */
export function parseTime(text) {
  if (typeof text !== "string" || text === "" || text.startsWith("0001-")) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/** Seconds since that time, never negative; null when the time is not known. */
export function secondsSince(text) {
  const ms = parseTime(text);
  return ms === null ? null : Math.max(0, (nowMs() - ms) / 1000);
}

/** A span as operators write it: `8s`, `4m10s`, `3h12m`, `2d5h`, `94d`. At most two units, cut, never rounded up. */
export function formatSpan(seconds) {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return "–";
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 10) return whole % 60 ? `${minutes}m${whole % 60}s` : `${minutes}m`;
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 10) return minutes % 60 ? `${hours}h${minutes % 60}m` : `${hours}h`;
  if (hours < 24) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return hours % 24 ? `${days}d${hours % 24}h` : `${days}d`;
  return `${days}d`;
}

/** Age of a time as text. */
export function formatAge(text) {
  return formatSpan(secondsSince(text));
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", {
  day: "2-digit", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

/** Local wall clock `14:03:09`, or a dash. */
export function formatClock(text) {
  const ms = parseTime(text);
  return ms === null ? "–" : CLOCK.format(ms);
}

/** Local date and time `24 Nov 2026, 14:03:09`, or a dash. */
export function formatDateTime(text) {
  const ms = parseTime(text);
  return ms === null ? "–" : DAY.format(ms);
}
