/// Where a program was: the place of the running instruction and the procedures on the stack.
import { Description } from "../compiler/code.ts";
import type { Interpreter } from "../interpreter.ts";
import { symbolName } from "../symbols.ts";
import { HEADER, isFix, isSymbol, Reg, Type, unfix } from "../words.ts";

/// File, line and column of the instruction that was running.
export function placeOf(s: Interpreter): { file?: string; line?: number; column?: number } {
  const { w } = s;
  for (const { closure, pc } of frames(s)) {
    const description = s.heap.data(w[w[closure + 1] + 2]);
    const places = w[description + Description.Places];
    if (s.heap.typeOf(places) !== Type.Vector) continue;
    const offset = pc - (w[closure + 1] + 4);
    let found = w[description + Description.Place];
    for (let i = 0; i + 1 < s.heap.length(places); i += 2) {
      if (unfix(w[s.heap.data(places) + i]) > offset) break;
      found = w[s.heap.data(places) + i + 1];
    }
    if (!isFix(found)) continue;
    return { file: s.files[unfix(w[description + Description.File])], line: unfix(found) >> 8, column: unfix(found) & 255 };
  }
  return {};
}

/// Closures on the stack, innermost first, with the address each had reached.
function* frames(s: Interpreter): Generator<{ closure: number; pc: number }> {
  const { w } = s;
  let fp = w[Reg.Fp];
  let pc = w[Reg.Pc];
  const bottom = s.heap.memory.stackBase + HEADER;
  for (let n = 0; n < 64 && fp >= bottom; n++) {
    const closure = w[fp - 1];
    if (s.heap.isType(closure, Type.Closure)) yield { closure, pc };
    pc = w[fp - HEADER + 1] >> 1;
    const distance = w[fp - HEADER + 2] >> 1;
    if (distance <= 0) return;
    fp -= distance;
  }
}

/// Names of the procedures that were running, innermost first.
export function traceOf(s: Interpreter): string[] {
  const names: string[] = [];
  for (const { closure } of frames(s)) {
    const name = s.closureName(closure);
    if (name !== 0 && isSymbol(name)) names.push(symbolName(name));
  }
  return names;
}
