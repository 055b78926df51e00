/// A plan as an SVG drawing: levels from left to right, feedback dashed, delays written on connections.

import { componentLevels } from "./facts.ts";
import { slotPort, streamName } from "./graph.ts";
import type { Plan } from "./plan.ts";

/// More nodes than this make no readable drawing.
export const drawableNodes = 2000;

const box = { width: 116, height: 40, columnGap: 90, rowGap: 44, margin: 48 } as const;

const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const shortened = (text: string) => (text.length > 14 ? `${text.slice(0, 13)}…` : text);

/// Draws the nodes that run in black, pruned ones in grey, feedback components on a tinted ground. Throws a RangeError above `drawableNodes`.
export function drawPlan(plan: Plan): string {
  const { net, checked, reach, latency, units } = plan;
  const { resolved, components } = checked;
  if (net.count > drawableNodes) throw new RangeError(`${net.count} nodes, at most ${drawableNodes} are drawn`);
  const level = columnsOf(plan);
  const rows = new Map<number, number>();
  const x = new Float64Array(net.count);
  const y = new Float64Array(net.count);
  for (let v = 0; v < net.count; v++) {
    if (net.virtual[v]) continue;
    const row = rows.get(level[v]) ?? 0;
    rows.set(level[v], row + 1);
    x[v] = box.margin + level[v] * (box.width + box.columnGap);
    y[v] = box.margin + row * (box.height + box.rowGap);
  }
  const width = 2 * box.margin + Math.max(1, ...rows.keys(), 0) * (box.width + box.columnGap) + box.width;
  const bottom = box.margin + Math.max(1, ...rows.values()) * (box.height + box.rowGap) - box.rowGap;
  const height = bottom + box.margin + (components.acyclic ? 0 : box.rowGap);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#567"/></marker></defs>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
  ];
  for (const tree of units.trees) {
    for (const v of tree.nodes) {
      parts.push(`<rect x="${x[v] - 8}" y="${y[v] - 8}" width="${box.width + 16}" height="${box.height + 16}" rx="10" fill="#fdf0d8"/>`);
    }
  }
  for (let k = 0; k < resolved.edges; k++) {
    const [u, v] = [resolved.from[k], resolved.to[k]];
    const inside = components.of[u] === components.of[v];
    const back = inside && net.lookahead[v] > 0;
    const { path, label } = x[v] > x[u] ? forward(x[u], y[u], x[v], y[v]) : backward(x[u], y[u], x[v], y[v]);
    parts.push(
      `<path d="${path}" fill="none" stroke="${reach.scheduled[v] ? "#567" : "#ccc"}"${back ? ' stroke-dasharray="5 4"' : ""} marker-end="url(#tip)"><title>${escaped(`${streamName(net, resolved.stream[k])} > ${net.spec.nodes[v].id}.${slotPort(net, resolved.slot[k])}`)}</title></path>`,
    );
    if (latency.compensation[k] > 0) {
      parts.push(`<text x="${label.x}" y="${label.y}" fill="#a33" text-anchor="middle">+${latency.compensation[k]}</text>`);
    }
  }
  const roots = new Set(reach.roots);
  for (let v = 0; v < net.count; v++) {
    if (net.virtual[v]) continue;
    const { id, deferred } = net.spec.nodes[v];
    const ink = reach.scheduled[v] ? "#123" : "#aaa";
    const notes = [
      ...(deferred ? [`${deferred.n} ahead`] : []),
      ...(latency.arrival[v] > 0 ? [`at ${latency.arrival[v]}`] : []),
      ...(reach.scheduled[v] ? [] : ["not run"]),
    ];
    parts.push(
      `<rect x="${x[v]}" y="${y[v]}" width="${box.width}" height="${box.height}" rx="6" fill="#f6f8fa" stroke="${ink}" stroke-width="${roots.has(v) ? 2.5 : 1}"/>`,
      `<text x="${x[v] + box.width / 2}" y="${y[v] + (notes.length > 0 ? 17 : 24)}" text-anchor="middle" fill="${ink}">${escaped(shortened(id))}</text>`,
    );
    if (notes.length === 0) continue;
    parts.push(
      `<text x="${x[v] + box.width / 2}" y="${y[v] + 32}" text-anchor="middle" fill="#678" font-size="10">${escaped(notes.join(", "))}</text>`,
    );
  }
  parts.push("</svg>");
  return `${parts.join("\n")}\n`;
}

interface Line {
  readonly path: string;
  /// Where a text about it goes.
  readonly label: { readonly x: number; readonly y: number };
}

/// From the right side of one box to the left side of another, given their corners; past other columns in an arc above their boxes.
function forward(xu: number, yu: number, xv: number, yv: number): Line {
  const [x1, y1, x2, y2] = [xu + box.width, yu + box.height / 2, xv, yv + box.height / 2];
  const span = Math.round((x2 - x1 - box.columnGap) / (box.width + box.columnGap));
  const lift = span > 0 ? Math.min(box.margin + 26, 40 + 6 * span) : 0;
  const bend = Math.max(30, (x2 - x1) / 3);
  return {
    path: `M${x1} ${y1}C${x1 + bend} ${y1 - lift} ${x2 - bend} ${y2 - lift} ${x2} ${y2}`,
    label: { x: (x1 + x2) / 2, y: (y1 + y2) / 2 - 0.75 * lift - 4 },
  };
}

/// Back, or to itself: from the lower side of one box to the lower side of another.
function backward(xu: number, yu: number, xv: number, yv: number): Line {
  const [x1, y1, x2, y2] = [xu + 0.6 * box.width, yu + box.height, xv + 0.4 * box.width, yv + box.height];
  const low = Math.max(y1, y2) + 34;
  return { path: `M${x1} ${y1}C${x1} ${low} ${x2} ${low} ${x2} ${y2 + 1}`, label: { x: (x1 + x2) / 2, y: low } };
}

/// Columns: the level of a node, and inside feedback components what follows from the order in which their units run.
function columnsOf(plan: Plan): Int32Array {
  const { net, checked, reach } = plan;
  const { entering, from } = checked.resolved;
  const column = componentLevels(plan).map((level) => Math.max(0, level));
  const { of, members } = checked.components;
  for (let c = 0; c < checked.components.count; c++) {
    for (const v of members.item.subarray(members.start[c], members.start[c + 1])) {
      for (let k = entering.start[v]; k < entering.start[v + 1]; k++) {
        const u = from[entering.item[k]];
        if (of[u] !== c || net.lookahead[v] === 0) column[v] = Math.max(column[v], Math.min(column[u] + 1, net.count));
      }
      if (!reach.scheduled[v] && entering.start[v] < entering.start[v + 1]) column[v] = Math.max(column[v], 1);
    }
  }
  return column;
}
