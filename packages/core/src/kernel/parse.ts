/// From a function's source text to a syntax tree. Nothing of a kernel is evaluated: the text of `Function.prototype.toString` is parsed by acorn.
import { type AnyNode, type ArrowFunctionExpression, type FunctionExpression, parse as parseScript } from "acorn";
import { codeFrame, KernelError, type Place } from "./diagnostic.ts";
import { walkSyntax } from "./syntax.ts";

export type { AnyNode, BlockStatement, Expression, Pattern, Statement } from "acorn";
export type FunctionNode = FunctionExpression | ArrowFunctionExpression;

/// One function of a kernel: its tree, and the text its offsets point into.
export interface Parsed {
  readonly owner: string;
  readonly text: string;
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

function parseText(owner: string, source: string): Parsed {
  // A method's text is not an expression by itself, but it is a member of an object literal. Both wrappers keep line numbers.
  const forms = [`(${source})`, `({${source}})`];
  if (isMethod.test(source)) forms.reverse();
  let failure: unknown;
  for (const text of forms) {
    try {
      const program = parseScript(text, { ecmaVersion: 2022 });
      const statement = program.body[0];
      if (statement.type !== "ExpressionStatement") break;
      let node: AnyNode = statement.expression;
      if (node.type === "ObjectExpression" && node.properties[0]?.type === "Property") node = node.properties[0].value;
      if (node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression") {
        return { owner, text, node, ...assignmentsIn(node) };
      }
    } catch (error) {
      failure = error;
    }
  }
  const offset = failure instanceof SyntaxError && "pos" in failure ? Number(failure.pos) : 0;
  const place: Place = { owner, text: forms.at(-1)!, offset };
  throw new KernelError("kernel-syntax", `${owner} is not a function whose source can be read`, codeFrame(place));
}

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
