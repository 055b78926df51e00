/// Tests as jumps: comparisons, `not`, `and` and `or` never make a truth value that is only looked at.
import { Op } from "../machine/ops.ts";
import { FALSE, isFix, TRUE } from "../words.ts";
import { Emitter } from "./emitter.ts";
import { comparisons, type Form, pickForm } from "./inline.ts";
import type { Node } from "./nodes.ts";

export abstract class Tests extends Emitter {
  /// Brings two operands where a form of an operation expects them; returns the words that follow the operation.
  protected operandsFor(form: Form, a: Node, b: Node): number[] {
    switch (form) {
      case "Locals":
        return [this.slotOf(a), this.slotOf(b)];
      case "LocalConstant":
        return [this.slotOf(a), (b as { value: number }).value];
      case "Constant":
        this.value(a);
        return [(b as { value: number }).value];
      case "Local":
        this.value(b);
        return [this.slotOf(a)];
      case "Second":
        this.value(a);
        return [this.slotOf(b)];
      default:
        this.push(a);
        this.value(b);
        this.height--;
        return [];
    }
  }

  protected formOf(a: Node, b: Node, available: Partial<Record<Form, number>>): Form {
    return pickForm(this.slotOf(a) >= 0, this.slotOf(b) >= 0, b.kind === "constant" && isFix(b.value), available);
  }

  /// A test whose value is wanted.
  protected truth(node: Node): void {
    const { code } = this;
    const no = code.label();
    const end = code.label();
    this.jumpUnless(node, no);
    code.emit(Op.Constant, TRUE);
    code.jump(end, Op.Jump);
    code.mark(no);
    code.emit(Op.Constant, FALSE);
    code.mark(end);
  }

  protected testOf(node: Node): { name: string; operands: Node[]; place: number } | undefined {
    if (node.kind !== "call") return undefined;
    const number = this.primitiveOf(node.operator, node.operands.length);
    return number < 0 ? undefined : { name: this.s.definitions[number].name, operands: node.operands, place: node.place };
  }

  /// Jumps to `label` when the value is false.
  protected jumpUnless(node: Node, label: number): void {
    const { code } = this;
    if (node.kind === "constant") {
      if (node.value === FALSE) code.jump(label, Op.Jump);
      return;
    }
    if (node.kind === "and") {
      for (const part of node.parts) this.jumpUnless(part, label);
      return;
    }
    if (node.kind === "or") {
      const yes = code.label();
      node.parts.forEach((part, i) => {
        if (i < node.parts.length - 1) this.jumpWhen(part, yes);
        else this.jumpUnless(part, label);
      });
      code.mark(yes);
      return;
    }
    const test = this.testOf(node);
    if (test !== undefined) {
      const { name, operands, place } = test;
      const [a, b] = operands;
      if (operands.length === 1) {
        const slot = this.slotOf(a);
        if (name === "not") {
          this.jumpWhen(a, label);
          return;
        }
        if (name === "null?" || name === "pair?") {
          if (slot >= 0) {
            code.jump(label, name === "null?" ? Op.UnlessNullLocal : Op.UnlessPairLocal, slot);
            return;
          }
          this.value(a);
          code.jump(label, name === "null?" ? Op.UnlessNull : Op.UnlessPair);
          return;
        }
      }
      const ops = operands.length === 2 ? comparisons.get(name) : undefined;
      if (ops !== undefined) {
        const form = this.formOf(a, b, ops);
        const words = this.operandsFor(form, a, b);
        code.place(place);
        code.jump(label, ops[form]!, ...words);
        return;
      }
      if (name === "eq?" && operands.length === 2) {
        this.unlessEq(a, b, label);
        return;
      }
    }
    this.value(node);
    code.jump(label, Op.JumpFalse);
  }

  protected unlessEq(a: Node, b: Node, label: number): void {
    const { code } = this;
    const slot = this.slotOf(a);
    if (b.kind === "constant") {
      const value = code.constant(b.value);
      if (slot >= 0) {
        code.jump(label, Op.UnlessEqLocalConstant, slot, value);
        return;
      }
      this.value(a);
      code.jump(label, Op.UnlessEqConstant, value);
      return;
    }
    if (slot >= 0) {
      this.value(b);
      code.jump(label, Op.UnlessEqLocal, slot);
      return;
    }
    this.push(a);
    this.value(b);
    this.height--;
    code.jump(label, Op.UnlessEq);
  }

  /// Jumps to `label` when the value is true.
  protected jumpWhen(node: Node, label: number): void {
    const { code } = this;
    if (node.kind === "constant") {
      if (node.value !== FALSE) code.jump(label, Op.Jump);
      return;
    }
    const test = this.testOf(node);
    if (test !== undefined) {
      const { name, operands } = test;
      const [a, b] = operands;
      if (name === "not") {
        this.jumpUnless(a, label);
        return;
      }
      const slot = this.slotOf(a);
      if (name === "null?") {
        if (slot >= 0) {
          code.jump(label, Op.WhenNullLocal, slot);
          return;
        }
        this.value(a);
        code.jump(label, Op.WhenNull);
        return;
      }
      if (name === "pair?") {
        this.value(a);
        code.jump(label, Op.WhenPair);
        return;
      }
      if (name === "eq?" && b !== undefined && b.kind === "constant") {
        const value = code.constant(b.value);
        if (slot >= 0) {
          code.jump(label, Op.WhenEqLocalConstant, slot, value);
          return;
        }
        this.value(a);
        code.jump(label, Op.WhenEqConstant, value);
        return;
      }
      if (name === "eq?" || (operands.length === 2 && comparisons.has(name))) {
        const no = code.label();
        this.jumpUnless(node, no);
        code.jump(label, Op.Jump);
        code.mark(no);
        return;
      }
    }
    if (node.kind === "and" || node.kind === "or") {
      const no = code.label();
      this.jumpUnless(node, no);
      code.jump(label, Op.Jump);
      code.mark(no);
      return;
    }
    this.value(node);
    code.jump(label, Op.JumpTrue);
  }
}
