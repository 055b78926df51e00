/// Units that read and write buses: In, Out and their family.
///
/// An audio bus holds one block; its stamp is the number of the block that last wrote it. The first writer of a block overwrites, later ones add.
import { helper, i32, many, perBlock, type SystemContext } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// The bus to use: `wanted` if all `width` channels exist, else the one used before.
const chooseBus = helper((wanted: number, before: number, width: number, c: SystemContext) => {
  const count = c.isAr ? c.target.audioBusCount : c.target.controlBusCount;
  const bus = c.tr(wanted);
  return bus >= 0 && bus + width <= count ? bus : before;
});

/// Byte address of a bus's stamp, and of its block or value.
const stampOf = helper((bus: number, c: SystemContext) => (c.isAr ? c.target.audioStamps : c.target.controlStamps) + bus * 4);
const dataOf = helper((bus: number, c: SystemContext) =>
  c.isAr ? c.target.audioBuses + bus * (c.target.blockSize * 4) : c.target.controlBuses + bus * 4,
);

/// Makes a bus ready to be added to: the first writer of a block finds -0 everywhere, and -0 + x is x.
const claim = helper(
  (
    bus: number,
    c: SystemContext & { stampOf: (bus: number, c: SystemContext) => number; dataOf: (bus: number, c: SystemContext) => number },
  ) => {
    const now = c.loadI32(c.target.context);
    const stamp = c.stampOf(bus, c);
    if (c.loadI32(stamp) !== now) {
      const data = c.dataOf(bus, c);
      for (let k = 0; k < c.size; k++) c.storeF32(data + k * 4, -0);
      c.storeI32(stamp, now);
    }
  },
);

/// Out (bus, channels...): adds its channels to the buses from `bus` on; the first writer of a block overwrites what an earlier block left.
export const Out = ugen("Out", {
  rates: "ar kr",
  inputs: { bus: perBlock(0), channels: many() },
  outputs: 0,
  state: { last: i32(0) },
  uses: { chooseBus, stampOf, dataOf, claim },
  writes: "bus",
  effect: true,
  system: true,
  family: "buses",
  init(_x, _s, _c) {
    return 0;
  },
  block({ bus, channels }, s, c) {
    const first = c.chooseBus(bus, s.last, channels.length, c);
    s.last = first;
    for (const i of c.each(channels.length)) c.claim(first + i, c);
    return { first };
  },
  tick({ channels }, _s, { first }, c) {
    for (const i of c.each(channels.length)) {
      const at = c.dataOf(first + i, c) + c.j * 4;
      c.storeF32(at, c.loadF32(at) + channels[i]);
    }
  },
});

/// In (bus): what has been written to the buses from `bus` on in this block (ar: silence if nothing was), or the value of control buses (kr).
export const In = ugen("In", {
  rates: "ar kr",
  inputs: { bus: perBlock(0) },
  outputs: "caller last",
  state: { last: i32(0) },
  uses: { chooseBus, stampOf, dataOf },
  reads: "bus",
  system: true,
  family: "buses",
  block({ bus }, s, c) {
    const first = c.chooseBus(bus, s.last, c.outputs, c);
    s.last = first;
    const present: number[] = [];
    if (c.isAr) {
      const now = c.loadI32(c.target.context);
      for (const i of c.each(c.outputs)) present[i] = c.loadI32(c.stampOf(first + i, c)) === now ? 1 : 0;
    }
    return { first, present };
  },
  tick(_x, _s, { first, present }, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) {
      const at = c.dataOf(first + i, c) + c.j * 4;
      y[i] = c.isAr ? (present[i] !== 0 ? c.loadF32(at) : 0) : c.loadF32(at);
    }
    return y;
  },
});
