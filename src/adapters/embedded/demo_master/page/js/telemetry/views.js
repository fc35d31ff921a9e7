/**
 * The telemetry views, one row each: `{id, title, part, View, count?}`. Navigation, page and tests follow from these rows.
 *
 * `part` is the member of the summary that the view starts from; `count` how many things it lists.
 */
import { Hardware } from "./hardware.js";
import { Levels } from "./levels.js";
import { Logs } from "./logs.js";
import { Services } from "./services.js";
import { Topology } from "./topology.js";
import { Traces } from "./traces.js";

export const TELEMETRY = [
  { id: "topology", title: "Topology", part: "apmTopology", View: Topology, count: (topology) => topology.nodes?.length },
  { id: "apm", title: "Traced services", part: "apmServices", View: Services, count: (services) => services.length },
  { id: "traces", title: "Traces", part: "recentTraces", View: Traces },
  { id: "logs", title: "Logs", part: "logsSummary", View: Logs },
  { id: "slo", title: "Service levels", part: "sloIngress", View: Levels, count: (services) => services.length },
  { id: "hardware", title: "Node metrics", part: "metricsNodes", View: Hardware, count: (nodes) => nodes.length },
];

const BY_ID = new Map(TELEMETRY.map((view) => [view.id, view]));

/** The row of a view's id, or undefined. */
export const telemetryById = (id) => BY_ID.get(id);
