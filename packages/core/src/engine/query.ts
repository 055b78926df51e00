/// The tree as data, for replies to /g_queryTree and for people. Allocates: not for the render loop.

import type { Mapping } from "./controls.ts";
import type { Engine } from "./engine.ts";
import { NodeWord } from "./tree.ts";

export interface ControlState {
  /// Its name, or its index where it is not the first of a name.
  readonly control: string | number;
  readonly value: number;
  readonly mapping?: Mapping;
}

/// A node in depth-first order: a group with its number of children, or a synth with its definition.
export type TreeEntry =
  | { readonly id: number; readonly children: number }
  | { readonly id: number; readonly definition: string; readonly controls: readonly ControlState[] };

/// The group and everything in it; undefined when there is no such group.
export function queryTree(engine: Engine, groupId: number): TreeEntry[] | undefined {
  const { tree, nodes } = engine;
  const group = nodes.findGroup(groupId);
  if (group === 0) return undefined;
  const entries: TreeEntry[] = [];
  for (let node = group; node !== 0; node = tree.following(node, group)) {
    const id = tree.get(node, NodeWord.id);
    if (tree.isGroup(node)) entries.push({ id, children: countChildren(engine, node) });
    else entries.push({ id, definition: definitionName(engine, node), controls: controlStates(engine, node, id) });
  }
  return entries;
}

function countChildren({ tree }: Engine, group: number): number {
  let count = 0;
  for (let child = tree.get(group, NodeWord.head); child !== 0; child = tree.get(child, NodeWord.next)) count++;
  return count;
}

function definitionName({ tree, definitions }: Engine, synth: number): string {
  return definitions.at(tree.get(synth, NodeWord.definition)).compiled.name;
}

function controlStates({ tree, definitions, controls }: Engine, synth: number, id: number): ControlState[] {
  const { compiled } = definitions.at(tree.get(synth, NodeWord.definition));
  const names = new Map(compiled.controlNames.map(({ name, index }) => [index, name]));
  return Array.from({ length: compiled.controlCount }, (_, index) => ({
    control: names.get(index) ?? index,
    value: controls.get(id, index) ?? 0,
    mapping: controls.mapping(id, index),
  }));
}
