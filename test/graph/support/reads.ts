/// What each input port of a graph's nodes reads, with virtual nodes followed: the part of a graph's meaning that every reference shares.
import type { GraphSpec, NodeSpec } from "@heddle/core/graph";

/// An end of a connection, "id.o1", as the node and the number of its port.
export const splitEnd = (end: string): [string, number] => [
  end.slice(0, end.lastIndexOf(".")),
  Number(end.slice(end.lastIndexOf(".") + 2)),
];

/// Names of the input ports of a node: streams, then joints.
export const portsOf = ({ istreams, jstreams }: NodeSpec) => [
  ...Array.from({ length: istreams }, (_, k) => `i${k}`),
  ...Array.from({ length: jstreams }, (_, k) => `j${k}`),
];

/// A source of a port, and by how many ticks it is delayed.
export interface Read {
  readonly from: string;
  readonly delay: number;
}

/// By node, for each of its ports the sources in the order of their connections. `delays` gives the compensation of connections "from>to".
export function readsOf(graph: GraphSpec, ids: readonly string[], delays: ReadonlyMap<string, number>): Map<string, Read[][]> {
  const nodes = new Map(graph.nodes.map((n) => [n.id, n]));
  const source = (from: string): string | undefined => {
    const [id, k] = splitEnd(from);
    if (!nodes.get(id)!.flags?.includes("virtual")) return from;
    const up = graph.connections.find((c) => c.to === `${id}.i${k}`);
    return up && source(up.from);
  };
  return new Map(
    ids.map((id) => [
      id,
      portsOf(nodes.get(id)!).map((port) =>
        graph.connections
          .filter((c) => c.to === `${id}.${port}`)
          .map((c) => source(c.from))
          .filter((from) => from !== undefined)
          .map((from) => ({ from, delay: delays.get(`${from}>${id}.${port}`) ?? 0 })),
      ),
    ]),
  );
}
