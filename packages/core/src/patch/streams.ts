/// The two units by which the code of a module reaches its streams. They pass on what they are given; where it comes from and goes to is the
/// compiler's business (synthdef/segments.ts), which reads the number of the stream from `special`.
import { signal } from "../kernel/language.ts";
import { streamUnits } from "../synthdef/compile.ts";
import { ugen } from "../ugens/declare.ts";
import { builtins } from "../ugens/index.ts";
import { type UGen, UGenRegistry } from "../ugens/registry.ts";
import { addUnit, type Signal } from "../ugens/signal.ts";

const StreamIn = ugen(streamUnits.in, {
  rates: "ar",
  inputs: { in: signal },
  tick({ in: x }) {
    return x;
  },
});

const StreamOut = ugen(streamUnits.out, {
  rates: "ar",
  inputs: { in: signal },
  effect: true,
  tick({ in: x }) {
    return x;
  },
});

/// What a body of units hears of input stream `k`. To be called inside a definition.
export const streamInput = (k: number): Signal =>
  addUnit({ name: StreamIn.name, rate: "ar", inputs: [], outputs: ["ar"], special: k, pure: true });

/// Sends one channel to stream `k` of the module.
export function streamOutput(channel: Signal, k: number): void {
  const { value } = channel.at(0);
  if (typeof value !== "number" && !("unit" in value))
    throw new Error(`output ${k} is a list of channels; each output of a module is one stream`);
  addUnit({ name: StreamOut.name, rate: "ar", inputs: [value], outputs: ["ar"], special: k, pure: false });
}

/// The units that a module may be made of: the built-in ones, and those of its own.
export const moduleUnits = (own: readonly UGen[] = []): UGenRegistry => new UGenRegistry([...builtins, StreamIn, StreamOut, ...own]);
