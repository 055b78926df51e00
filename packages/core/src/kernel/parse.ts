/// From a function's source text to a syntax tree. Nothing of a kernel is evaluated: the text of `Function.prototype.toString` is parsed by acorn.
import { type AnyNode, type ArrowFunctionExpression, type FunctionExpression, parse as parseScript } from "acorn";
import { codeFrame, KernelError, type Place } from "./diagnostic.ts";

export type { AnyNode, BlockStatement, Expression, Pattern, Statement } from "acorn";
export type FunctionNode = FunctionExpression | ArrowFunctionExpression;

/// One function of a kernel: its tree, and the text its offsets point into.
export interface Parsed {
  readonly owner: string;
  readonly text: string;
  readonly node: FunctionNode;
  /// Names of variables that are assigned after their declaration. The others are constants, whatever keyword declares them.
  readonly assigned: ReadonlySet<string>;
}

// biome-ignore lint/complexity/noBannedTypes: any function's text may be a kernel
type AnyFunction = Function;

const cache = new WeakMap<AnyFunction, Parsed>();

/// Parses `fn` (a method, a function or an arrow function) once.
export function parseFunction(owner: string, fn: AnyFunction): Parsed {
  let parsed = cache.get(fn);
  if (!parsed) cache.set(fn, (parsed = parseText(owner, fn.toString())));
  return parsed;
}

function parseText(owner: string, source: string): Parsed {
  // A method's text is not an expression by itself, but it is a member of an object literal. Both wrappers keep line numbers.
  const forms = [`(${source})`, `({${source}})`];
  let failure: unknown;
  for (const text of forms) {
    try {
      const program = parseScript(text, { ecmaVersion: 2022 });
      const statement = program.body[0];
      if (statement.type !== "ExpressionStatement") break;
      let node: AnyNode = statement.expression;
      if (node.type === "ObjectExpression" && node.properties[0]?.type === "Property") node = node.properties[0].value;
      if (node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression") {
        const assigned = new Set<string>();
        collectAssigned(node, assigned);
        return { owner, text, node, assigned };
      }
    } catch (error) {
      failure = error;
    }
  }
  const offset = failure instanceof SyntaxError && "pos" in failure ? Number(failure.pos) : 0;
  const place: Place = { owner, text: forms[1], offset };
  throw new KernelError("kernel-syntax", `${owner} is not a function whose source can be read`, codeFrame(place));
}

function collectAssigned(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) {
    for (const child of node) collectAssigned(child, names);
    return;
  }
  if (typeof node !== "object" || node === null || !("type" in node)) return;
  const n = node as AnyNode;
  if (n.type === "AssignmentExpression" && n.left.type === "Identifier") names.add(n.left.name);
  if (n.type === "UpdateExpression" && n.argument.type === "Identifier") names.add(n.argument.name);
  for (const [key, child] of Object.entries(n)) if (key !== "type") collectAssigned(child, names);
}
