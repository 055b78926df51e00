/// Expressions of the machine's language as WebAssembly instructions.
import ts from "typescript";
import type { Code } from "../../packages/core/src/wasm/encode.ts";
import { Op } from "../../packages/core/src/wasm/opcodes.ts";
import { constantOf, type Kind, misuse, valueTypeOf } from "./language.ts";
import type { Fn, Program } from "./program.ts";

export interface Local {
  readonly index: number;
  readonly kind: Kind;
}

const K = ts.SyntaxKind;
type Name = keyof typeof Op;

const integers = new Map<ts.SyntaxKind, Name>([
  [K.PlusToken, "i32.add"],
  [K.MinusToken, "i32.sub"],
  [K.AsteriskToken, "i32.mul"],
  [K.PercentToken, "i32.rem_s"],
  [K.AmpersandToken, "i32.and"],
  [K.BarToken, "i32.or"],
  [K.CaretToken, "i32.xor"],
  [K.LessThanLessThanToken, "i32.shl"],
  [K.GreaterThanGreaterThanToken, "i32.shr_s"],
  [K.GreaterThanGreaterThanGreaterThanToken, "i32.shr_u"],
  [K.EqualsEqualsEqualsToken, "i32.eq"],
  [K.ExclamationEqualsEqualsToken, "i32.ne"],
  [K.LessThanToken, "i32.lt_s"],
  [K.GreaterThanToken, "i32.gt_s"],
  [K.LessThanEqualsToken, "i32.le_s"],
  [K.GreaterThanEqualsToken, "i32.ge_s"],
]);
const doubles = new Map<ts.SyntaxKind, Name>([
  [K.PlusToken, "f64.add"],
  [K.MinusToken, "f64.sub"],
  [K.AsteriskToken, "f64.mul"],
  [K.SlashToken, "f64.div"],
  [K.EqualsEqualsEqualsToken, "f64.eq"],
  [K.ExclamationEqualsEqualsToken, "f64.ne"],
  [K.LessThanToken, "f64.lt"],
  [K.GreaterThanToken, "f64.gt"],
  [K.LessThanEqualsToken, "f64.le"],
  [K.GreaterThanEqualsToken, "f64.ge"],
]);
const arithmetic = new Set([K.PlusToken, K.MinusToken, K.AsteriskToken, K.SlashToken]);
const comparisons = new Set([
  K.EqualsEqualsEqualsToken,
  K.ExclamationEqualsEqualsToken,
  K.LessThanToken,
  K.GreaterThanToken,
  K.LessThanEqualsToken,
  K.GreaterThanEqualsToken,
]);

/// How the elements of each view of memory are reached: logarithm of the size, and instructions.
const views: Readonly<Record<string, { shift: number; load: Name; store: Name }>> = {
  W: { shift: 2, load: "i32.load", store: "i32.store" },
  F: { shift: 3, load: "f64.load", store: "f64.store" },
  B: { shift: 0, load: "i32.load8_u", store: "i32.store8" },
};

const isOperator = (node: ts.Node, op: ts.SyntaxKind): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === op;

export abstract class Expressions {
  /// Number of enclosing blocks, for the depth of branches.
  protected depth = 0;
  protected scopes: Map<string, Local>[] = [new Map()];

  constructor(
    protected readonly program: Program,
    protected readonly code: Code,
  ) {}

  /// Copies a function's body; its arguments are on the stack.
  protected abstract inline(fn: Fn): void;

  protected op(name: Name): void {
    this.code.op(Op[name]);
  }

  protected find(name: string): Local | undefined {
    return this.scopes.findLast((scope) => scope.has(name))?.get(name);
  }

  protected constant(node: ts.Expression): number | undefined {
    return constantOf(node, this.program.constants, (name) => this.find(name) !== undefined);
  }

  protected kindOf(node: ts.Expression): Kind {
    if (ts.isParenthesizedExpression(node)) return this.kindOf(node.expression);
    if (ts.isIdentifier(node)) return this.find(node.text)?.kind ?? "i32";
    if (ts.isElementAccessExpression(node)) return node.expression.getText() === "F" ? "f64" : "i32";
    if (ts.isCallExpression(node)) {
      const name = node.expression.getText();
      if (name === "f64" || name === "floor") return "f64";
      return this.program.functions.get(name)?.result === "f64" ? "f64" : "i32";
    }
    if (ts.isBinaryExpression(node) && arithmetic.has(node.operatorToken.kind)) return this.kindOf(node.left);
    if (ts.isConditionalExpression(node)) return this.kindOf(node.whenTrue);
    return "i32";
  }

  /// Pushes a value of the given kind.
  protected as(kind: Kind, node: ts.Expression): void {
    if (kind === "address") this.address(node);
    else this.value(node);
  }

  protected effect(node: ts.Expression): void {
    if (isOperator(node, K.EqualsToken)) {
      const target = node.left;
      if (ts.isIdentifier(target)) {
        const local = this.find(target.text);
        if (local === undefined) throw misuse(node, "unknown name");
        this.as(local.kind, node.right);
        this.code.set(local.index);
        return;
      }
      if (ts.isElementAccessExpression(target)) {
        const { view, offset } = this.place(target);
        this.value(node.right);
        this.code.memory(Op[view.store], view.shift, offset);
        return;
      }
    }
    if (!ts.isCallExpression(node)) throw misuse(node, "an expression without effect");
    if (this.call(node) !== undefined) this.op("drop");
  }

  /// Pushes the byte address of an element, leaving out a constant part that is returned for the instruction to add.
  private place(node: ts.ElementAccessExpression): { view: (typeof views)[string]; offset: number } {
    const view = views[node.expression.getText()];
    if (view === undefined) throw misuse(node, "unknown memory");
    let index = node.argumentExpression;
    let offset = 0;
    const whole = this.constant(index);
    if (whole !== undefined) {
      this.code.i32(0);
      return { view, offset: whole << view.shift };
    }
    if (isOperator(index, K.PlusToken)) {
      const k = this.constant(index.right);
      if (k !== undefined && k > 0) {
        offset = k << view.shift;
        index = index.left;
      }
    }
    if (view.shift === 2) this.address(index);
    else this.elementAddress(index, view.shift);
    return { view, offset };
  }

  private elementAddress(index: ts.Expression, shift: number): void {
    const inner = ts.isParenthesizedExpression(index) ? index.expression : index;
    // A double lies at an even word: twice half its index is the index.
    if (shift === 3 && isOperator(inner, K.GreaterThanGreaterThanToken) && this.constant(inner.right) === 1) return this.address(inner.left);
    this.value(index);
    if (shift > 0) this.shift(shift, "i32.shl");
  }

  private shift(count: number, name: Name): void {
    this.code.i32(count);
    this.op(name);
  }

  /// Pushes the byte address of a word whose index an expression is.
  private address(node: ts.Expression): void {
    if (ts.isParenthesizedExpression(node)) return this.address(node.expression);
    const k = this.constant(node);
    if (k !== undefined) return this.code.i32(k * 4);
    if (ts.isIdentifier(node) && this.find(node.text)?.kind === "address") return this.code.get(this.find(node.text)!.index);
    if (ts.isConditionalExpression(node)) return this.conditional(node, "address");
    const isSum = isOperator(node, K.PlusToken);
    if ((isSum || isOperator(node, K.MinusToken)) && this.hasAddress(node)) {
      this.address(node.left);
      this.address(node.right);
      return this.op(isSum ? "i32.add" : "i32.sub");
    }
    this.value(node);
    this.shift(2, "i32.shl");
  }

  /// Whether a sum is better made of byte addresses than of indices.
  private hasAddress(node: ts.Expression): boolean {
    if (ts.isParenthesizedExpression(node)) return this.hasAddress(node.expression);
    if (ts.isIdentifier(node)) return this.find(node.text)?.kind === "address";
    return (isOperator(node, K.PlusToken) || isOperator(node, K.MinusToken)) && (this.hasAddress(node.left) || this.hasAddress(node.right));
  }

  /// Pushes 0 for false, another number for true.
  protected condition(node: ts.Expression): void {
    if (ts.isParenthesizedExpression(node)) return this.condition(node.expression);
    if (isOperator(node, K.ExclamationEqualsEqualsToken) && this.constant(node.right) === 0 && this.kindOf(node.left) === "i32") {
      return this.condition(node.left);
    }
    this.value(node);
  }

  protected value(node: ts.Expression): void {
    const k = this.constant(node);
    if (k !== undefined) return this.code.i32(k);
    if (ts.isParenthesizedExpression(node)) this.value(node.expression);
    else if (ts.isIdentifier(node)) {
      const local = this.find(node.text);
      if (local === undefined) throw misuse(node, "unknown name");
      this.code.get(local.index);
      if (local.kind === "address") this.shift(2, "i32.shr_u");
    } else if (ts.isElementAccessExpression(node)) {
      const { view, offset } = this.place(node);
      this.code.memory(Op[view.load], view.shift, offset);
    } else if (ts.isCallExpression(node)) this.call(node);
    else if (ts.isConditionalExpression(node)) this.conditional(node, this.kindOf(node));
    else if (ts.isBinaryExpression(node)) this.binary(node);
    else if (ts.isPrefixUnaryExpression(node) && node.operator === K.MinusToken) {
      this.code.i32(0);
      this.value(node.operand);
      this.op("i32.sub");
    } else throw misuse(node, "not in the machine's language");
  }

  private conditional(node: ts.ConditionalExpression, kind: Kind): void {
    // A comparison is 1 or 0 as it stands.
    if (this.constant(node.whenTrue) === 1 && this.constant(node.whenFalse) === 0 && this.isTruth(node.condition)) {
      return this.value(node.condition);
    }
    this.condition(node.condition);
    this.code.open(Op.if, valueTypeOf(kind));
    this.depth++;
    this.as(kind, node.whenTrue);
    this.op("else");
    this.as(kind, node.whenFalse);
    this.depth--;
    this.code.end();
  }

  /// Whether an expression is always 0 or 1.
  private isTruth(node: ts.Expression): boolean {
    if (ts.isParenthesizedExpression(node)) return this.isTruth(node.expression);
    if (!ts.isBinaryExpression(node)) return false;
    const op = node.operatorToken.kind;
    if (op === K.AmpersandAmpersandToken || op === K.BarBarToken) return this.isTruth(node.left) && this.isTruth(node.right);
    return comparisons.has(op);
  }

  private binary(node: ts.BinaryExpression): void {
    const op = node.operatorToken.kind;
    if (op === K.AmpersandAmpersandToken || op === K.BarBarToken) return this.junction(node, op === K.AmpersandAmpersandToken);
    const name = (this.kindOf(node.left) === "f64" ? doubles : integers).get(op);
    if (name === undefined) throw misuse(node, "unknown operator");
    this.value(node.left);
    this.value(node.right);
    this.op(name);
  }

  private junction(node: ts.BinaryExpression, isAnd: boolean): void {
    this.condition(node.left);
    this.code.open(Op.if, valueTypeOf("i32"));
    this.depth++;
    if (isAnd) this.truth(node.right);
    else this.code.i32(1);
    this.op("else");
    if (isAnd) this.code.i32(0);
    else this.truth(node.right);
    this.depth--;
    this.code.end();
  }

  private truth(node: ts.Expression): void {
    if (this.isTruth(node)) this.value(node);
    else this.condition(node);
  }

  /// Pushes the result of a call; returns its kind, undefined for none.
  private call(node: ts.CallExpression): Kind | undefined {
    const callee = node.expression;
    const intrinsic = this.intrinsic(node);
    if (intrinsic !== undefined) return intrinsic;
    const own = this.program.functions.get(callee.getText());
    const fn = own ?? (ts.isPropertyAccessExpression(callee) ? this.program.imported(callee.name.text) : undefined);
    if (fn === undefined) throw misuse(node, "unknown function");
    node.arguments.forEach((a, i) => {
      this.as(fn.parameters[i], a);
    });
    if (own?.inline) this.inline(own);
    else this.code.call(fn.index);
    return fn.result;
  }

  /// Conversions between integers and doubles, and rounding.
  private intrinsic(node: ts.CallExpression): Kind | undefined {
    const [argument] = node.arguments;
    switch (node.expression.getText()) {
      case "f64": {
        const k = this.constant(argument);
        if (k !== undefined) this.code.f64Const(k);
        else {
          this.value(argument);
          this.op("f64.convert_i32_s");
        }
        return "f64";
      }
      case "i32":
        this.value(argument);
        if (this.kindOf(argument) === "f64") this.op("i32.trunc_f64_s");
        return "i32";
      case "floor":
        this.value(argument);
        this.op("f64.floor");
        return "f64";
      default:
        return undefined;
    }
  }
}
