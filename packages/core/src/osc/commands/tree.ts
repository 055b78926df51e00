/// The node tree as replies and as text.
import type { Engine } from "../../engine/engine.ts";
import { NodeWord } from "../../engine/tree.ts";
import type { OscInput } from "../encode.ts";

/// A synth's controls by name (by index where they have none), each with its value or mapping.
function controlsOf(engine: Engine, synth: number): { name: string | number; value: number | string }[] {
  const { tree, controls, definitions } = engine;
  const id = tree.get(synth, NodeWord.id);
  const { controlCount, controlNames } = definitions.at(tree.get(synth, NodeWord.definition)).compiled;
  const names = new Map(controlNames.map(({ name, index }) => [index, name]));
  return Array.from({ length: controlCount }, (_, index) => {
    const mapping = controls.mapping(id, index);
    return { name: names.get(index) ?? index, value: mapping ? `${mapping.kind}${mapping.bus}` : (controls.get(id, index) ?? 0) };
  });
}

function childrenOf({ tree }: Engine, group: number): number[] {
  const nodes: number[] = [];
  for (let node = tree.get(group, NodeWord.head); node !== 0; node = tree.get(node, NodeWord.next)) nodes.push(node);
  return nodes;
}

const definitionOf = ({ tree, definitions }: Engine, synth: number) => definitions.at(tree.get(synth, NodeWord.definition)).compiled.name;

/// Arguments of a `/g_queryTree.reply`, or the text of a failure.
export function queryTree(engine: Engine, groupId: number, withControls: boolean): OscInput[] | string {
  const group = engine.nodes.findGroup(groupId);
  if (group === 0) return `Group ${groupId} not found`;
  const reply: OscInput[] = [withControls ? 1 : 0];
  const add = (node: number): void => {
    reply.push(engine.tree.get(node, NodeWord.id));
    if (engine.tree.isGroup(node)) {
      const children = childrenOf(engine, node);
      reply.push(children.length);
      for (const child of children) add(child);
      return;
    }
    reply.push(-1, definitionOf(engine, node));
    if (!withControls) return;
    const controls = controlsOf(engine, node);
    reply.push(controls.length);
    for (const { name, value } of controls) reply.push(name, typeof value === "number" ? { type: "f", value } : value);
  };
  add(group);
  return reply;
}

/// Posts the nodes in a group, one to a line, in scsynth's form.
export function dumpTree(engine: Engine, groupId: number, withControls: boolean, post: (line: string) => void): string | null {
  const group = engine.nodes.findGroup(groupId);
  if (group === 0) return `Group ${groupId} not found`;
  const line = (node: number, depth: number): void => {
    const id = engine.tree.get(node, NodeWord.id);
    const indent = "   ".repeat(depth);
    if (engine.tree.isGroup(node)) {
      post(depth === 0 ? `NODE TREE Group ${id}` : `${indent}${id} group`);
      for (const child of childrenOf(engine, node)) line(child, depth + 1);
      return;
    }
    post(`${indent}${id} ${definitionOf(engine, node)}`);
    const controls = withControls ? controlsOf(engine, node) : [];
    if (controls.length > 0) post(`${indent}  ${controls.map(({ name, value }) => ` ${name}: ${value}`).join("")}`);
  };
  line(group, 0);
  return null;
}

/// Posts what there is to say of one node.
export function describeNode(engine: Engine, id: number, post: (line: string) => void): string | null {
  const node = engine.nodes.find(id);
  if (node === 0) return `Node ${id} not found`;
  if (engine.tree.isGroup(node)) post(`TRACE ${id}  group of ${childrenOf(engine, node).length}`);
  else {
    const controls = controlsOf(engine, node).map(({ name, value }) => `  ${name}: ${value}`);
    post(`TRACE ${id}  ${definitionOf(engine, node)}${controls.join("")}`);
  }
  return null;
}
