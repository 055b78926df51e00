/// Random valid graphs by seed: forward connections anywhere, backward ones only into deferred nodes, some nodes virtual.
import type { ConnectionSpec, GraphSpec, NodeFlag, NodeSpec } from "@heddle/core/graph";

export function randomGraph(seed: number, most = 14): GraphSpec {
  let x = (Math.imul(seed, 2654435761) ^ 0x9e3779b9) >>> 0 || 1;
  const random = (below: number): number => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    x >>>= 0;
    return x % below;
  };
  const chance = (percent: number) => random(100) < percent;
  const count = 1 + random(most);
  const withLatency = chance(50);
  const withCycles = chance(60);
  const nodes: NodeSpec[] = [];
  for (let k = 0; k < count; k++) {
    const virtual = chance(12);
    const ports = 1 + random(2);
    const flags: NodeFlag[] = virtual ? ["virtual"] : chance(k === count - 1 ? 80 : 10) ? ["consumer"] : chance(8) ? ["pinned"] : [];
    const istreams = virtual ? ports : random(3);
    const jstreams = virtual ? 0 : random(2) + (istreams === 0 ? 1 : 0);
    const ostreams = virtual ? ports : random(3);
    const inPlace: [string, string][] = [];
    for (let o = 0; o < ostreams; o++) {
      for (const port of [...Array(istreams).keys()].map((i) => `i${i}`).concat(jstreams ? ["j0"] : []))
        if (chance(40)) inPlace.push([port, `o${o}`]);
    }
    nodes.push({
      id: `n${k}`,
      istreams,
      jstreams,
      ostreams,
      ...(flags.length > 0 ? { flags } : {}),
      ...(!virtual && withLatency && chance(30) ? { latency: random(40) } : {}),
      ...(!virtual && withCycles && chance(30) ? { deferred: { n: [1, 1, 2, 3, 7, 16, 48, 64, 200][random(9)], mode: "fixed" } } : {}),
      ...(!virtual && inPlace.length > 0 ? { inPlace } : {}),
    });
  }
  const connections: ConnectionSpec[] = [];
  const taken = new Set<string>();
  const isVirtual = (k: number) => nodes[k].flags?.includes("virtual") ?? false;
  for (let tries = 3 * count; tries > 0; tries--) {
    const [a, b] = [random(count), random(count)];
    // Backward only into real deferred nodes from real ones, so that every cycle holds one.
    if (a >= b && !(nodes[b].deferred && !isVirtual(a))) continue;
    if (nodes[a].ostreams === 0) continue;
    const inputs = nodes[b].istreams + nodes[b].jstreams;
    if (inputs === 0) continue;
    const k = random(inputs);
    const to = k < nodes[b].istreams ? `n${b}.i${k}` : `n${b}.j${k - nodes[b].istreams}`;
    if (k < nodes[b].istreams && taken.has(to)) continue;
    taken.add(to);
    connections.push({ from: `n${a}.o${random(nodes[a].ostreams)}`, to });
  }
  return { nodes, connections };
}
