/// Delays that close cycles. A line is written `n` ticks after it is read, so it runs ahead by its length.
import { atInit, i32, ring, signal } from "../kernel/language.ts";
import { deferredModule, type ModuleType } from "./module.ts";

/// y[t] = x[t - n], n >= 1. Silence before.
export function delayModule(n: number): ModuleType<"in", "out0"> {
  requireTicks(n);
  return deferredModule(
    "Delay",
    { n },
    {
      inputs: { in: signal, length: atInit(n) },
      outputs: 1,
      state: { line: ring(), written: i32(), read: i32() },
      init({ length }, s, c) {
        c.alloc(s.line, length + c.blockSize);
        s.written = length | 0;
      },
      emit(_x, s) {
        const y = s.line[s.read];
        s.read = s.read + 1;
        return y;
      },
      absorb({ in: x }, s) {
        s.line[s.written] = x;
        s.written = s.written + 1;
      },
    },
  );
}

/// y[t] = x[t - d], where d follows the input `time` n ticks late, between `n` and `most` ticks, rounded down: the least delay is what it promises.
export function variableDelayModule(n: number, most: number): ModuleType<"in" | "time", "out0"> {
  requireTicks(n);
  return deferredModule(
    "VariableDelay",
    { n, mode: "variable" },
    {
      inputs: { in: signal, time: n, least: atInit(n), most: atInit(most) },
      outputs: 1,
      state: { line: ring(), times: ring(), written: i32(), read: i32(), least: i32(), most: i32() },
      init({ least, most }, s, c) {
        c.alloc(s.line, most + c.blockSize);
        c.alloc(s.times, least + c.blockSize);
        s.least = least | 0;
        s.most = most | 0;
      },
      emit(_x, s, _b, c) {
        // The time heard n ticks ago; before the start there was none, and the least holds.
        const heard = s.read >= s.least ? s.times[s.read - s.least] : 0;
        const d = c.tr(c.clip(heard, s.least, s.most));
        const y = s.read >= d ? s.line[s.read - d] : 0;
        s.read = s.read + 1;
        return y;
      },
      absorb({ in: x, time }, s) {
        s.line[s.written] = x;
        s.times[s.written] = time;
        s.written = s.written + 1;
      },
    },
  );
}

function requireTicks(n: number): void {
  if (!(Number.isInteger(n) && n >= 1)) throw new RangeError(`a delay of ${n} ticks: expected a whole number, 1 or more`);
}
