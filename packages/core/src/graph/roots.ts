/// Roots and pruning (rules P1-P4): what has to run because somebody hears it.
import type { GraphOptions } from "./graph.ts";
import type { Checked } from "./validate.ts";

export interface Reach {
  /// Ascending node indices.
  readonly roots: Int32Array;
  /// 1 for real nodes with a path to a root.
  readonly scheduled: Uint8Array;
}

export function findRoots({ net, resolved, components }: Checked, policy: GraphOptions["roots"] = "consumers"): Reach {
  const { count, virtual, spec } = net;
  const { leaving, entering, from } = resolved;
  const isRoot = new Uint8Array(count);
  for (let v = 0; v < count; v++) {
    if (virtual[v]) continue;
    const { flags } = spec.nodes[v];
    const unread = leaving.start[v] === leaving.start[v + 1];
    if (flags?.includes("pinned") || (unread && (policy === "sinks" || flags?.includes("consumer")))) isRoot[v] = 1;
  }
  if (policy === "sinks" && !components.acyclic) {
    // A component that feeds nothing else keeps itself running through its first node.
    for (let c = 0; c < components.count; c++) {
      if (!components.cyclic[c]) continue;
      const members = components.members.item.subarray(components.members.start[c], components.members.start[c + 1]);
      const inward = (v: number) => {
        for (let k = leaving.start[v]; k < leaving.start[v + 1]; k++) if (components.of[resolved.to[leaving.item[k]]] !== c) return false;
        return true;
      };
      if (members.every(inward)) isRoot[members[0]] = 1;
    }
  }
  const scheduled = new Uint8Array(count);
  const stack = new Int32Array(count);
  let top = 0;
  let roots = 0;
  for (let v = 0; v < count; v++) {
    if (!isRoot[v]) continue;
    roots++;
    scheduled[v] = 1;
    stack[top++] = v;
  }
  while (top > 0) {
    const v = stack[--top];
    for (let k = entering.start[v]; k < entering.start[v + 1]; k++) {
      const u = from[entering.item[k]];
      if (scheduled[u]) continue;
      scheduled[u] = 1;
      stack[top++] = u;
    }
  }
  const list = new Int32Array(roots);
  for (let v = 0, k = 0; v < count; v++) if (isRoot[v]) list[k++] = v;
  return { roots: list, scheduled };
}
