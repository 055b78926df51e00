/// The graph as its owner sees it: edits are tried here, and only what stays valid reaches the patch that runs.
import { applyEdits, type Edit } from "../graph/edits.ts";
import type { GraphError, GraphOptions, GraphSpec, NodeFlag, NodeSpec } from "../graph/graph.ts";
import { InvalidGraphError } from "../graph/graph.ts";
import { compileGraph, graphErrors, type Plan } from "../graph/plan.ts";
import type { CompiledModule } from "./code.ts";
import type { ModuleType } from "./module.ts";

/// A change of the structure. Ports are named as in the graph: "id.o0", "id.i0", "id.j0".
export type Restructure =
  | Edit
  | { readonly op: "module"; readonly id: string; readonly type: ModuleType; readonly flags?: readonly NodeFlag[] }
  | { readonly op: "killInputs" | "killOutputs"; readonly node: string }
  | { readonly op: "setFlag"; readonly node: string; readonly flag: "consumer" | "pinned"; readonly on: boolean };

/// A graph and what its nodes are.
export interface PatchGraph {
  readonly graph: GraphSpec;
  readonly types: ReadonlyMap<string, ModuleType>;
}

export const emptyPatch: PatchGraph = { graph: { nodes: [], connections: [] }, types: new Map() };

/// Applies edits in order. Throws `InvalidGraphError` with everything that is wrong with them and with what they would make.
export function restructure(
  before: PatchGraph,
  edits: readonly Restructure[],
  code: (type: ModuleType) => CompiledModule | undefined,
  options: GraphOptions,
): PatchGraph {
  let { graph } = before;
  const types = new Map(before.types);
  const errors: GraphError[] = [];
  // Plain edits are made together: each application copies the graph.
  let plain: Edit[] = [];
  const flush = (): void => {
    if (plain.length === 0) return;
    const result = applyEdits(graph, plain);
    errors.push(...result.errors);
    ({ graph } = result);
    plain = [];
  };
  for (const edit of edits) {
    switch (edit.op) {
      case "module":
        plain.push({ op: "add", node: nodeOf(edit.id, edit.type, code(edit.type), options.blockSize, edit.flags ?? []) });
        types.set(edit.id, edit.type);
        break;
      case "remove":
        plain.push(edit);
        types.delete(edit.node);
        break;
      case "killInputs":
      case "killOutputs": {
        flush();
        const end = edit.op === "killInputs" ? "to" : "from";
        for (const connection of graph.connections) {
          if (ownerOf(connection[end]) === edit.node) plain.push({ op: "disconnect", ...connection });
        }
        break;
      }
      case "setFlag":
        flush();
        if (!types.has(edit.node)) {
          errors.push({ code: "unknown-node", nodes: [edit.node], message: `setFlag: there is no node "${edit.node}"` });
        }
        graph = { ...graph, nodes: graph.nodes.map((node) => (node.id === edit.node ? withFlag(node, edit.flag, edit.on) : node)) };
        break;
      default:
        plain.push(edit);
    }
  }
  flush();
  errors.push(...graphErrors(graph, options));
  if (errors.length > 0) throw new InvalidGraphError(errors);
  return { graph, types };
}

export const planOf = ({ graph }: PatchGraph, options: GraphOptions): Plan => compileGraph(graph, options);

const ownerOf = (end: string): string => end.slice(0, end.lastIndexOf("."));

const withFlag = (node: NodeSpec, flag: NodeFlag, on: boolean): NodeSpec => {
  const others = (node.flags ?? []).filter((f) => f !== flag);
  return { ...node, flags: on ? [...others, flag] : others };
};

/// A module as a node of the graph.
export function nodeOf(
  id: string,
  type: ModuleType,
  code: CompiledModule | undefined,
  blockSize: number,
  flags: readonly NodeFlag[],
): NodeSpec {
  const single = type.inputs.filter(({ joint }) => !joint).length;
  const all: NodeFlag[] = [
    ...flags,
    ...(type.code.kind === "virtual" ? (["virtual"] as const) : []),
    ...(type.pinned && !flags.includes("pinned") ? (["pinned"] as const) : []),
  ];
  return {
    id,
    istreams: single,
    jstreams: type.inputs.length - single,
    ostreams: type.outputs.length,
    ...(all.length > 0 ? { flags: all } : {}),
    ...(type.deferred ? { deferred: type.deferred } : {}),
    ...(type.latency === undefined ? {} : { latency: type.latency }),
    ...(type.cost === undefined ? {} : { cost: type.cost }),
    ...(code?.whole ? { quantum: blockSize } : {}),
    ...(code?.inPlace ? { inPlace: pairs(single, type.inputs.length - single, type.outputs.length) } : {}),
  };
}

/// Every input with every output.
function pairs(single: number, joint: number, outputs: number): [string, string][] {
  const inputs = [...Array.from({ length: single }, (_, k) => `i${k}`), ...Array.from({ length: joint }, (_, k) => `j${k}`)];
  return inputs.flatMap((input) => Array.from({ length: outputs }, (_, k): [string, string] => [input, `o${k}`]));
}
