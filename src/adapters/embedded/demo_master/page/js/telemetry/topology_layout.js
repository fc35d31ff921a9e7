/**
 * Where the nodes of a topology stand: callers left of what they call, in columns, with few crossings.
 *
 * The same topology always gives the same picture: everything is ordered by id before it is ordered by anything else. Layers
 * by the longest way from a node that nobody calls; calls that go around in a circle count in one direction only. A call over
 * several columns passes through a place of its own in each, so that its line goes between the nodes.
 */
const NODE = { width: 200, height: 42 };
const COLUMN_PX = 362;
const ROW_PX = 66;
const PASS_PX = 26;
const SWEEPS = 4;
const MARGIN = 16;

/** Calls without those that close a circle, by a walk in the order of ids. */
function withoutCircles(ids, callsOf) {
  const state = new Map();
  const forward = new Map(ids.map((id) => [id, []]));
  for (const root of ids) {
    if (state.has(root)) continue;
    const stack = [[root, 0]];
    state.set(root, "open");
    while (stack.length) {
      const top = stack.at(-1);
      const target = callsOf.get(top[0])[top[1]++];
      if (target === undefined) {
        state.set(top[0], "done");
        stack.pop();
      } else if (state.get(target) !== "open") {
        forward.get(top[0]).push(target);
        if (!state.has(target)) {
          state.set(target, "open");
          stack.push([target, 0]);
        }
      }
    }
  }
  return forward;
}

function layersOf(ids, forward) {
  const open = new Map(ids.map((id) => [id, 0]));
  for (const id of ids) for (const target of forward.get(id)) open.set(target, open.get(target) + 1);
  const layer = new Map(ids.map((id) => [id, 0]));
  const ready = ids.filter((id) => open.get(id) === 0);
  for (let next = 0; next < ready.length; next += 1) {
    for (const target of forward.get(ready[next])) {
      layer.set(target, Math.max(layer.get(target), layer.get(ready[next]) + 1));
      open.set(target, open.get(target) - 1);
      if (open.get(target) === 0) ready.push(target);
    }
  }
  return layer;
}

/** Orders each column by where its neighbours in the column before (or after) stand. */
function untangle(columns, links) {
  const place = new Map();
  const remember = (column) => column.forEach((id, index) => place.set(id, index));
  columns.forEach(remember);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const towards = sweep % 2 === 0 ? "before" : "after";
    const walk = towards === "before" ? columns : [...columns].reverse();
    for (const column of walk) {
      const middle = new Map(column.map((id) => {
        const near = links[towards].get(id) ?? [];
        return [id, near.length ? near.reduce((sum, other) => sum + place.get(other), 0) / near.length : place.get(id)];
      }));
      column.sort((one, other) => middle.get(one) - middle.get(other) || place.get(one) - place.get(other));
      remember(column);
    }
  }
}

/** Moves labels of one gap apart, so that each can be read. */
function spread(labels) {
  const least = 15;
  labels.sort((one, other) => one.y - other.y);
  for (let index = 1; index < labels.length; index += 1) labels[index].y = Math.max(labels[index].y, labels[index - 1].y + least);
}

function curve(stops) {
  return stops.slice(1).reduce((path, [x, y], index) => {
    const [beforeX, beforeY] = stops[index];
    const middle = (beforeX + x) / 2;
    return `${path}C${middle} ${beforeY} ${middle} ${y} ${x} ${y}`;
  }, `M${stops[0][0]} ${stops[0][1]}`);
}

/** `{width, height, node, nodes: [{node, x, y}], edges: [{edge, path, label: {x, y}}]}`, all in pixels. Ends that are no node are left out. */
export function layOut(topology) {
  const nodes = [...(topology.nodes ?? [])].sort((one, other) => (one.id < other.id ? -1 : 1));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ids = [...byId.keys()];
  const edges = (topology.edges ?? []).filter(({ source, target }) => byId.has(source) && byId.has(target))
    .sort((one, other) => (`${one.source}\n${one.target}` < `${other.source}\n${other.target}` ? -1 : 1));
  const calls = new Map(ids.map((id) => [id, []]));
  for (const { source, target } of edges) if (source !== target) calls.get(source).push(target);
  const layer = layersOf(ids, withoutCircles(ids, calls));
  const columns = [];
  const put = (id, at) => (columns[at] ??= []).push(id);
  for (const id of ids) put(id, layer.get(id));
  const links = { before: new Map(), after: new Map() };
  const link = (left, right) => {
    links.after.set(left, [...(links.after.get(left) ?? []), right]);
    links.before.set(right, [...(links.before.get(right) ?? []), left]);
  };
  const ways = edges.map((edge, number) => {
    const [from, to] = [layer.get(edge.source), layer.get(edge.target)];
    const [left, right] = from <= to ? [edge.source, edge.target] : [edge.target, edge.source];
    const passes = [];
    for (let at = Math.min(from, to) + 1; at < Math.max(from, to); at += 1) {
      // An object, so that no id of a node can be taken for a place of passage.
      const pass = { number, at };
      put(pass, at);
      passes.push(pass);
    }
    const stops = [left, ...passes, right];
    if (from !== to) stops.slice(1).forEach((stop, index) => link(stops[index], stop));
    return { edge, stops };
  });
  for (let at = 0; at < columns.length; at += 1) columns[at] ??= [];
  untangle(columns, links);
  const heightOf = (id) => (byId.has(id) ? ROW_PX : PASS_PX);
  const heights = columns.map((column) => column.reduce((sum, id) => sum + heightOf(id), 0));
  const height = Math.max(ROW_PX, ...heights) + 2 * MARGIN;
  const spot = new Map();
  columns.forEach((column, at) => {
    let y = (height - heights[at]) / 2;
    for (const id of column) {
      spot.set(id, { x: MARGIN + at * COLUMN_PX, y: y + heightOf(id) / 2 });
      y += heightOf(id);
    }
  });
  const drawn = ways.map(({ edge, stops }) => {
    const points = stops.flatMap((stop, index) => {
      const { x, y } = spot.get(stop);
      if (index === 0) return [[x + NODE.width, y]];
      return index === stops.length - 1 ? [[x, y]] : [[x, y], [x + NODE.width, y]];
    });
    if (layer.get(edge.source) === layer.get(edge.target)) {
      const [one, other] = [spot.get(edge.source), spot.get(edge.target)];
      const out = one.x + NODE.width;
      const dip = one === other ? 14 : 0;
      return { edge, gap: one.x, path: `M${out} ${one.y - dip}C${out + 60} ${one.y - dip} ${out + 60} ${other.y + dip} ${out} ${other.y + dip}`, label: { x: out + 52, y: (one.y + other.y) / 2 } };
    }
    const [x0, y0] = points[0];
    const [x1, y1] = points[1];
    return { edge, gap: x0, path: curve(points), label: { x: (x0 + x1) / 2, y: (y0 + y1) / 2 } };
  });
  for (const group of Map.groupBy(drawn, ({ gap }) => gap).values()) spread(group.map(({ label }) => label));
  return { width: Math.max(1, columns.length - 1) * COLUMN_PX + NODE.width + 2 * MARGIN, height, node: NODE, nodes: ids.map((id) => ({ node: byId.get(id), ...spot.get(id) })), edges: drawn };
}
