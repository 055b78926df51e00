/// Done actions: what a unit generator may do to nodes when it has finished.
import type { Nodes } from "./nodes.ts";
import { NodeWord, type Tree } from "./tree.ts";

type Act = (node: number, nodes: Nodes, tree: Tree) => void;

const end: Act = (node, nodes) => nodes.endAtTurn(node);
const pause: Act = (node, nodes) => nodes.pause(node);
const resume: Act = (node, nodes) => nodes.resume(node);

/// A group loses its children at once and stays; a synth ends.
const emptyOrEnd: Act = (node, nodes, tree) => (tree.isGroup(node) ? nodes.destroyChildren(node) : nodes.endAtTurn(node));
/// A group and its subgroups lose their synths at once and stay; a synth ends.
const deepFreeOrEnd: Act = (node, nodes, tree) => (tree.isGroup(node) ? nodes.destroySynths(node) : nodes.endAtTurn(node));

/// The neighbour on one side, where there is one.
const neighbour =
  (side: number, act: Act): Act =>
  (node, nodes, tree) => {
    const other = tree.get(node, side);
    if (other !== 0) act(other, nodes, tree);
  };
const previous = (act: Act): Act => neighbour(NodeWord.previous, act);
const next = (act: Act): Act => neighbour(NodeWord.next, act);
const group = (act: Act): Act => neighbour(NodeWord.parent, act);

/// All nodes of the group on one side.
const every =
  (side: number): Act =>
  (node, nodes, tree) => {
    for (let other = tree.get(node, side); other !== 0; other = tree.get(other, side)) nodes.endAtTurn(other);
  };
const allBefore = every(NodeWord.previous);
const allAfter = every(NodeWord.next);

const actions: readonly (readonly Act[])[] = [
  /* 0 */ [],
  /* 1 */ [pause],
  /* 2 */ [end],
  /* 3 */ [end, previous(end)],
  /* 4 */ [end, next(end)],
  /* 5 */ [end, previous(emptyOrEnd)],
  /* 6 */ [end, next(emptyOrEnd)],
  /* 7 */ [end, allBefore],
  /* 8 */ [end, allAfter],
  /* 9 */ [end, previous(pause)],
  /* 10 */ [end, next(pause)],
  /* 11 */ [end, previous(deepFreeOrEnd)],
  /* 12 */ [end, next(deepFreeOrEnd)],
  /* 13 */ [end, allBefore, allAfter],
  /* 14 */ [group(end)],
  /* 15 */ [end, next(resume)],
];

/// Applies done action `action` for a synth. Numbers that mean nothing do nothing.
export function applyDoneAction(action: number, synth: number, nodes: Nodes, tree: Tree): void {
  const acts = actions[action];
  if (!acts) return;
  for (let i = 0; i < acts.length; i++) acts[i](synth, nodes, tree);
}
