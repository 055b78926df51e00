/// Units (rule O1): what a plan consists of, grouped into the items that an order arranges.
import { groupBy, IntList, type Lists } from "./csr.ts";
import { type LoopTree, loopTree, partOf } from "./cycles.ts";
import { isSingle } from "./graph.ts";
import type { Latency } from "./latency.ts";
import { levelsOf } from "./levels.ts";
import { levelOrder } from "./order.ts";
import type { Reach } from "./roots.ts";
import type { Checked } from "./validate.ts";
import type { Work } from "./work.ts";

/// `run` a node; the two halves of a deferred one, `emit` and `absorb`; the `sum` of a joint input; `tap` reads a delay line and `store` writes
/// it; `begin` and `end` enclose a loop.
export const UnitKind = { run: 0, emit: 1, absorb: 2, sum: 3, tap: 4, store: 5, begin: 6, end: 7 } as const;

/// Units by columns, item after item. Uses and defs of unit u are those of `work`, with the ports they belong to.
export interface Units {
  readonly work: Work;
  readonly kind: Int32Array;
  /// Node that runs; slot of a sum; stream of a tap or store; step of a loop.
  readonly subject: Int32Array;
  /// Resolved connection that a tap serves: its compensation is the tap's delay.
  readonly edge: Int32Array;
  /// Slot per use, stream per def (-1 for sums and taps).
  readonly useSlot: Int32Array;
  readonly defStream: Int32Array;
  /// First node of each item, for ties.
  readonly itemNode: Int32Array;
  readonly trees: readonly LoopTree[];
}

interface Token {
  readonly kind: number;
  readonly subject: number;
}

/// Splits what is scheduled into items: single nodes, halves of deferred nodes whose component needs no loop (C2), and loops.
export function unitsOf(checked: Checked, { scheduled }: Reach, latency: Latency, blockSize: number): Units {
  const { net, resolved, components } = checked;
  const { count, lookahead } = net;
  const { next, stream, slot, entering, from, to, edges } = resolved;

  const trees: LoopTree[] = [];
  const dissolvedCut = new Uint8Array(count);
  const loopOf = new Int32Array(count).fill(-1);
  const loops: LoopTree[] = [];
  for (let c = 0; c < components.count; c++) {
    if (!components.cyclic[c]) continue;
    const nodes = [...components.members.item.subarray(components.members.start[c], components.members.start[c + 1])];
    if (!scheduled[nodes[0]]) continue;
    const tree = loopTree(nodes, next, lookahead, blockSize);
    trees.push(tree);
    const alone = tree.step >= blockSize;
    if (alone) for (const v of tree.cut) dissolvedCut[v] = 1;
    for (const loop of alone ? tree.inner : [tree]) {
      for (const v of loop.nodes) loopOf[v] = loops.length;
      loops.push(loop);
    }
  }

  // Items in the order of their first node; `entry` and `exit` are where a node's inputs are read and its outputs written.
  const entry = new Int32Array(count).fill(-1);
  const exit = new Int32Array(count).fill(-1);
  const itemNode = new IntList(count);
  const itemLoop = new IntList(count);
  const itemKind = new IntList(count);
  const addItem = (node: number, kind: number, loop: number): number => {
    itemNode.push(node);
    itemLoop.push(loop);
    itemKind.push(kind);
    return itemNode.length - 1;
  };
  const placed = new Uint8Array(loops.length);
  for (let v = 0; v < count; v++) {
    if (!scheduled[v] || entry[v] >= 0) continue;
    const loop = loopOf[v];
    if (loop >= 0) {
      if (placed[loop]) continue;
      placed[loop] = 1;
      const item = addItem(v, UnitKind.begin, loop);
      for (const w of loops[loop].nodes) entry[w] = exit[w] = item;
    } else if (dissolvedCut[v]) {
      exit[v] = addItem(v, UnitKind.emit, -1);
      entry[v] = addItem(v, UnitKind.absorb, -1);
    } else entry[v] = exit[v] = addItem(v, UnitKind.run, -1);
  }
  const items = itemNode.length;

  const before = new IntList(edges);
  const after = new IntList(edges);
  // Values: streams that somebody scheduled reads, then sums and taps.
  const valueAt = new Int32Array(net.nodeOfStream.length).fill(-1);
  let values = 0;
  for (let k = 0; k < edges; k++) {
    if (!scheduled[to[k]]) continue;
    if (valueAt[stream[k]] < 0) valueAt[stream[k]] = values++;
    const [a, b] = [exit[from[k]], entry[to[k]]];
    if (a === b) continue;
    before.push(a);
    after.push(b);
  }
  for (let v = 0; v < count; v++) {
    if (!dissolvedCut[v]) continue;
    before.push(exit[v]);
    after.push(entry[v]);
  }

  const kind = new IntList(items);
  const subject = new IntList(items);
  const edgeOf = new IntList(items);
  const use = new IntList(edges);
  const useSlot = new IntList(edges);
  const def = new IntList(edges);
  const defStream = new IntList(edges);
  const pairUse = new IntList();
  const pairDef = new IntList();
  const unitStart = new Int32Array(items + 1);
  const useStart = new IntList(items);
  const defStart = new IntList(items);
  const pairStart = new IntList(items);
  const addUnit = (unitKind: number, unitSubject: number, edge = -1): void => {
    kind.push(unitKind);
    subject.push(unitSubject);
    edgeOf.push(edge);
  };
  const openUnit = (): void => {
    useStart.push(use.length);
    defStart.push(def.length);
    pairStart.push(pairUse.length);
  };
  // Inputs of the node at hand, and what it reads itself once taps and sums stand before it: `reads[k]` at `slots[k]`, for k < `heard`.
  let most = 0;
  for (let v = 0; v < count; v++) most = Math.max(most, entering.start[v + 1] - entering.start[v]);
  const inputs = new Int32Array(most);
  const reads = new Int32Array(most);
  const slots = new Int32Array(most);
  let heard = 0;

  const addInputs = (v: number): void => {
    heard = 0;
    const first = entering.start[v];
    const arrivals = entering.start[v + 1] - first;
    let ordered = true;
    for (let k = 0; k < arrivals; k++) {
      inputs[k] = entering.item[first + k];
      if (k > 0 && slot[inputs[k]] < slot[inputs[k - 1]]) ordered = false;
    }
    // Ports in order, connections of a port in canonical order.
    if (!ordered) inputs.subarray(0, arrivals).sort((a, b) => slot[a] - slot[b] || a - b);
    for (let k = 0; k < arrivals; ) {
      const port = slot[inputs[k]];
      const base = heard;
      for (; k < arrivals && slot[inputs[k]] === port; k++) {
        const edge = inputs[k];
        slots[heard] = port;
        if (latency.compensation[edge] > 0) {
          openUnit();
          addUnit(UnitKind.tap, stream[edge], edge);
          def.push(values);
          defStream.push(-1);
          reads[heard++] = values++;
        } else reads[heard++] = valueAt[stream[edge]];
      }
      if (heard - base < 2 || isSingle(net, port) || net.spec.nodes[v].joint === "list") continue;
      openUnit();
      addUnit(UnitKind.sum, port);
      for (let j = base; j < heard; j++) {
        use.push(reads[j]);
        useSlot.push(port);
        // A sum reads all sources of a sample before it writes it: any of them may be taken over, however often it is read.
        pairUse.push(reads[j]);
        pairDef.push(values);
      }
      def.push(values);
      defStream.push(-1);
      heard = base + 1;
      reads[base] = values++;
    }
  };
  const addNode = (v: number, unitKind: number): void => {
    const takes = unitKind !== UnitKind.emit;
    const gives = unitKind !== UnitKind.absorb;
    if (takes) addInputs(v);
    openUnit();
    addUnit(unitKind, v);
    if (takes) {
      for (let k = 0; k < heard; k++) {
        use.push(reads[k]);
        useSlot.push(slots[k]);
      }
    }
    if (!gives) return;
    for (let s = net.streamBase[v]; s < net.streamBase[v + 1]; s++) {
      if (valueAt[s] < 0) continue;
      def.push(valueAt[s]);
      defStream.push(s);
    }
    const { inPlace } = net.spec.nodes[v];
    if (inPlace && unitKind === UnitKind.run) {
      for (const [input, output] of inPlace) {
        const s = net.streamBase[v] + Number(output.slice(1));
        const at = slots.indexOf(slotIndex(v, input));
        if (at < 0 || at >= heard || valueAt[s] < 0 || readsTwice(at)) continue;
        pairUse.push(reads[at]);
        pairDef.push(valueAt[s]);
      }
    }
    for (let s = net.streamBase[v]; s < net.streamBase[v + 1]; s++) {
      if (latency.ring[s] === 0 || valueAt[s] < 0) continue;
      openUnit();
      addUnit(UnitKind.store, s);
      use.push(valueAt[s]);
      useSlot.push(-1);
    }
  };
  const readsTwice = (at: number): boolean => {
    for (let k = 0; k < heard; k++) if (k !== at && reads[k] === reads[at]) return true;
    return false;
  };
  const slotIndex = (v: number, port: string): number => {
    const { istreams } = net.spec.nodes[v];
    return net.slotBase[v] + Number(port.slice(1)) + (port[0] === "j" ? istreams : 0);
  };

  for (let item = 0; item < items; item++) {
    unitStart[item] = kind.length;
    const loop = itemLoop.data[item];
    if (loop < 0) {
      addNode(itemNode.data[item], itemKind.data[item]);
      continue;
    }
    for (const token of loopTokens(loops[loop], next, count)) {
      if (token.kind <= UnitKind.absorb) addNode(token.subject, token.kind);
      else {
        openUnit();
        addUnit(token.kind, token.subject);
      }
    }
  }
  unitStart[items] = kind.length;
  openUnit();
  const [befores, afters] = [before.take(), after.take()];
  const work: Work = {
    items,
    values,
    after: groupBy(items, befores, afters),
    before: groupBy(items, afters, befores),
    unitStart,
    useStart: useStart.take(),
    use: use.take(),
    defStart: defStart.take(),
    def: def.take(),
    pairStart: pairStart.take(),
    pairUse: pairUse.take(),
    pairDef: pairDef.take(),
  };
  return {
    work,
    kind: kind.take(),
    subject: subject.take(),
    edge: edgeOf.take(),
    useSlot: useSlot.take(),
    defStream: defStream.take(),
    itemNode: itemNode.take(),
    trees: trees.sort((a, b) => a.nodes[0] - b.nodes[0]),
  };
}

/// One loop, written out (C3): emit every cut node, the rest and the inner loops by level, absorb in every cut node.
function loopTokens(top: LoopTree, next: Lists, count: number): Token[] {
  const outermost: LoopTree[] = [];
  const stack = [top];
  for (let tree = stack.pop(); tree; tree = stack.pop()) {
    outermost.push(tree);
    stack.push(...tree.inner);
  }
  const written = new Map<LoopTree, Token[]>();
  const place = new Int32Array(count).fill(-1);
  for (const tree of outermost.reverse()) {
    const cut = new Set(tree.cut);
    const member = new Map<number, number>();
    const blocks: Token[][] = [];
    for (const inner of tree.inner) {
      for (const v of inner.nodes) member.set(v, blocks.length);
      blocks.push(written.get(inner)!);
      written.delete(inner);
    }
    for (const v of tree.nodes) {
      if (cut.has(v) || member.has(v)) continue;
      member.set(v, blocks.length);
      blocks.push([{ kind: UnitKind.run, subject: v }]);
    }
    const from: number[] = [];
    const to: number[] = [];
    const { next: inside } = partOf(tree.nodes, next, place, (v) => cut.has(v));
    for (let k = 0; k < tree.nodes.length; k++) {
      const a = member.get(tree.nodes[k]);
      if (a === undefined) continue;
      for (let e = inside.start[k]; e < inside.start[k + 1]; e++) {
        const b = member.get(tree.nodes[inside.item[e]])!;
        if (a === b) continue;
        from.push(a);
        to.push(b);
      }
    }
    const tokens: Token[] = [{ kind: UnitKind.begin, subject: tree.step }];
    for (const v of tree.cut) tokens.push({ kind: UnitKind.emit, subject: v });
    for (const block of levelOrder(levelsOf(blocks.length, groupBy(blocks.length, from, to))))
      for (const token of blocks[block]) tokens.push(token);
    for (const v of tree.cut) tokens.push({ kind: UnitKind.absorb, subject: v });
    tokens.push({ kind: UnitKind.end, subject: tree.step });
    written.set(tree, tokens);
  }
  return written.get(top)!;
}
