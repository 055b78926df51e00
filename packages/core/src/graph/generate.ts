/// Large graphs by rule, the same for everybody: sizes and seeds instead of files.
import type { ConnectionSpec, GraphSpec, NodeSpec } from "./graph.ts";

export interface GeneratorSpec {
  readonly kind: string;
  readonly [parameter: string]: string | number | readonly number[];
}

/// Nodes and connections a generator may make.
export const generatorLimit = 4_000_000;

/// Xorshift with 32 bits of state (Marsaglia 2003).
function xorshift32(seed: number): (below: number) => number {
  let x = seed >>> 0 || 1;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    x >>>= 0;
    return x % below;
  };
}

class Draft implements GraphSpec {
  readonly nodes: NodeSpec[] = [];
  readonly connections: ConnectionSpec[] = [];

  node(id: string, ports: { i?: number; j?: number; o?: number }, more: Partial<NodeSpec> = {}): void {
    this.nodes.push({ id, istreams: ports.i ?? 0, jstreams: ports.j ?? 0, ostreams: ports.o ?? 0, ...more });
  }

  connect(from: string, to: string): void {
    this.connections.push({ from, to });
  }
}

const consumer = { flags: ["consumer"] } as const;
const deferredBy = (n: number): Partial<NodeSpec> => ({ deferred: { n, mode: "fixed" } });
const delayed = (latency: number): Partial<NodeSpec> => (latency > 0 ? { latency } : {});

interface Kind {
  /// Parameters that must be given, whole numbers >= 0.
  readonly needs: readonly string[];
  /// Nodes and connections, from above.
  size(p: Record<string, number>): number;
  build(g: Draft, p: Record<string, number>, lists: Record<string, readonly number[]>): void;
}

const kinds: Record<string, Kind> = {
  chain: {
    needs: ["n"],
    size: ({ n }) => 2 * n,
    build(g, { n, latency = 0 }) {
      for (let t = 0; t < n; t++) {
        g.node(`n${t}`, { i: t ? 1 : 0, o: t < n - 1 ? 1 : 0 }, { ...(t === n - 1 ? consumer : {}), ...delayed(latency) });
        if (t) g.connect(`n${t - 1}.o0`, `n${t}.i0`);
      }
    },
  },
  wide: {
    needs: ["n"],
    size: ({ n }) => 2 * n,
    build(g, { n, latMod = 1 }) {
      for (let t = 0; t < n; t++) g.node(`s${t}`, { o: 1 }, delayed(t % Math.max(1, latMod)));
      g.node("out", { j: 1 }, consumer);
      for (let t = 0; t < n; t++) g.connect(`s${t}.o0`, "out.j0");
    },
  },
  rhomboids: {
    needs: ["n"],
    size: ({ n }) => 7 * n,
    build(g, { n, latency = 0 }) {
      g.node("h0", { o: 1 });
      for (let t = 0; t < n; t++) {
        g.node(`a${t}`, { i: 1, o: 1 }, delayed(latency));
        g.node(`b${t}`, { i: 1, o: 1 });
        g.node(`h${t + 1}`, { j: 1, o: 1 });
        g.connect(`h${t}.o0`, `a${t}.i0`);
        g.connect(`h${t}.o0`, `b${t}.i0`);
        g.connect(`a${t}.o0`, `h${t + 1}.j0`);
        g.connect(`b${t}.o0`, `h${t + 1}.j0`);
      }
      g.node("out", { i: 1 }, consumer);
      g.connect(`h${n}.o0`, "out.i0");
    },
  },
  tree: {
    needs: ["depth"],
    size: ({ depth }) => 2 ** (depth + 2),
    build(g, { depth }) {
      for (let level = depth; level >= 0; level--)
        for (let t = 0; t < 1 << level; t++) g.node(`t${level}_${t}`, { j: level < depth ? 1 : 0, o: 1 });
      for (let level = depth - 1; level >= 0; level--) {
        for (let t = 0; t < 1 << level; t++) {
          g.connect(`t${level + 1}_${2 * t}.o0`, `t${level}_${t}.j0`);
          g.connect(`t${level + 1}_${2 * t + 1}.o0`, `t${level}_${t}.j0`);
        }
      }
      g.node("out", { i: 1 }, consumer);
      g.connect("t0_0.o0", "out.i0");
    },
  },
  grid: {
    needs: ["w", "h"],
    size: ({ w, h }) => 3 * w * h,
    build(g, { w, h }) {
      for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) g.node(`g${y}_${x}`, { j: x || y ? 1 : 0, o: 1 });
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          if (y) g.connect(`g${y - 1}_${x}.o0`, `g${y}_${x}.j0`);
          if (x) g.connect(`g${y}_${x - 1}.o0`, `g${y}_${x}.j0`);
        }
      }
      g.node("out", { i: 1 }, consumer);
      g.connect(`g${h - 1}_${w - 1}.o0`, "out.i0");
    },
  },
  dag: {
    needs: ["n", "fan", "seed"],
    size: ({ n, fan }) => n * (fan + 1),
    build(g, { n, fan, seed }, { lats = [0] }) {
      const random = xorshift32(seed);
      for (let t = 0; t < n; t++) {
        const inputs = t ? random(fan + 1) : 0;
        g.node(`d${t}`, { j: 1, o: 1 }, delayed(lats[random(lats.length)]));
        const seen = new Set<number>();
        for (let q = 0; q < inputs; q++) {
          const source = random(t);
          if (seen.has(source)) continue;
          seen.add(source);
          g.connect(`d${source}.o0`, `d${t}.j0`);
        }
      }
    },
  },
  ring: {
    needs: ["n", "defer"],
    size: ({ n }) => 2 * n,
    build(g, { n, defer }) {
      g.node("s", { o: 1 });
      g.node("m", { j: 1, o: 1 });
      g.connect("s.o0", "m.j0");
      let last = "m";
      for (let t = 0; t < n; t++) {
        g.node(`r${t}`, { i: 1, o: 1 }, t === n >> 1 ? deferredBy(defer) : {});
        g.connect(`${last}.o0`, `r${t}.i0`);
        last = `r${t}`;
      }
      g.connect(`${last}.o0`, "m.j0");
      g.node("out", { i: 1 }, consumer);
      g.connect("m.o0", "out.i0");
    },
  },
  denseScc: {
    needs: ["n", "defer"],
    size: ({ n }) => n * n,
    build(g, { n, defer }) {
      for (let t = 0; t < n; t++) g.node(`k${t}`, { j: 1, o: 1 }, deferredBy(defer));
      for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) if (a !== b) g.connect(`k${a}.o0`, `k${b}.j0`);
      g.node("out", { i: 1 }, consumer);
      g.connect("k0.o0", "out.i0");
    },
  },
};

/// Builds a generated graph. Throws a RangeError for an unknown kind, missing parameters, or a graph above `generatorLimit`.
export function generateGraph(spec: GeneratorSpec): GraphSpec {
  if (!Object.hasOwn(kinds, spec.kind))
    throw new RangeError(`generator "${spec.kind}" is unknown; there are: ${Object.keys(kinds).join(", ")}`);
  const kind = kinds[spec.kind];
  const numbers: Record<string, number> = {};
  const lists: Record<string, readonly number[]> = {};
  for (const [name, value] of Object.entries(spec)) {
    if (name === "kind") continue;
    if (typeof value === "number") numbers[name] = value;
    else if (typeof value !== "string") lists[name] = value;
    const whole = (n: unknown) => typeof n === "number" && Number.isInteger(n) && n >= 0 && n < 2 ** 32;
    if (typeof value === "string" || !(typeof value === "number" ? whole(value) : value.length > 0 && value.every(whole))) {
      throw new RangeError(`generator ${spec.kind}: ${name} must be a whole number below 2^32, or a list of such`);
    }
  }
  for (const name of kind.needs) if (numbers[name] === undefined) throw new RangeError(`generator ${spec.kind}: "${name}" is missing`);
  const size = kind.size(numbers);
  if (!(size <= generatorLimit))
    throw new RangeError(`generator ${spec.kind}: ${size} nodes and connections, at most ${generatorLimit} are made`);
  const draft = new Draft();
  kind.build(draft, numbers, lists);
  return draft;
}
