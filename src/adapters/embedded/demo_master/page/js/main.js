/** The console: puts the views together, follows address and server, and listens for the keys that work everywhere. */
import { html, render, useEffect, useMemo } from "../vendor/htm-preact-standalone.module.js";
import { commandLog } from "./commands/log.js";
import { CommandingContext } from "./commands/commanding.js";
import { commandViewById } from "./commands/views.js";
import { kindById } from "./kinds/kinds.js";
import { DigestContext } from "./links.js";
import { followServer, live } from "./live.js";
import { useRoute } from "./router.js";
import { useStore } from "./store.js";
import { telemetryById } from "./telemetry/views.js";
import { Header } from "./views/header.js";
import { KindView } from "./views/kind_view.js";
import { Navigation } from "./views/navigation.js";
import { Overview } from "./views/overview.js";
import { Banner, NoSuchView, NothingYet } from "./views/states.js";

function View({ route, state }) {
  const { meta, digest } = state;
  const commands = commandViewById(route.view);
  if (commands && meta) return html`<${commands.View} key=${commands.id} route=${route} meta=${meta} digest=${digest} allowChanges=${state.allowChanges} />`;
  if (!digest) return html`<${NothingYet} ...${state} />`;
  if (route.view === "overview") return html`<${Overview} digest=${digest} meta=${meta} />`;
  const telemetry = telemetryById(route.view);
  if (telemetry) return html`<${telemetry.View} key=${telemetry.id} route=${route} digest=${digest} meta=${meta} />`;
  const kind = kindById(route.view);
  return kind ? html`<${KindView} key=${kind.id} kind=${kind} route=${route} digest=${digest} />` : html`<${NoSuchView} view=${route.view} />`;
}

function titleOf(route, meta) {
  const place = route.view === "overview" ? "Overview" : (commandViewById(route.view) ?? telemetryById(route.view) ?? kindById(route.view))?.title ?? "Nothing";
  return [route.path.at(-1), place, meta?.clusterId, "AtlHyper console"].filter(Boolean).join(" · ");
}

function isTyping(target) {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function App() {
  const route = useRoute();
  const state = useStore(live, (whole) => whole);
  const said = useStore(commandLog, (log) => log.said);
  const title = titleOf(route, state.meta);
  const clusterId = state.meta?.clusterId ?? "";
  const commanding = useMemo(() => ({ clusterId, allowChanges: state.allowChanges }), [clusterId, state.allowChanges]);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const onKey = (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const search = document.getElementById("search");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return html`
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); document.getElementById("main").focus(); }}>To the content</a>
    <${Header} clusters=${state.clusters} meta=${state.meta} allowChanges=${state.allowChanges} problem=${state.problem} />
    <div class="frame">
      <${Navigation} view=${route.view} digest=${state.digest} />
      <main id="main" tabindex="-1" class=${`main view-${route.view}`}>
        ${(state.digest || (commandViewById(route.view) && state.meta)) && html`<${Banner} problem=${state.problem} meta=${state.meta} digest=${state.digest} />`}
        <${CommandingContext.Provider} value=${commanding}><${DigestContext.Provider} value=${state.digest}>
          <${View} route=${route} state=${state} /></${DigestContext.Provider}></${CommandingContext.Provider}>
      </main>
    </div>
    <div class="visually-hidden" role="status" aria-live="polite" id="announcements">${said}</div>`;
}

const root = document.getElementById("app");
root.replaceChildren();
render(html`<${App} />`, root);
void followServer();
