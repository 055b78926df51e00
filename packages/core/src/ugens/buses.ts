/// Units that write and read buses: Out, In and their families. support/bus.ts says what a bus is.
import { f32, helper, i32, many, memory, perBlock, type SystemContext } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { blockNow, busExists, chooseBus, claim, dataOf, stampOf } from "./support/bus.ts";

/// Where a writer's channel goes: a channel that does not exist writes where nobody reads.
const writable = helper((bus: number, exists: boolean, c: SystemContext & Record<"dataOf", (bus: number, c: SystemContext) => number>) =>
  exists ? c.dataOf(bus, c) : c.target.scratch,
);

/// Out (bus, channels...): adds its channels to the buses from `bus` on; the first writer of a block overwrites what an earlier block left.
export const Out = ugen("Out", {
  rates: "ar kr",
  inputs: { bus: perBlock(0), channels: many() },
  outputs: 0,
  state: { last: i32() },
  uses: { chooseBus, busExists, stampOf, dataOf, claim, writable },
  writes: "bus",
  effect: true,
  system: true,
  family: "buses",
  init() {
    return 0;
  },
  block({ bus, channels }, s, c) {
    const wanted = c.tr(bus);
    const first = c.chooseBus(wanted, s.last, channels.length, c);
    s.last = first;
    const data: number[] = [];
    for (const i of c.each(channels.length)) {
      const exists = c.busExists(wanted + i, c);
      data[i] = c.writable(first + i, exists, c);
      if (exists) c.claim(data[i], c.stampOf(first + i, c), c);
    }
    return { data };
  },
  tick({ channels }, _s, { data }, c) {
    for (const i of c.each(channels.length)) {
      const at = data[i] + c.j * 4;
      c.storeF32(at, c.loadF32(at) + channels[i]);
    }
  },
});

/// ReplaceOut (bus, channels...): puts its channels in place of what the buses hold.
export const ReplaceOut = ugen("ReplaceOut", {
  rates: "ar kr",
  inputs: { bus: perBlock(0), channels: many() },
  outputs: 0,
  state: { last: i32() },
  uses: { chooseBus, busExists, stampOf, dataOf, blockNow, writable },
  writes: "bus",
  effect: true,
  system: true,
  family: "buses",
  init() {
    return 0;
  },
  block({ bus, channels }, s, c) {
    const wanted = c.tr(bus);
    const first = c.chooseBus(wanted, s.last, channels.length, c);
    s.last = first;
    const data: number[] = [];
    for (const i of c.each(channels.length)) {
      const exists = c.busExists(wanted + i, c);
      data[i] = c.writable(first + i, exists, c);
      if (exists) c.storeI32(c.stampOf(first + i, c), c.blockNow(c));
    }
    return { data };
  },
  tick({ channels }, _s, { data }, c) {
    for (const i of c.each(channels.length)) c.storeF32(data[i] + c.j * 4, channels[i]);
  },
});

/// XOut (bus, xfade, channels...): cross-fades from what the buses hold (silence if nothing yet in this block) to its channels:
/// y = bus + xfade (in - bus). At audio rate xfade glides over the block. With xfade 0 the buses stay untouched.
export const XOut = ugen("XOut", {
  rates: "ar kr",
  inputs: { bus: perBlock(0), xfade: perBlock(0), channels: many() },
  outputs: 0,
  state: { last: i32(), fade: f32() },
  uses: { chooseBus, busExists, stampOf, dataOf, blockNow, writable },
  writes: "bus",
  effect: true,
  system: true,
  family: "buses",
  init({ xfade }, s) {
    s.fade = xfade;
    return 0;
  },
  block({ bus, xfade, channels }, s, c) {
    const wanted = c.tr(bus);
    const first = c.chooseBus(wanted, s.last, channels.length, c);
    s.last = first;
    const idle = xfade === 0 && (s.fade === xfade || !c.isAr);
    const full = xfade === 1 && (s.fade === xfade || !c.isAr);
    const fade = c.glide(c.isAr ? s.fade : xfade, xfade);
    s.fade = xfade;
    const data: number[] = [];
    const heard: number[] = [];
    const now = c.blockNow(c);
    for (const i of c.each(channels.length)) {
      const exists = c.busExists(wanted + i, c);
      const stamp = c.stampOf(first + i, c);
      data[i] = c.writable(first + i, exists, c);
      heard[i] = c.loadI32(stamp) === now ? 1 : 0;
      if (exists && !idle) c.storeI32(stamp, now);
    }
    return { data, heard, fade, idle, full };
  },
  tick({ channels }, _s, { data, heard, fade, idle, full }, c) {
    for (const i of c.each(channels.length)) {
      const at = data[i] + c.j * 4;
      const held = c.loadF32(at);
      const old = heard[i] !== 0 ? held : 0;
      const mixed = full ? channels[i] : old + fade * (channels[i] - old);
      c.storeF32(at, idle ? held : mixed);
    }
  },
});

/// OffsetOut (bus, channels...): as Out, delayed by the synth's start offset o in its block, so that it starts on the frame it was due.
/// y[n] = x[n - o]. What remains in the delay when the synth is freed is added to the buses at that moment.
export const OffsetOut = ugen("OffsetOut", {
  rates: "ar kr",
  inputs: { bus: perBlock(0), channels: many() },
  outputs: 0,
  state: { last: i32(), wanted: i32(), line: memory() },
  uses: { chooseBus, busExists, stampOf, dataOf, claim, writable },
  writes: "bus",
  effect: true,
  system: true,
  family: "buses",
  init({ channels }, s, c) {
    c.alloc(s.line, channels.length * c.size);
    return 0;
  },
  block({ bus, channels }, s, c) {
    s.wanted = c.tr(bus);
    const first = c.chooseBus(s.wanted, s.last, channels.length, c);
    s.last = first;
    const data: number[] = [];
    for (const i of c.each(channels.length)) {
      const exists = c.busExists(s.wanted + i, c);
      data[i] = c.writable(first + i, exists, c);
      if (exists) c.claim(data[i], c.stampOf(first + i, c), c);
    }
    return { data, offset: c.isAr ? c.sampleOffset : 0 };
  },
  tick({ channels }, s, { data, offset }, c) {
    const back = c.j - offset;
    const from = back < 0 ? back + c.size : back;
    for (const i of c.each(channels.length)) {
      const at = data[i] + c.j * 4;
      s.line[i * c.size + c.j] = channels[i];
      c.storeF32(at, c.loadF32(at) + s.line[i * c.size + from]);
    }
  },
  destroy({ channels }, s, c) {
    const offset = c.isAr ? c.sampleOffset : 0;
    for (const i of c.each(channels.length)) {
      if (offset > 0 && c.busExists(s.wanted + i, c)) {
        const data = c.dataOf(s.last + i, c);
        c.claim(data, c.stampOf(s.last + i, c), c);
        for (let k = 0; k < c.size; k++) {
          const at = data + k * 4;
          c.storeF32(at, c.loadF32(at) + (k < offset ? s.line[i * c.size + (c.size - offset) + k] : 0));
        }
      }
    }
  },
});

/// In (bus): what has been written to the buses from `bus` on in this block (ar: silence if nothing was), or the value of control buses (kr).
export const In = ugen("In", {
  rates: "ar kr",
  inputs: { bus: perBlock(0) },
  outputs: "caller last",
  state: { last: i32() },
  uses: { chooseBus, busExists, stampOf, dataOf, blockNow },
  reads: "bus",
  system: true,
  family: "buses",
  block({ bus }, s, c) {
    const wanted = c.tr(bus);
    const first = c.chooseBus(wanted, s.last, c.outputs, c);
    s.last = first;
    const present: number[] = [];
    for (const i of c.each(c.outputs)) {
      const exists = c.busExists(wanted + i, c);
      present[i] = (c.isAr ? exists && c.loadI32(c.stampOf(first + i, c)) === c.blockNow(c) : exists) ? 1 : 0;
    }
    return { first, present };
  },
  tick(_x, _s, { first, present }, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) {
      const at = c.dataOf(first + i, c) + c.j * 4;
      y[i] = present[i] !== 0 ? c.loadF32(at) : 0;
    }
    return y;
  },
});

/// InTrig (bus): the value of control buses in the block that set them, otherwise 0. Silence at audio rate.
export const InTrig = ugen("InTrig", {
  rates: "ar kr",
  inputs: { bus: perBlock(0) },
  outputs: "caller last",
  state: { last: i32() },
  uses: { chooseBus, busExists, stampOf, dataOf, blockNow },
  reads: "bus",
  system: true,
  family: "buses",
  tick({ bus }, s, _b, c) {
    const y: number[] = [];
    if (c.isAr) {
      for (const i of c.each(c.outputs)) y[i] = 0;
      return y;
    }
    const wanted = c.tr(bus);
    const first = c.chooseBus(wanted, s.last, c.outputs, c);
    s.last = first;
    for (const i of c.each(c.outputs)) {
      const set = c.busExists(wanted + i, c) && c.loadI32(c.stampOf(first + i, c)) === c.blockNow(c);
      y[i] = set ? c.loadF32(c.dataOf(first + i, c)) : 0;
    }
    return y;
  },
});
