/// The node tree as data, and as text.
import type { Message } from "./message.ts";

export interface NodeTree {
  readonly id: number;
  /// Of a synth: its definition and, where asked for, its controls (a mapping reads "c3" or "a16").
  readonly definition?: string;
  readonly controls?: readonly { readonly name: string | number; readonly value: number | string }[];
  /// Of a group: its nodes in order of execution.
  readonly children?: readonly NodeTree[];
}

/// Reads a `/g_queryTree.reply`.
export function readTree(reply: Message): NodeTree {
  const [, flag, ...rest] = reply;
  let at = 0;
  const node = (): NodeTree => {
    const id = Number(rest[at++]);
    const count = Number(rest[at++]);
    if (count >= 0) return { id, children: Array.from({ length: count }, node) };
    const definition = String(rest[at++]);
    if (flag !== 1) return { id, definition };
    const controls = Array.from({ length: Number(rest[at++]) }, () => ({
      name: rest[at++] as string | number,
      value: rest[at++] as string | number,
    }));
    return { id, definition, controls };
  };
  return node();
}

/// The tree as indented lines; runs of equal synths become one line with a count.
export function formatTree(tree: NodeTree, indent = ""): string {
  const title = tree.children ? `${tree.id} group` : `${tree.id} ${tree.definition}`;
  const controls = tree.controls?.length ? `  ${tree.controls.map(({ name, value }) => `${name}: ${shown(value)}`).join("  ")}` : "";
  const lines = [indent + title + controls];
  const children = tree.children ?? [];
  for (let at = 0; at < children.length; ) {
    const end = endOfRun(children, at);
    lines.push(end - at > 3 ? `${indent}  ${children[at].id} .. ${children[end - 1].id} ${children[at].definition} × ${end - at}` : "");
    if (end - at > 3) at = end;
    else lines[lines.length - 1] = formatTree(children[at++], `${indent}  `);
  }
  return lines.join("\n");
}

/// Synths without listed controls from `start` on that share a definition.
function endOfRun(nodes: readonly NodeTree[], start: number): number {
  const { definition, controls } = nodes[start];
  let end = start + 1;
  while (definition && !controls && end < nodes.length && nodes[end].definition === definition) end++;
  return end;
}

const shown = (value: number | string) => (typeof value === "number" ? String(Number(value.toPrecision(7))) : value);
