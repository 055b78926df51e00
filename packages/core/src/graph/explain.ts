/// Why a node runs where it does, waits, is delayed, or does not run at all, in sentences.
import { componentLevels } from "./facts.ts";
import { slotPort, streamName } from "./graph.ts";
import { heardAt } from "./latency.ts";
import type { Plan } from "./plan.ts";
import { UnitKind } from "./units.ts";

/// The plan in a few lines.
export function explainPlan(plan: Plan): string[] {
  const { net, reach, units, sequence, wires, latency, blockSize } = plan;
  const scheduled = reach.scheduled.reduce((n, s) => n + s, 0);
  const virtual = net.virtual.reduce((n, s) => n + s, 0);
  const lines = [
    `${net.count} nodes: ${scheduled} run, ${net.count - scheduled - virtual} do not, ${virtual} virtual; ${plan.checked.resolved.edges} connections`,
    `${listed(Array.from(reach.roots, (v) => net.spec.nodes[v].id))}: ${reach.roots.length === 1 ? "the root" : "the roots"}`,
    `${sequence.length} units per block of ${blockSize}, ${units.work.values} values on ${wires.count} wires`,
  ];
  for (const tree of units.trees) {
    const how = tree.step < blockSize ? `runs in steps of ${tree.step}` : "needs no loop: every cycle is cut by a block or more";
    lines.push(`feedback among ${listed(tree.nodes.map((v) => net.spec.nodes[v].id))} ${how}`);
  }
  if (latency.total > 0) lines.push(`${latency.total} ticks of latency at the roots`);
  return lines;
}

/// One node. Throws a RangeError for an unknown id.
export function explainNode(plan: Plan, id: string): string[] {
  const { net, checked, reach, latency, units, sequence } = plan;
  const { resolved } = checked;
  const v = net.index.get(id);
  if (v === undefined)
    throw new RangeError(`there is no node "${id}"; ids of this graph begin with ${listed(net.spec.nodes.map((n) => n.id))}`);
  if (net.virtual[v]) return [`${id} is virtual: it never runs, output i is whatever feeds input i`];
  if (!reach.scheduled[v]) {
    return [`${id} does not run: no path leads from it to a root. Flag it pinned, or connect it to something that is heard`];
  }
  const lines: string[] = [];
  const place = sequence.findIndex((u) => units.subject[u] === v && units.kind[u] <= UnitKind.absorb);
  const level = componentLevels(plan);
  const entries = [...resolved.entering.item.subarray(resolved.entering.start[v], resolved.entering.start[v + 1])];
  const c = checked.components.of[v];
  const outside = entries.filter((k) => checked.components.of[resolved.from[k]] !== c);
  const waits = outside.filter((k) => level[resolved.from[k]] === level[v] - 1).map((k) => net.spec.nodes[resolved.from[k]].id);
  lines.push(`${id} runs as unit ${place + 1} of ${sequence.length}, level ${level[v]}`);
  if (level[v] === 0) lines.push("it waits for nothing outside its own feedback loop");
  else
    lines.push(
      waits.length > 0
        ? `level ${level[v]}, since it waits for ${listed([...new Set(waits)])}`
        : "its feedback loop waits for what enters the loop",
    );
  if (reach.roots.includes(v))
    lines.push(net.spec.nodes[v].flags?.includes("pinned") ? "it is a root: pinned" : "it is a root: nothing reads it");
  for (const tree of units.trees) {
    let inner = tree.nodes.includes(v) ? tree : undefined;
    while (inner) {
      const what = inner.cut.includes(v)
        ? `emits ${net.lookahead[v]} ticks ahead and so cuts the loop`
        : net.lookahead[v] > 0
          ? "is deferred, but other nodes cut this loop"
          : "runs between the emitting and the absorbing of the deferred nodes";
      lines.push(`feedback loop of ${inner.nodes.length} nodes in steps of ${inner.step}: ${id} ${what}`);
      inner = inner.inner.find((t) => t.nodes.includes(v));
    }
  }
  lines.push(`it hears its inputs ${latency.arrival[v]} ticks late`);
  for (const k of entries) {
    const late = latency.compensation[k];
    const port = slotPort(net, resolved.slot[k]);
    const source = streamName(net, resolved.stream[k]);
    if (late > 0)
      lines.push(
        `${port} reads ${source} ${late} ticks delayed: it is there at ${heardAt(net, latency, resolved.stream[k])}, the latest input at ${latency.arrival[v]}`,
      );
    else lines.push(`${port} reads ${source}`);
  }
  for (const { edge, amount } of latency.misaligned) {
    if (resolved.to[edge] === v)
      lines.push(`${streamName(net, resolved.stream[edge])} arrives ${amount} ticks early: inside a feedback loop nothing is delayed`);
  }
  return lines;
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? "none" : names.length <= 6 ? names.join(", ") : `${names.slice(0, 6).join(", ")} and ${names.length - 6} more`;
