/// Questions about a syntax tree.

import type { AnyNode } from "./parse.ts";

const children = new WeakMap<AnyNode, readonly AnyNode[]>();

/// The nodes directly inside `node`. Kernels are walked again for every unit, so they are listed once.
function childrenOf(node: AnyNode): readonly AnyNode[] {
  const known = children.get(node);
  if (known) return known;
  const list: AnyNode[] = [];
  for (const value of Object.values(node)) {
    if (isNode(value)) list.push(value);
    else if (Array.isArray(value)) list.push(...value.filter(isNode));
  }
  children.set(node, list);
  return list;
}
const isNode = (value: unknown): value is AnyNode => typeof value === "object" && value !== null && "type" in value;

/// Calls `visit` on `node` and everything inside it.
export function walkSyntax(node: AnyNode, visit: (n: AnyNode) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walkSyntax(child, visit);
}

function search(node: AnyNode, found: (n: AnyNode) => boolean, into: (n: AnyNode) => boolean = () => true): boolean {
  return found(node) || (into(node) && childrenOf(node).some((child) => search(child, found, into)));
}

/// A question about a piece of a tree whose answer is kept.
function remembered(ask: (node: AnyNode) => boolean): (node: AnyNode | null | undefined) => boolean {
  const answers = new WeakMap<AnyNode, boolean>();
  return (node) => {
    if (!node) return false;
    let answer = answers.get(node);
    if (answer === undefined) answers.set(node, (answer = ask(node)));
    return answer;
  };
}

const isFunction = (n: AnyNode) => n.type === "FunctionExpression" || n.type === "ArrowFunctionExpression";
const isLoop = (n: AnyNode) => n.type === "ForStatement" || n.type === "WhileStatement";
export const hasReturn = remembered((node) =>
  search(
    node,
    (n) => n.type === "ReturnStatement",
    (n) => !isFunction(n),
  ),
);
export const hasContinue = remembered((node) =>
  search(
    node,
    (n) => n.type === "ContinueStatement",
    (n) => !isFunction(n) && !isLoop(n),
  ),
);
export const assigns = (node: AnyNode, name: string) =>
  search(
    node,
    (n) =>
      (n.type === "AssignmentExpression" && n.left.type === "Identifier" && n.left.name === name) ||
      (n.type === "UpdateExpression" && n.argument.type === "Identifier" && n.argument.name === name),
  );

export function sayStatement(type: string): string {
  return type
    .replace(/Statement$|Declaration$/, "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
}
