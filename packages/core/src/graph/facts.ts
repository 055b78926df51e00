/// What is true of a graph, as plain data: the `expect` form of graph cases.
import { type BusProgram, busProgram } from "./buses.ts";
import type { BusCase, EditCase, GraphCase } from "./case.ts";
import { type LoopTree, maxUniformStep, minCycleLookahead } from "./cycles.ts";
import { minimizeDelayMemory } from "./delay-memory.ts";
import { type EditEffect, editEffect } from "./edits.ts";
import { leastWires } from "./exact.ts";
import { type GraphError, InvalidGraphError, slotName, streamName } from "./graph.ts";
import { delayMemory, outOf } from "./latency.ts";
import { orderItems } from "./order.ts";
import { planParallel } from "./parallel.ts";
import { compileGraph, type Plan } from "./plan.ts";
import { activationOf } from "./suspend.ts";
import { wiresNeeded } from "./wires.ts";

export type Facts = Record<string, unknown>;

/// Generated graphs of more nodes than this are described by counts and hashes.
const listedNodes = 100;

const byText = <T>(list: Iterable<T>): T[] =>
  [...list]
    .map((value) => ({ value, key: JSON.stringify(value) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ value }) => value);

/// FNV-1a, 32 bits, of the numbers joined by commas.
export function fnv1a(numbers: Iterable<number>): number {
  let h = 0x811c9dc5;
  const text = [...numbers].join(",");
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

const refusal = (errors: readonly GraphError[]) => byText(errors.map(({ code, nodes }) => ({ code, nodes })));

/// All facts of a case. An invalid graph is a fact too: `valid` is false and `errors` says why.
export function graphFacts(c: GraphCase): Facts {
  let plan: Plan;
  try {
    plan = compileGraph(c.graph, c.options);
  } catch (error) {
    if (error instanceof InvalidGraphError) return { valid: false, errors: refusal(error.errors) };
    throw error;
  }
  if (c.generated && plan.net.count > listedNodes) return hashedFacts(plan);
  return { ...placeFacts(plan), ...loopFacts(plan), latency: latencyFacts(plan), ...wireFacts(plan, c), ...activationFacts(plan, c) };
}

const idsOf = ({ net }: Plan, nodes: Iterable<number>): string[] => Array.from(nodes, (v) => net.spec.nodes[v].id);

function scheduledOf({ net, reach }: Plan): number[] {
  return [...Array(net.count).keys()].filter((v) => reach.scheduled[v]);
}

/// Levels of components over scheduled nodes, shared inside a component (O2); -1 elsewhere.
export function componentLevels({ net, reach, checked }: Plan): Int32Array {
  const { components, resolved } = checked;
  const level = new Int32Array(components.count);
  for (let c = 0; c < components.count; c++) {
    for (let m = components.members.start[c]; m < components.members.start[c + 1]; m++) {
      const v = components.members.item[m];
      if (!reach.scheduled[v]) continue;
      for (let k = resolved.entering.start[v]; k < resolved.entering.start[v + 1]; k++) {
        const from = components.of[resolved.from[resolved.entering.item[k]]];
        if (from !== c) level[c] = Math.max(level[c], level[from] + 1);
      }
    }
  }
  return Int32Array.from({ length: net.count }, (_, v) => (reach.scheduled[v] ? level[components.of[v]] : -1));
}

/// Direct connections between scheduled nodes, those of one component or those between components.
function pairsOf({ net, reach, checked }: Plan, inside: boolean): string[][] {
  const { components, resolved } = checked;
  const pairs = new Map<string, string[]>();
  for (let k = 0; k < resolved.edges; k++) {
    const [u, v] = [resolved.from[k], resolved.to[k]];
    if (!reach.scheduled[v] || (components.of[u] === components.of[v]) !== inside) continue;
    if (inside && net.lookahead[v] > 0) continue;
    const pair = [net.spec.nodes[u].id, net.spec.nodes[v].id];
    pairs.set(JSON.stringify(pair), pair);
  }
  return byText(pairs.values());
}

function placeFacts(plan: Plan): Facts {
  const { net, reach, checked } = plan;
  const scheduled = scheduledOf(plan);
  const levels = componentLevels(plan);
  const { edges, stream, slot } = checked.resolved;
  const pruned = [...Array(net.count).keys()].filter((v) => !reach.scheduled[v] && !net.virtual[v]);
  return {
    valid: true,
    roots: idsOf(plan, reach.roots),
    scheduled: idsOf(plan, scheduled).sort(),
    pruned: idsOf(plan, pruned).sort(),
    ...(net.virtual.includes(1)
      ? { resolved: Array.from({ length: edges }, (_, k) => [streamName(net, stream[k]), slotName(net, slot[k])]) }
      : {}),
    leafLevel: Object.fromEntries(scheduled.map((v) => [net.spec.nodes[v].id, levels[v]])),
    before: pairsOf(plan, false),
  };
}

type NamedTree = { step: number; nodes: string[]; cut: string[]; inner: NamedTree[] };

function namedTree(plan: Plan, top: LoopTree): NamedTree {
  const name = ({ step, nodes, cut }: LoopTree): NamedTree => ({
    step,
    nodes: idsOf(plan, nodes).sort(),
    cut: idsOf(plan, cut).sort(),
    inner: [],
  });
  const root = name(top);
  const open: [LoopTree, NamedTree][] = [[top, root]];
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const [tree, named] = pair;
    for (const inner of tree.inner) {
      const child = name(inner);
      named.inner.push(child);
      open.push([inner, child]);
    }
    // Children are sorted by name once all are there.
    named.inner.sort((a, b) => (a.nodes.join() < b.nodes.join() ? -1 : 1));
  }
  return root;
}

function loopFacts(plan: Plan): Facts {
  const { trees } = plan.units;
  if (trees.length === 0) return {};
  const { next } = plan.checked.resolved;
  const { lookahead } = plan.net;
  const loops = trees.map((tree) => ({
    nodes: idsOf(plan, tree.nodes).sort(),
    maxUniformStep: maxUniformStep(tree.nodes, next, lookahead),
    minCycleLookahead: minCycleLookahead(tree.nodes, next, lookahead),
    tree: namedTree(plan, tree),
  }));
  return { beforeInStep: pairsOf(plan, true), loops: loops.sort((a, b) => (a.nodes.join() < b.nodes.join() ? -1 : 1)) };
}

function latencyFacts(plan: Plan): Facts {
  const { net, checked, reach, latency } = plan;
  const { stream, slot, edges } = checked.resolved;
  const scheduled = scheduledOf(plan);
  const memory = delayMemory(latency);
  const named = (k: number, ticks: number) => [streamName(net, stream[k]), slotName(net, slot[k]), ticks];
  const delayed = [...Array(edges).keys()].filter((k) => latency.compensation[k] > 0);
  const feedback = plan.units.trees.length > 0;
  const least = feedback ? undefined : minimizeDelayMemory(checked, reach, latency);
  return {
    total: latency.total,
    memoryNaive: memory.naive,
    memoryShared: memory.shared,
    arrival: Object.fromEntries(scheduled.map((v) => [net.spec.nodes[v].id, latency.arrival[v]])),
    out: Object.fromEntries(scheduled.map((v) => [net.spec.nodes[v].id, outOf(net, latency, v)])),
    compensation: byText(delayed.map((k) => named(k, latency.compensation[k]))),
    ...(feedback ? { misaligned: byText(latency.misaligned.map(({ edge, amount }) => named(edge, amount))) } : {}),
    ...(least ? { memoryMin: least.memory } : {}),
  };
}

/// Wires of acyclic graphs: for the order of the case, the least over all orders where the search ends, and the parallel width.
function wireFacts(plan: Plan, { order }: GraphCase): Facts {
  const { units, net } = plan;
  if (units.trees.length > 0) return {};
  const { work } = units;
  const facts: Facts = {};
  if (order) {
    const itemOf = new Map([...units.itemNode].map((v, item) => [net.spec.nodes[v].id, item]));
    const items = order.map((id) => itemOf.get(id));
    if (items.every((item) => item !== undefined) && items.length === work.items) {
      facts.forOrder = { order, noInPlace: wiresNeeded(work, items, false), inPlace: wiresNeeded(work, items, true) };
    }
  }
  const apart = orderItems(work, { inPlace: false });
  const least = leastWires(work, apart, wiresNeeded(work, apart, false), false);
  if (least.exact) facts.exactNoInPlace = least.count;
  const inPlace = leastWires(work, plan.order, wiresNeeded(work, plan.order));
  if (inPlace.exact) {
    facts.exactInPlace = inPlace.count;
    facts.witnessOrder = idsOf(
      plan,
      Array.from(inPlace.order, (item) => units.itemNode[item]),
    );
  }
  const parallel = planParallel(plan);
  if (parallel.least) facts.parallelWidth = parallel.wires.count;
  return { buffers: { ...facts, values: work.values } };
}

function activationFacts(plan: Plan, { actions, horizon, options }: GraphCase): Facts {
  if (!actions) return {};
  const { net, checked, reach } = plan;
  const transactions = actions.map(({ commit, jobs }) => ({
    commit,
    jobs: jobs.map(({ job, node, tick }) => {
      const v = net.index.get(node);
      if (v === undefined || net.virtual[v]) {
        const why = v === undefined ? `there is no node "${node}"` : `"${node}" is virtual; act on the nodes it connects`;
        throw new InvalidGraphError([{ code: "unknown-node", nodes: [node], message: `${job}: ${why}` }]);
      }
      return { job, node: v, tick };
    }),
  }));
  const { active, resets } = activationOf(checked, reach, transactions, horizon, options.virtualActivation);
  const scheduled = scheduledOf(plan);
  const named = <T>(of: readonly T[]) => Object.fromEntries(scheduled.map((v) => [net.spec.nodes[v].id, of[v]]));
  return { activation: { horizon, active: named(active), resets: named(resets) } };
}

function hashedFacts(plan: Plan): Facts {
  const { net, reach, checked, latency, units } = plan;
  const levels = componentLevels(plan);
  const { naive, shared } = delayMemory(latency);
  const scheduled = scheduledOf(plan);
  const { trees } = units;
  return {
    valid: true,
    rootCount: reach.roots.length,
    rootHash: fnv1a(reach.roots),
    counts: {
      nodes: net.count,
      scheduled: scheduled.length,
      connections: checked.resolved.edges,
      levels: levels.reduce((a, b) => Math.max(a, b), -1) + 1,
      sccs: trees.length,
      largestScc: trees.reduce((most, tree) => Math.max(most, tree.nodes.length), 0),
    },
    levelHash: fnv1a(levels),
    latency: { total: latency.total, memoryNaive: naive, memoryShared: shared, arrivalHash: fnv1a(latency.arrival) },
    ...(trees.length > 0
      ? { loops: trees.map((tree) => ({ maxUniformStep: maxUniformStep(tree.nodes, checked.resolved.next, net.lookahead) })) }
      : {}),
  };
}

/// Facts of an edit case: refused with all errors, or what the transaction changes.
export function editFacts({ graph, edits, options }: EditCase): Facts {
  let effect: EditEffect;
  try {
    effect = editEffect(graph, edits, options);
  } catch (error) {
    if (error instanceof InvalidGraphError) return { refused: true, errors: refusal(error.errors) };
    throw error;
  }
  const { before, after, ...facts } = effect;
  return { refused: false, ...facts };
}

export const busFacts = ({ synths }: BusCase): BusProgram => busProgram(synths);
