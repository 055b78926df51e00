/// The least delay memory (rule L6): retiming with register sharing (Leiserson & Saxe 1991) as the dual of a minimum-cost flow.
import { groupBy } from "./csr.ts";
import { Heap } from "./heap.ts";
import type { Latency } from "./latency.ts";
import type { Reach } from "./roots.ts";
import type { Checked } from "./validate.ts";

export interface Shifts {
  /// Ticks of delay lines, summed over streams.
  readonly memory: number;
  /// New arrival p(v) >= A(v) of each node; sources and roots keep theirs.
  readonly arrival: Float64Array;
}

/// Above this product of streams and connections the optimum is not sought.
const sizeLimit = 50_000_000;

/// Chooses p(v) to minimise the sum over streams of max(p(reader) - p(source) - latency). Undefined with feedback or for huge graphs.
///
/// With q(s) = the latest reader of stream s the problem is: minimise sum q(s) - p(source(s)) under differences y(a) - y(b) >= w. Its dual sends one
/// unit of flow from every q(s) along these differences to the sources at the largest total w; successive shortest paths keep potentials that
/// end as the optimal y. The arrivals A are feasible, so they serve as the first potentials and no cost is negative.
export function minimizeDelayMemory(
  { net, resolved, components }: Checked,
  { roots, scheduled }: Reach,
  latency: Latency,
): Shifts | undefined {
  const feedback = (c: number) => components.cyclic[c] === 1 && scheduled[components.members.item[components.members.start[c]]] === 1;
  for (let c = 0; c < components.count; c++) if (feedback(c)) return undefined;
  const { count, nodeOfStream, latency: late } = net;
  const { edges, stream, from, to, entering } = resolved;
  const arrival = latency.arrival.slice();
  const ground = count;
  const streamNode = new Map<number, number>();
  let vertices = count + 1;
  for (let k = 0; k < edges; k++) if (scheduled[to[k]] && !streamNode.has(stream[k])) streamNode.set(stream[k], vertices++);
  if (latency.total === 0 || streamNode.size * edges > sizeLimit) return latency.total === 0 ? { memory: 0, arrival } : undefined;

  const fixed = new Uint8Array(count);
  for (const v of roots) fixed[v] = 1;
  for (let v = 0; v < count; v++) if (entering.start[v] === entering.start[v + 1] || !scheduled[v]) fixed[v] = 1;
  const vertex = (v: number) => (fixed[v] ? ground : v);
  const offset = (v: number) => (fixed[v] ? latency.arrival[v] : 0);

  // Potentials y, arcs a > b with y(a) - y(b) >= w, and how much flow each vertex must still send (+) or take (-).
  const y = new Float64Array(vertices);
  const excess = new Int32Array(vertices);
  const arcFrom: number[] = [];
  const arcTo: number[] = [];
  const gain: number[] = [];
  let constant = 0;
  for (let v = 0; v < count; v++) if (!fixed[v]) y[v] = latency.arrival[v];
  for (const [s, q] of streamNode) {
    const u = nodeOfStream[s];
    excess[q] += 1;
    excess[vertex(u)] -= 1;
    constant -= offset(u) + late[s];
  }
  for (let k = 0; k < edges; k++) {
    const [u, v, s] = [from[k], to[k], stream[k]];
    if (!scheduled[v]) continue;
    const q = streamNode.get(s)!;
    y[q] = Math.max(y[q], latency.arrival[v]);
    addArc(q, vertex(v), offset(v));
    if (!(fixed[u] && fixed[v])) addArc(vertex(v), vertex(u), late[s] + offset(u) - offset(v));
  }
  function addArc(a: number, b: number, w: number): void {
    arcFrom.push(a);
    arcTo.push(b);
    gain.push(w);
  }

  const m = arcFrom.length;
  const out = groupBy(vertices, arcFrom);
  const into = groupBy(vertices, arcTo);
  const flow = new Int32Array(m);
  const distance = new Float64Array(vertices);
  const reached = new Int32Array(vertices).fill(-1);
  const settled = new Int32Array(vertices).fill(-1);
  const via = new Int32Array(vertices);
  let round = 0;
  for (const q of streamNode.values()) {
    if (excess[q] <= 0) continue;
    const target = nearestDemand(q);
    for (let at = target; at !== q; ) {
      const arc = via[at] >> 1;
      const forward = (via[at] & 1) === 0;
      flow[arc] += forward ? 1 : -1;
      at = forward ? arcFrom[arc] : arcTo[arc];
    }
    excess[q]--;
    excess[target]++;
  }

  /// Dijkstra on reduced costs up to the first vertex that takes flow; moves the potentials of what it settled.
  function nearestDemand(source: number): number {
    round++;
    const heap = new Heap();
    const done: number[] = [];
    distance[source] = 0;
    reached[source] = round;
    heap.push(0, source);
    for (;;) {
      const v = heap.pop();
      if (v < 0) throw new Error("delay memory: the graph's arrivals do not satisfy its own latencies");
      if (settled[v] === round) continue;
      settled[v] = round;
      done.push(v);
      const d = distance[v];
      if (excess[v] < 0) {
        // Settled vertices are closer than the target: their potentials fall by what they are closer.
        for (const w of done) y[w] -= d - distance[w];
        return v;
      }
      for (let k = out.start[v]; k < out.start[v + 1]; k++) {
        const arc = out.item[k];
        relax(arcTo[arc], d + y[v] - y[arcTo[arc]] - gain[arc], arc << 1);
      }
      for (let k = into.start[v]; k < into.start[v + 1]; k++) {
        const arc = into.item[k];
        if (flow[arc] > 0) relax(arcFrom[arc], d - (y[arcFrom[arc]] - y[v] - gain[arc]), (arc << 1) | 1);
      }
    }
    function relax(w: number, d: number, by: number): void {
      if (settled[w] === round || (reached[w] === round && distance[w] <= d)) return;
      reached[w] = round;
      distance[w] = d;
      via[w] = by;
      heap.push(d, w);
    }
  }

  let memory = constant;
  for (let k = 0; k < m; k++) memory += flow[k] * gain[k];
  for (let v = 0; v < count; v++) if (!fixed[v]) arrival[v] = y[v] - y[ground];
  return { memory: Math.round(memory * 1e6) / 1e6, arrival };
}
