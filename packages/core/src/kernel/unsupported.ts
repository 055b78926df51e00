/// What to call the parts of JavaScript that kernels do not have, and what to write instead.
import type { AnyNode } from "./parse.ts";

const closures = "functions inside a kernel (share code as a helper through uses, called as c.name(...))";
const text = "text (a kernel calculates with numbers)";
const objects = "classes and objects with methods (keep values in the state)";

const reasons: Partial<Record<AnyNode["type"], string>> = {
  ArrowFunctionExpression: closures,
  FunctionExpression: closures,
  FunctionDeclaration: closures,
  ClassDeclaration: objects,
  ClassExpression: objects,
  NewExpression: "new (memory is declared as state, f32s(n) or memory())",
  ThisExpression: "this (a kernel's values come through its parameters)",
  TemplateLiteral: text,
  TaggedTemplateExpression: text,
  ChainExpression: "?. (every input, state and helper is known when the kernel is compiled)",
  SpreadElement: "... in a list (it is only for the arguments of a call)",
  TryStatement: "try (no operation of a kernel throws)",
  ThrowStatement: "throw (nothing could catch it while sound plays; return a value that says so, or test for it)",
  DoWhileStatement: "do while (write while or for)",
  ForInStatement: "for in (write for (const i of c.each(n)) or for (let i = 0; i < n; i++))",
  LabeledStatement: "labels (break and continue mean the innermost loop)",
  DebuggerStatement: "debugger (the kernel's text is compiled, never called)",
};

const operators: Readonly<Record<string, string>> = {
  delete: "delete (the fields of a state are fixed)",
  typeof: "typeof (inputs and states are numbers)",
  void: "void",
  in: "in (the fields of a state are fixed)",
  instanceof: "instanceof (values are numbers)",
  "??": "?? (no number is missing; write x === x ? x : y for NaN)",
};

const expressionsAllowed = "numbers, arithmetic, comparisons, ?:, && || !, Math, state, inputs and helpers from uses";
const statementsAllowed = "const, let, assignments, if, for, while, for (… of c.each(n)), switch, return";

/// The sentence about a node that cannot be compiled.
export function unsupported(node: AnyNode): string {
  const statement = /Statement$|Declaration$/.test(node.type);
  return `Not part of the kernel language: ${reasonOf(node)}. Allowed are ${statement ? statementsAllowed : expressionsAllowed}`;
}

function reasonOf(node: AnyNode): string {
  if (node.type === "Literal") {
    if (node.regex) return "a regular expression (a kernel calculates with numbers)";
    return node.bigint ? "a BigInt (numbers are f32, f64 and i32)" : "null (every value is a number)";
  }
  const reason = "operator" in node ? operators[node.operator] : reasons[node.type];
  return reason ?? sayType(node.type);
}

/// "ImportExpression" as "import".
const sayType = (type: string): string =>
  type
    .replace(/Statement$|Declaration$|Expression$/, "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
