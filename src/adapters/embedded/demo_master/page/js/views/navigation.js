/** The list of views: overview, commands, telemetry, and the 20 kinds in their groups with counts and trouble. Folds when narrow. */
import { html, useEffect, useState } from "../../vendor/htm-preact-standalone.module.js";
import { COMMAND_VIEWS, commandViewById } from "../commands/views.js";
import { KINDS, listOf } from "../kinds/kinds.js";
import { useNarrow } from "../layout.js";
import { Mark } from "../marks.js";
import { formatCount } from "../quantities.js";
import { hashOf } from "../router.js";
import { partOf } from "../telemetry/summary.js";
import { TELEMETRY, telemetryById } from "../telemetry/views.js";

const GROUPS = [...new Set(KINDS.map((kind) => kind.group))];

function Trouble({ counts }) {
  if (!counts || counts.bad + counts.warn === 0) return null;
  const tone = counts.bad ? "bad" : "warn";
  const text = [counts.bad && `${counts.bad} broken`, counts.warn && `${counts.warn} to look at`].filter(Boolean).join(", ");
  return html`<span class=${`nav-trouble tone-${tone}`} title=${text}><${Mark} tone=${tone} /><span class="visually-hidden">, ${text}</span></span>`;
}

function Item({ view, current, title, count, trouble }) {
  return html`<li><a href=${hashOf(view)} class=${`nav-item ${count === 0 ? "none" : ""}`} aria-current=${current === view ? "page" : undefined}>
    <span class="nav-title">${title}</span><${Trouble} counts=${trouble} />${count !== undefined && html`<span class="nav-count num">${formatCount(count)}</span>`}</a></li>`;
}

export function Navigation({ view, digest }) {
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [view]);
  useEffect(() => {
    if (!open) return undefined;
    const onKey = (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      setOpen(false);
      document.getElementById("nav-button")?.focus();
    };
    document.addEventListener("keydown", onKey, { capture: true });
    return () => document.removeEventListener("keydown", onKey, { capture: true });
  }, [open]);
  const here = view === "overview" ? "Overview" : (commandViewById(view) ?? telemetryById(view) ?? KINDS.find((kind) => kind.id === view))?.title ?? "Menu";
  const shown = !narrow || open;
  return html`<nav class=${`nav ${shown ? "shown" : ""}`} aria-label="Views">
    ${narrow && html`<button id="nav-button" type="button" class="nav-button" aria-expanded=${open ? "true" : "false"} aria-controls="nav-list" onClick=${() => setOpen(!open)}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="M2 4h12M2 8h12M2 12h12" /></svg>${here}</button>`}
    <div id="nav-list" class="nav-list" hidden=${!shown} onClick=${(event) => event.target.closest("a") && setOpen(false)}>
      <ul><${Item} view="overview" current=${view} title="Overview" />${COMMAND_VIEWS.map(({ id, title }) => html`<${Item} key=${id} view=${id} current=${view} title=${title} />`)}</ul>
      <section aria-labelledby="group-telemetry"><h2 id="group-telemetry">Telemetry</h2><ul>${TELEMETRY.map(({ id, title, part, count }) => {
        const known = partOf(digest, part);
        return html`<${Item} key=${id} view=${id} current=${view} title=${title} count=${known && count ? count(known) : undefined} />`;
      })}</ul></section>
      ${GROUPS.map((group) => html`<section key=${group} aria-labelledby=${`group-${group}`}><h2 id=${`group-${group}`}>${group}</h2>
        <ul>${KINDS.filter((kind) => kind.group === group).map((kind) => html`<${Item} key=${kind.id} view=${kind.id} current=${view} title=${kind.title}
          count=${digest ? listOf(digest.snapshot, kind).length : undefined} trouble=${digest?.trouble.get(kind.id)} />`)}</ul></section>`)}
    </div>
  </nav>`;
}
