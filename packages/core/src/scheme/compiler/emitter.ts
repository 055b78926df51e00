/// What all of code generation shares: the code so far, the height of the stack, and where variables are.
import { condition } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { Op } from "../machine/ops.ts";
import { symbolName } from "../symbols.ts";
import { Type } from "../words.ts";
import { Code } from "./code.ts";
import type { Node, Scope } from "./nodes.ts";

/// Most words a procedure may keep on the stack.
const MAX_HEIGHT = 3000;

const returnsMany = new Set(["values", "apply-values", "read"]);
const isValues = (node: Node & { kind: "call" }): boolean =>
  node.operator.kind === "free" && returnsMany.has(symbolName(node.operator.symbol)) ? true : node.operator.kind === "constant";

export abstract class Emitter {
  protected readonly s: Interpreter;

  protected readonly code = new Code();

  protected height = 0;

  /// Environments between here and the global one, innermost last.
  protected readonly frames: Scope[];

  protected readonly file: number;

  constructor(s: Interpreter, frames: Scope[], file: number) {
    this.s = s;
    this.frames = frames;
    this.file = file;
  }

  protected grow(words: number): void {
    this.height += words;
    if (this.height > MAX_HEIGHT) throw condition(this.s, "syntax-error", "procedure needs too many temporary values");
  }

  /// The stack slot of an operand that needs no instruction to fetch, or -1.
  protected slotOf(node: Node): number {
    if (node.kind !== "local") return -1;
    const v = node.variable;
    return v.framed || v.scope.reified ? -1 : v.slot;
  }

  /// Pushes the value of an operand; what may be several values only where a call will spread them.
  protected push(node: Node): void {
    const { code } = this;
    const slot = this.slotOf(node);
    if (node.kind === "constant") code.emit(Op.PushConstant, code.constant(node.value));
    else if (slot >= 0) code.emit(Op.PushLocal, slot);
    else if (node.kind === "free" && !node.scope.looksUp) code.emit(Op.PushGlobal, this.s.globals.cell(node.symbol));
    else {
      this.value(node);
      if (this.mayReturnMany(node)) code.emit(Op.PushResult);
      else code.push();
    }
    this.grow(1);
  }

  /// The definition of a builtin that returns directly, or -1.
  primitiveOf(operator: Node, count: number): number {
    const { s } = this;
    let value = 0;
    if (operator.kind === "constant") value = operator.value;
    else if (operator.kind === "free" && !operator.scope.looksUp) value = s.globals.value(operator.symbol);
    if (!s.heap.isType(value, Type.Builtin)) return -1;
    const number = s.w[value + 1] >> 1;
    const definition = s.definitions[number];
    if (definition.control === true) return -1;
    const [min, max] = definition.arity;
    return count >= min && (max < 0 || count <= max) ? number : -1;
  }

  /// Generates for the value in the accumulator.
  abstract value(node: Node): void;

  /// Whether an operand's value can be several values.
  private mayReturnMany(node: Node): boolean {
    switch (node.kind) {
      case "call": {
        return this.primitiveOf(node.operator, node.operands.length) < 0 || isValues(node);
      }
      case "if":
        return this.mayReturnMany(node.then) || this.mayReturnMany(node.otherwise);
      case "and":
      case "or":
        return this.mayReturnMany(node.parts[node.parts.length - 1]);
      case "sequence":
        return node.body.length > 0 && this.mayReturnMany(node.body[node.body.length - 1]);
      case "let":
      case "loop":
      case "withLet":
        return this.mayReturnMany(node.body);
      default:
        return false;
    }
  }
}
