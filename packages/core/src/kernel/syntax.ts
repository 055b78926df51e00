/// Questions about a syntax tree.

import type { AnyNode } from "./parse.ts";

function search(node: unknown, found: (n: AnyNode) => boolean, into: (n: AnyNode) => boolean = () => true): boolean {
  if (Array.isArray(node)) return node.some((child) => search(child, found, into));
  if (typeof node !== "object" || node === null || !("type" in node)) return false;
  const n = node as AnyNode;
  if (found(n)) return true;
  if (!into(n)) return false;
  return Object.entries(n).some(([key, child]) => key !== "type" && search(child, found, into));
}
const isFunction = (n: AnyNode) => n.type === "FunctionExpression" || n.type === "ArrowFunctionExpression";
const isLoop = (n: AnyNode) => n.type === "ForStatement" || n.type === "WhileStatement";
export const hasReturn = (node: unknown) =>
  search(
    node,
    (n) => n.type === "ReturnStatement",
    (n) => !isFunction(n),
  );
export const hasContinue = (node: unknown) =>
  search(
    node,
    (n) => n.type === "ContinueStatement",
    (n) => !isFunction(n) && !isLoop(n),
  );
export const assigns = (node: unknown, name: string) =>
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
