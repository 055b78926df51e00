/// From a graph to a plan: everything the audio thread needs, decided beforehand.
import { IntList } from "./csr.ts";
import { costOf, type GraphError, type GraphOptions, type GraphSpec, InvalidGraphError, type Network, networkOf } from "./graph.ts";
import { type Latency, solveLatency } from "./latency.ts";
import { orderItems } from "./order.ts";
import { findRoots, type Reach } from "./roots.ts";
import { UnitKind, type Units, unitsOf } from "./units.ts";
import { type Checked, checkNetwork } from "./validate.ts";
import { assignWires, matchInPlace, type Wires } from "./wires.ts";

/// An immutable plan. Units run in the order of `sequence`.
export interface Plan {
  readonly net: Network;
  readonly checked: Checked;
  readonly reach: Reach;
  readonly latency: Latency;
  readonly units: Units;
  /// Items, and unit numbers, in the order in which they run.
  readonly order: Int32Array;
  readonly sequence: Int32Array;
  /// Wire of every value.
  readonly wires: Wires;
  readonly blockSize: number;
}

/// Compiles a graph. Throws `InvalidGraphError` with all errors.
export function compileGraph(spec: GraphSpec, options: GraphOptions): Plan {
  return compileNetwork(networkOf(spec), options);
}

/// All errors of a graph, none if it is valid.
export function graphErrors(spec: GraphSpec, options: GraphOptions): readonly GraphError[] {
  return checkNetwork(networkOf(spec), options.blockSize).errors;
}

export function compileNetwork(net: Network, options: GraphOptions): Plan {
  const { errors, checked } = checkNetwork(net, options.blockSize);
  if (!checked) throw new InvalidGraphError(errors);
  const reach = findRoots(checked, options.roots);
  const latency = solveLatency(checked, reach);
  const units = unitsOf(checked, reach, latency, options.blockSize);
  const costs = net.spec.nodes.some((node) => node.cost !== undefined);
  const cost = costs ? units.itemNode.map((v) => costOf(net.spec.nodes[v])) : undefined;
  const order = orderItems(units.work, { by: options.order, cost });
  const sequence = sequenceOf(units, order);
  const { values } = units.work;
  const wires =
    options.reuse === false ? { wire: Int32Array.from({ length: values }, (_, x) => x), count: values } : wiresOf(units, sequence);
  return { net, checked, reach, latency, units, order, sequence, wires, blockSize: options.blockSize };
}

/// Units of the items, in this order.
export function sequenceOf({ work }: Units, order: ArrayLike<number>): Int32Array {
  const sequence = new Int32Array(work.unitStart[work.items]);
  let at = 0;
  for (let k = 0; k < order.length; k++) for (let u = work.unitStart[order[k]]; u < work.unitStart[order[k] + 1]; u++) sequence[at++] = u;
  return sequence;
}

/// Wires for the values of a serial plan. A value that crosses the bounds of a loop is live during the whole loop (C7).
export function wiresOf({ work, kind }: Units, sequence: Int32Array): Wires {
  const { values, useStart, use, defStart, def } = work;
  const first = new Int32Array(values);
  const last = new Int32Array(values).fill(-1);
  const loops = kind.includes(UnitKind.begin) ? enclosingLoops(kind, sequence) : undefined;
  for (let p = 0; p < sequence.length; p++) {
    const u = sequence[p];
    for (let j = defStart[u]; j < defStart[u + 1]; j++) {
      first[def[j]] = p;
      if (last[def[j]] < p) last[def[j]] = p;
    }
    for (let j = useStart[u]; j < useStart[u + 1]; j++) last[use[j]] = p;
  }
  if (loops) {
    const definedAt = first.slice();
    for (let p = 0; p < sequence.length; p++) {
      const u = sequence[p];
      for (let j = useStart[u]; j < useStart[u + 1]; j++) {
        const x = use[j];
        first[x] = Math.min(first[x], loops.begin(definedAt[x], p));
        last[x] = Math.max(last[x], loops.end(p, definedAt[x]));
      }
    }
  }
  const takesOver = new Int32Array(values).fill(-1);
  const left = new Int32Array(values).fill(1);
  for (let p = 0; p < sequence.length; p++) {
    const u = sequence[p];
    if (work.pairStart[u] === work.pairStart[u + 1]) continue;
    for (let j = useStart[u]; j < useStart[u + 1]; j++) if (last[use[j]] === p) left[use[j]] = 0;
    matchInPlace(work, u, left, (x, y) => {
      if (first[y] === p) takesOver[y] = x;
    });
  }
  return assignWires({ def: first, lastUse: last, takesOver });
}

/// Loops around places of a sequence.
function enclosingLoops(kind: Int32Array, sequence: Int32Array) {
  // The innermost loop around each place (its number), each loop's parent, depth and bounds.
  const inside = new Int32Array(sequence.length).fill(-1);
  const parent = new IntList();
  const begins = new IntList();
  const ends: number[] = [];
  let open = -1;
  for (let p = 0; p < sequence.length; p++) {
    const k = kind[sequence[p]];
    if (k === UnitKind.begin) {
      parent.push(open);
      begins.push(p);
      open = parent.length - 1;
    }
    inside[p] = open;
    if (k === UnitKind.end) {
      ends[open] = p;
      open = parent.data[open];
    }
  }
  /// The outermost loop around `p` that does not hold `q`.
  const apart = (p: number, q: number): number => {
    let found = -1;
    for (let l = inside[p]; l >= 0 && !(begins.data[l] <= q && q <= ends[l]); l = parent.data[l]) found = l;
    return found;
  };
  return {
    begin: (p: number, q: number): number => {
      const l = apart(p, q);
      return l < 0 ? p : begins.data[l];
    },
    end: (p: number, q: number): number => {
      const l = apart(p, q);
      return l < 0 ? p : ends[l];
    },
  };
}
