/// Questions about a syntax tree.

import type { AnyNode } from "./parse.ts";

/// True when `test` is true of one of the nodes directly inside `node`; the rest are not asked then.
function someChild(node: AnyNode, test: (n: AnyNode) => boolean): boolean {
  for (const key in node) {
    const value: unknown = node[key as keyof AnyNode];
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value) ? value.some((item) => isNode(item) && test(item)) : isNode(value) && test(value)) return true;
  }
  return false;
}
const isNode = (value: unknown): value is AnyNode => typeof value === "object" && value !== null && "type" in value;

/// Calls `visit` on `node` and everything inside it.
export function walkSyntax(node: AnyNode, visit: (n: AnyNode) => void): void {
  visit(node);
  someChild(node, (child) => {
    walkSyntax(child, visit);
    return false;
  });
}

function search(node: AnyNode, found: (n: AnyNode) => boolean, into: (n: AnyNode) => boolean = () => true): boolean {
  return found(node) || (into(node) && someChild(node, (child) => search(child, found, into)));
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
