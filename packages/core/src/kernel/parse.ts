/// From a function's source text to a syntax tree. Nothing of a kernel is evaluated: the text of `Function.prototype.toString` is parsed by acorn.
import { type AnyNode, type ArrowFunctionExpression, type FunctionExpression, parse as parseScript } from "acorn";
import { codeFrame, KernelError, type Place } from "./diagnostic.ts";
import { walkSyntax } from "./syntax.ts";

export type { AnyNode, BlockStatement, Expression, Pattern, Statement } from "acorn";
export type FunctionNode = FunctionExpression | ArrowFunctionExpression;

/// One function of a kernel: its text and its tree.
export interface Parsed {
  readonly owner: string;
  readonly text: string;
  /// What offsets in the tree are ahead of those in `text`.
  readonly ahead: number;
  readonly node: FunctionNode;
  /// Names of variables that are assigned after their declaration. The others are constants, whatever keyword declares them.
  readonly assigned: ReadonlySet<string>;
  /// Names of members that are assigned: `s.y1 = ...` gives "y1".
  readonly members: ReadonlySet<string>;
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

/// A name and its parameters, as in `tick(x, s) {`. Only decides what is tried first.
const isMethod = /^(?!function\b)[\w$]+\s*\(/;

function parseText(owner: string, text: string): Parsed {
  // A method's text is not an expression by itself, but it is a member of an object literal. Both wrappers keep line numbers.
  const forms = [
    { before: "(", after: ")" },
    { before: "({", after: "})" },
  ];
  if (isMethod.test(text)) forms.reverse();
  let failure: unknown;
  for (const { before, after } of forms) {
    try {
      const statement = parseScript(before + text + after, { ecmaVersion: 2022 }).body[0];
      if (statement.type !== "ExpressionStatement") break;
      let node: AnyNode = statement.expression;
      if (node.type === "ObjectExpression" && node.properties[0]?.type === "Property") node = node.properties[0].value;
      if (node.type !== "FunctionExpression" && node.type !== "ArrowFunctionExpression") continue;
      const kind = node.async ? "an asynchronous function" : node.generator ? "a generator" : undefined;
      if (kind) throw notAFunction(owner, text, `is ${kind}`);
      return { owner, text, ahead: before.length, node, ...assignmentsIn(node) };
    } catch (error) {
      if (error instanceof KernelError) throw error;
      failure = error;
    }
  }
  const native = text.includes("[native code]");
  const unread = failure instanceof SyntaxError ? "cannot be parsed" : "is not a function";
  throw notAFunction(owner, text, native ? "has no source text: it is built in, or made by bind" : unread);
}

const notAFunction = (owner: string, text: string, why: string) =>
  new KernelError(
    "kernel-syntax",
    `${owner} ${why}; a kernel's part is a plain function, an arrow function or a method, which returns at once`,
    codeFrame({ owner, text, offset: 0 }),
  );

/// Where `node` stands in the text of `parsed`. A node that stands for the whole function has the offset 0.
export const placeIn = ({ owner, text, ahead }: Parsed, node: AnyNode): Place => ({ owner, text, offset: Math.max(0, node.start - ahead) });

/// Names of variables and of members (of the state, mostly) that are assigned somewhere inside.
function assignmentsIn(node: AnyNode): Pick<Parsed, "assigned" | "members"> {
  const assigned = new Set<string>();
  const members = new Set<string>();
  walkSyntax(node, (n) => {
    const target = n.type === "AssignmentExpression" ? n.left : n.type === "UpdateExpression" ? n.argument : undefined;
    if (target?.type === "Identifier") assigned.add(target.name);
    if (target?.type === "MemberExpression" && !target.computed && target.property.type === "Identifier") members.add(target.property.name);
  });
  return { assigned, members };
}
