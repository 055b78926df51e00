/// Renders a score and tells what it cost: by definition, by unit generator, by node.
import type { SynthCost } from "@heddle/core/engine";
import { planDefinition, type SynthDefGraph, type Target, unitShares, unitTitle } from "@heddle/core/synthdef";
import { builtins, type UGenRegistry } from "@heddle/core/ugens";
import { type RenderOptions, renderScore } from "./render.ts";
import type { RenderReport } from "./run.ts";

/// Time in milliseconds, measured on the rendering thread.
export interface ProfileReport {
  readonly render: RenderReport;
  /// Everything between the first block and the last: commands, files and what measuring costs are in it.
  readonly total: number;
  /// In synths' own code.
  readonly synths: number;
  readonly definitions: readonly DefinitionCost[];
  /// The costliest first, at most a thousand. A node ID that was used again for the same definition is one entry.
  readonly nodes: readonly NodeCost[];
}

export interface DefinitionCost {
  readonly name: string;
  readonly time: number;
  /// Blocks of single synths.
  readonly blocks: number;
  readonly nodes: number;
  /// In order of execution. Estimated: see `unitShares`.
  readonly units: readonly { readonly unit: string; readonly time: number }[];
}

export interface NodeCost {
  readonly id: number;
  readonly definition: string;
  readonly time: number;
  readonly blocks: number;
}

const mostNodes = 1000;

/// Throws as `renderScore` does.
export async function profileScore(options: RenderOptions): Promise<ProfileReport> {
  const graphs = new Map<string, SynthDefGraph>();
  const costs = new Map<string, { id: number; definition: string; time: number; blocks: number }>();
  const add = ({ id, definition: { name }, time, blocks }: SynthCost): void => {
    const key = `${id} ${name}`;
    const known = costs.get(key);
    if (known) {
      known.time += time;
      known.blocks += blocks;
    } else costs.set(key, { id, definition: name, time, blocks });
  };
  let target: Target | undefined;
  let rest: Iterable<SynthCost> = [];
  let started = 0;
  const render = await renderScore({
    ...options,
    watchOrder: "never",
    onDefinition: (graph) => {
      graphs.set(graph.name, graph);
      for (const { name } of graph.variants) graphs.set(name, graph);
    },
    onEngine: (engine) => {
      const profile = engine.startProfile(() => performance.now(), clockOverhead());
      profile.ended = add;
      target = engine.target;
      rest = { [Symbol.iterator]: () => profile.synths()[Symbol.iterator]() };
      started = performance.now();
    },
  });
  const total = performance.now() - started;
  for (const cost of rest) add(cost);
  const nodes = [...costs.values()].sort((a, b) => b.time - a.time);
  const definitions = [...new Set(nodes.map(({ definition }) => definition))]
    .map((name) => definitionCost(name, nodes, graphs.get(name), target!, options.ugens ?? builtins))
    .sort((a, b) => b.time - a.time);
  return { render, total, synths: nodes.reduce((sum, { time }) => sum + time, 0), definitions, nodes: nodes.slice(0, mostNodes) };
}

function definitionCost(
  name: string,
  nodes: readonly NodeCost[],
  graph: SynthDefGraph | undefined,
  target: Target,
  ugens: UGenRegistry,
): DefinitionCost {
  const own = nodes.filter(({ definition }) => definition === name);
  const sum = (part: "time" | "blocks") => own.reduce((total, node) => total + node[part], 0);
  const time = sum("time");
  const shares = graph ? unitShares(planDefinition(graph, target, ugens), target.blockSize) : [];
  const units = shares.map((share, i) => ({ unit: unitTitle(graph!, i), time: time * share })).filter((unit) => unit.time > 0);
  return { name, time, blocks: sum("blocks"), nodes: own.length, units };
}

/// What two readings of the clock take, in milliseconds: the median of many.
function clockOverhead(): number {
  const gaps = Float64Array.from({ length: 1001 }, () => {
    const first = performance.now();
    return performance.now() - first;
  }).sort();
  return gaps[500];
}
