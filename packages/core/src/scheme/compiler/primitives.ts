/// Calls of builtins: an instruction of their own where the machine has one, a call of the builtin's body otherwise.
import { Op } from "../machine/ops.ts";
import { binaryOps, comparisons, type Form, nested } from "./inline.ts";
import type { Node } from "./nodes.ts";
import { Tests } from "./tests.ts";

/// Builtins of as many operands as they may have whose instruction knows the common case, and calls the builtin otherwise.
const own = new Map<string, number>([
  ["vector-set!", Op.VectorSet],
  ["assq", Op.Assq],
  ["memq", Op.Memq],
]);

export abstract class Primitives extends Tests {
  protected primitive(number: number, operands: Node[], place: number): void {
    const { code, s } = this;
    const { name } = s.definitions[number];
    const count = operands.length;
    if (count === 1 && this.unary(name, operands[0], place)) return;
    if (count === 2) {
      const op = binaryOps.get(name);
      if (op !== undefined) {
        this.binary(op, operands[0], operands[1], place);
        return;
      }
      if (comparisons.has(name) || name === "eq?") {
        this.truth({ kind: "call", operator: { kind: "constant", value: s.globals.builtin(number) }, operands, place });
        return;
      }
      if (name === "cons" || name === "{map-cons}") {
        this.cons(operands[0], operands[1]);
        return;
      }
      if (name === "vector-ref") {
        this.vectorRef(operands[0], operands[1], place);
        return;
      }
    }
    if (count > 2 && nested.has(name)) {
      // (+ a b c) is (+ (+ a b) c).
      const first: Node = {
        kind: "call",
        operator: { kind: "constant", value: s.globals.builtin(number) },
        operands: operands.slice(0, -1),
        place,
      };
      this.binary(binaryOps.get(name)!, first, operands[count - 1], place);
      return;
    }
    const [, most] = s.definitions[number].arity;
    if (count === 0 || count > 3 || most < 0 || most > 3) {
      for (const operand of operands) this.push(operand);
      code.place(place);
      code.emit(Op.PrimN, number, count);
      this.height -= count;
      return;
    }
    for (const operand of operands.slice(0, -1)) this.push(operand);
    this.value(operands[count - 1]);
    code.place(place);
    code.emit(own.get(name) ?? [Op.Prim1, Op.Prim2, Op.Prim3][count - 1], number);
    this.height -= count - 1;
  }

  /// Short forms of one operand; true when there was one.
  protected unary(name: string, operand: Node, place: number): boolean {
    const { code } = this;
    const slot = this.slotOf(operand);
    switch (name) {
      case "car":
      case "cdr":
        if (slot >= 0) {
          code.place(place);
          code.emit(name === "car" ? Op.CarLocal : Op.CdrLocal, slot);
          return true;
        }
        this.value(operand);
        code.place(place);
        code.emit(name === "car" ? Op.Car : Op.Cdr);
        return true;
      case "cadr":
      case "cddr":
        this.value(operand);
        code.place(place);
        code.emit(name === "cadr" ? Op.Cadr : Op.Cddr);
        return true;
      case "null?":
      case "pair?":
      case "not":
        this.truth({ kind: "call", operator: { kind: "constant", value: this.s.globals.builtinNamed(name) }, operands: [operand], place });
        return true;
    }
    return false;
  }

  protected cons(a: Node, b: Node): void {
    const { code } = this;
    const slot = this.slotOf(a);
    if (slot >= 0) {
      this.value(b);
      code.emit(Op.ConsLocal, slot);
      return;
    }
    this.push(a);
    this.value(b);
    code.emit(Op.Cons);
    this.height--;
  }

  protected vectorRef(v: Node, i: Node, place: number): void {
    const { code } = this;
    const slot = this.slotOf(v);
    if (slot < 0) this.push(v);
    this.value(i);
    code.place(place);
    if (slot >= 0) code.emit(Op.VectorRefLocal, slot);
    else {
      code.emit(Op.VectorRef);
      this.height--;
    }
  }

  protected binary(ops: Partial<Record<Form, number>>, a: Node, b: Node, place: number): void {
    const form = this.formOf(a, b, ops);
    const words = this.operandsFor(form, a, b);
    this.code.place(place);
    this.code.emit(ops[form]!, ...words);
  }
}
