/** Traced services: rate, errors and durations of each, with their last hour as small lines. */
import { html } from "../../vendor/htm-preact-standalone.module.js";
import * as column from "../kinds/columns.js";
import { Notice } from "../marks.js";
import { hashOf } from "../router.js";
import { Asking, useAnswer } from "./ask.js";
import { Sparkline } from "./charts.js";
import { IN_SNAPSHOT, RangeField, rangeOf } from "./ranges.js";
import { ServicePanel } from "./service_panel.js";
import { entryOf, NotKnown, partOf } from "./summary.js";
import { changeRoute, TableView } from "./table_view.js";
import { errorRatioOf, errorTone, formatMs, formatRate, formatRatio } from "./units.js";

const NO_NAMESPACE = "-";

/** The view's address of a service. */
export const servicePath = (namespace, name) => [namespace || NO_NAMESPACE, name];

const figure = (id, title, get, show, more = {}) => ({
  id, title, width: "88px", align: "end", highFirst: true, card: "line",
  value: (service) => get(service) ?? null, text: (service) => show(get(service)), ...more,
});

/** `series`: the minutes of each service, or null. */
function columnsWith(series) {
  const pointsOf = (service) => entryOf(series, (entry) => `${entry.namespace}/${entry.serviceName}`, `${service.namespace}/${service.name}`)?.points;
  const line = (id, title, get, show, tone) => ({
    id, title, width: "112px", card: "hidden", value: () => null, text: () => "",
    cell: (service) => html`<${Sparkline} points=${pointsOf(service)} get=${get} show=${show} label=${`${title} of ${service.name}`} tone=${tone} />`,
  });
  const errors = (service) => errorRatioOf(service.successRate);
  return [
    column.name({ width: "minmax(150px, 2fr)" }),
    column.text("namespace", "Namespace", (service) => service.namespace, { width: "minmax(96px, 1fr)", card: "line" }),
    column.status("errors", "Errors", (service) => ({ text: formatRatio(errors(service)), tone: errorTone(errors(service)) }), { width: "100px" }),
    line("errorLine", "Errors, 1 h", (point) => errorRatioOf(point.successRate), formatRatio, "bad"),
    figure("rate", "Rate", (service) => service.rps, formatRate),
    line("rateLine", "Rate, 1 h", (point) => point.rps, formatRate, "note"),
    figure("p50", "Median", (service) => service.p50Ms, formatMs),
    figure("p99", "p99", (service) => service.p99Ms, formatMs),
    line("p99Line", "p99, 1 h", (point) => point.p99Ms, formatMs, "warn"),
  ].map((entry) => (entry.id === "errors" ? { ...entry, highFirst: true, value: (service) => errors(service) } : entry));
}

const KIND = { id: "apm", kind: "Service", title: "Traced services", namespaced: true, sort: "name", path: (service) => servicePath(service.namespace, service.name) };

export function Services({ route, digest, meta }) {
  const range = rangeOf(route.query.get("range"));
  const answer = useAnswer(meta.clusterId, "query_traces", range === IN_SNAPSHOT ? null : { sub_action: "list_services", since: range });
  const objects = range === IN_SNAPSHOT ? partOf(digest, "apmServices") : answer.data ?? null;
  const kind = { ...KIND, columns: columnsWith(partOf(digest, "apmTimeSeries")) };
  const [namespace, name] = route.path;
  const panel = name === undefined ? null : html`<${ServicePanel} key=${route.path.join("/")} route=${route} digest=${digest} meta=${meta} range=${range}
    service=${(objects ?? []).find((service) => service.name === name && servicePath(service.namespace, name)[0] === namespace)} namespace=${namespace === NO_NAMESPACE ? "" : namespace} name=${name}
    back=${hashOf("apm", [], route.query)} />`;
  return html`<${TableView} kind=${kind} route=${route} objects=${objects} panel=${panel} openKey=${panel && route.path.join("/")}
    fields=${html`<${RangeField} value=${range} onValue=${(value) => changeRoute(route, { range: value })} />`}
    above=${html`<${Asking} answer=${answer} what="services" />
      ${range === IN_SNAPSHOT && objects && !partOf(digest, "apmTimeSeries") && html`<${Notice} tone="warn" title="The lines of the last hour: not known" />`}`}
    none=${range === IN_SNAPSHOT && html`<${NotKnown} digest=${digest} what="Traced services" />`} />`;
}
