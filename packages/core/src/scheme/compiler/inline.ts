/// Operations the machine has instructions for, by the builtin's name and where the operands are.
import { Op } from "../machine/ops.ts";

/// Where two operands are: "" pushed and accumulator, Locals two stack slots, LocalConstant slot and fixnum, Constant accumulator and
/// fixnum, Local slot and accumulator, Second accumulator and slot.
export type Form = "" | "Locals" | "LocalConstant" | "Constant" | "Local" | "Second";

const all: Form[] = ["", "Locals", "LocalConstant", "Constant", "Local", "Second"];

function ops(prefix: string): Partial<Record<Form, number>> {
  const table: Record<string, number> = Op;
  const out: Partial<Record<Form, number>> = {};
  for (const form of all) if (table[prefix + form] !== undefined) out[form] = table[prefix + form];
  return out;
}

export const binaryOps = new Map([
  ["+", ops("Add")],
  ["-", ops("Subtract")],
  ["*", ops("Multiply")],
  ["modulo", ops("Modulo")],
]);

/// Of those, the ones whose further operands are applied one by one from the left.
export const nested = new Set(["+", "-", "*"]);

/// Comparisons as jumps taken when they do not hold.
export const comparisons = new Map([
  ["<", ops("UnlessLess")],
  [">", ops("UnlessGreater")],
  ["<=", ops("UnlessLessEqual")],
  [">=", ops("UnlessGreaterEqual")],
  ["=", ops("UnlessEqual")],
]);

/// The cheapest available form for operands that are in stack slots or are a small constant.
export function pickForm(aSlot: boolean, bSlot: boolean, bConstant: boolean, available: Partial<Record<Form, number>>): Form {
  const can = (form: Form) => available[form] !== undefined;
  if (aSlot && bConstant && can("LocalConstant")) return "LocalConstant";
  if (bConstant && can("Constant")) return "Constant";
  if (aSlot && bSlot && can("Locals")) return "Locals";
  if (bSlot && can("Second")) return "Second";
  if (aSlot && can("Local")) return "Local";
  return "";
}
