/** Lines of a log or of a program, made readable: without colours meant for terminals, control characters shown as signs. */
const COLOURS = /\u001b\[[0-9;:?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?(.*)$/s;
const OF_AGENT = /^\[(?:cut|left) by the agent|^==> .* <==$/;
const BAD = /\b(?:ERROR|FATAL|PANIC|CRITICAL)\b|level=(?:error|fatal)|"level":"(?:error|fatal)"|^E\d{4} /i;
const WARN = /\bWARN(?:ING)?\b|level=warn|"level":"warn|^W\d{4} /i;

/** A line without terminal colours; other control characters as their signs (U+2400 and up). */
export function plainLine(line) {
  return line.replace(/\r$/, "").replace(COLOURS, "").replace(CONTROL, (char) => (char === "\u007f" ? "\u2421" : String.fromCharCode(0x2400 + char.charCodeAt(0))));
}

/** Lines of a text, `[{text, stamp, tone, number}]`; a last line without content is none. `stamp`: the kubelet's time before it. */
export function linesOf(text) {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((raw, index) => {
    const line = plainLine(raw);
    const [, stamp = "", rest = line] = STAMP.exec(line) ?? [];
    const tone = OF_AGENT.test(line) ? "agent" : BAD.test(rest) ? "bad" : WARN.test(rest) ? "warn" : "";
    return { text: rest, stamp, tone, number: index + 1 };
  });
}
