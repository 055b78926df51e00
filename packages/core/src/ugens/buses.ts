/// Units that write and read buses: Out, In and their families. support/bus.ts says what a bus is.
import { atInit, f32, f32s, helper, i32, many, memory, perBlock, type SystemContext } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { blockNow, busExists, chooseBus, claim, dataOf, feedbackAge, stampOf } from "./support/bus.ts";
import { decayCoefficient } from "./support/decay.ts";

/// Where a writer's channel goes: a channel that does not exist writes where nobody reads.
const writable = helper((bus: number, exists: boolean, c: SystemContext & Record<"dataOf", (bus: number, c: SystemContext) => number>) =>
  exists ? c.dataOf(bus, c) : c.target.nowhere,
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

/// InFeedback (bus): what has been written to the buses from `bus` on in this block, or else in the block before: readers may stand before writers.
/// A bus that this unit has already read in the block of its writing is silent in the next. One block late at most.
export const InFeedback = ugen("InFeedback", {
  rates: "ar",
  inputs: { bus: perBlock(0) },
  outputs: "caller last",
  state: { last: i32(), wanted: i32(), fresh: i32() },
  uses: { chooseBus, busExists, stampOf, dataOf, blockNow, feedbackAge },
  reads: "bus",
  deferred: 1,
  system: true,
  family: "buses",
  init({ bus }, s, c) {
    s.wanted = c.tr(bus);
    s.last = c.chooseBus(s.wanted, s.last, c.outputs, c);
    const y: number[] = [];
    for (const i of c.each(c.outputs)) {
      const age = c.feedbackAge(c.stampOf(s.last + i, c), s.fresh, c);
      s.fresh = age === 0 ? 1 : 0;
      y[i] = age >= 0 && c.busExists(s.wanted + i, c) ? c.loadF32(c.dataOf(s.last + i, c)) : 0;
    }
    return y;
  },
  // A whole block at once: a later Out to the same bus, in the same loop, would clear what is to be read here.
  process({ bus }, s, c) {
    const wanted = c.tr(bus);
    if (wanted !== s.wanted) s.fresh = 0;
    s.wanted = wanted;
    const first = c.chooseBus(wanted, s.last, c.outputs, c);
    s.last = first;
    for (const i of c.each(c.outputs)) {
      const data = c.dataOf(first + i, c);
      const age = c.feedbackAge(c.stampOf(first + i, c), s.fresh, c);
      s.fresh = age === 0 ? 1 : 0;
      if (age >= 0 && c.busExists(wanted + i, c)) {
        for (let j = 0; j < c.size; j++) c.out[i][j] = c.loadF32(data + j * 4);
      } else {
        for (let j = 0; j < c.size; j++) c.out[i][j] = 0;
      }
    }
  },
});

/// LagIn (bus, lag 0.1 s): control buses, smoothed: y[n] = z + b (y[n-1] - z), b = exp(ln 0.001 / (lag * rate)). The first value is unlagged.
export const LagIn = ugen("LagIn", {
  rates: "kr",
  inputs: { bus: perBlock(0), lag: atInit(0.1) },
  outputs: "caller last",
  state: { last: i32(), b: f32(), y: f32s(({ outputs }) => outputs) },
  uses: { chooseBus, dataOf, decayCoefficient },
  reads: "bus",
  system: true,
  family: "buses",
  init({ bus, lag }, s, c) {
    s.b = c.decayCoefficient(lag, c.rate, c);
    s.last = c.chooseBus(c.tr(bus), s.last, c.outputs, c);
    const y: number[] = [];
    for (const i of c.each(c.outputs)) {
      y[i] = c.loadF32(c.dataOf(s.last + i, c));
      s.y[i] = y[i];
    }
    return y;
  },
  tick({ bus }, s, _b, c) {
    const first = c.chooseBus(c.tr(bus), s.last, c.outputs, c);
    s.last = first;
    const y: number[] = [];
    for (const i of c.each(c.outputs)) {
      const z = c.loadF32(c.dataOf(first + i, c));
      y[i] = c.zap(z + s.b * (s.y[i] - z));
      s.y[i] = y[i];
    }
    return y;
  },
});

/// A synth's private buses: the number of channels in the first word, from byte 16 on a stamp for each, then their blocks or values.
const localStamp = helper((base: number, i: number) => base + 16 + i * 4);
const localData = helper((base: number, i: number, count: number, c: SystemContext) => base + 16 + count * 4 + i * (c.size * 4));

/// LocalIn (defaults...): the synth's private buses, as LocalOut left them in this or the previous block, otherwise the defaults. A loop through
/// LocalOut is one block long. A synth has one LocalIn per rate; further ones are silent. Like every bus, these start as if written in block -1: in the
/// server's first block they are silent.
export const LocalIn = ugen("LocalIn", {
  rates: "ar kr",
  inputs: { defaults: many() },
  outputs: "caller",
  state: { base: i32() },
  uses: { localStamp, localData, blockNow },
  reads: "bus",
  deferred: 1,
  system: true,
  family: "buses",
  init(_x, s, c) {
    const taken = c.getHeader(c.isAr ? "localAudio" : "localControl");
    if (taken === 0) {
      const base = c.host("alloc", 16 + c.outputs * 4 + c.outputs * (c.size * 4));
      if (base !== 0) {
        c.storeI32(base, c.outputs);
        for (const i of c.each(c.outputs)) c.storeI32(c.localStamp(base, i), -1);
      }
      s.base = base;
      c.setHeader(c.isAr ? "localAudio" : "localControl", base);
    }
  },
  block({ defaults }, s, c) {
    const kept: number[] = [];
    const other: number[] = [];
    for (const i of c.each(c.outputs)) {
      kept[i] = s.base !== 0 && c.blockNow(c) - c.loadI32(c.localStamp(s.base, i)) < 2 ? 1 : 0;
      other[i] = s.base !== 0 && i < defaults.length ? defaults[i] : 0;
    }
    return { kept, other };
  },
  tick(_x, s, { kept, other }, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) {
      const at = c.localData(s.base, i, c.outputs, c) + c.j * 4;
      y[i] = kept[i] !== 0 ? c.loadF32(at) : other[i];
    }
    return y;
  },
});

/// LocalOut (channels...): writes to the synth's private buses; the first writer of a block overwrites, later ones add. There must be a LocalIn
/// of the same rate and as many channels before it; channels that it lacks go nowhere.
export const LocalOut = ugen("LocalOut", {
  rates: "ar kr",
  inputs: { channels: many() },
  outputs: 0,
  uses: { localStamp, localData, blockNow },
  writes: "bus",
  effect: true,
  system: true,
  family: "buses",
  init() {
    return 0;
  },
  block({ channels }, _s, c) {
    const base = c.getHeader(c.isAr ? "localAudio" : "localControl");
    // Without a LocalIn the base is 0, where memory reads 0.
    const count = c.loadI32(base);
    const now = c.blockNow(c);
    const data: number[] = [];
    const fresh: number[] = [];
    for (const i of c.each(channels.length)) {
      const stamp = c.localStamp(base, i);
      const exists = i < count;
      data[i] = exists ? c.localData(base, i, count, c) : c.target.nowhere;
      fresh[i] = exists && c.loadI32(stamp) !== now ? 1 : 0;
      if (exists) c.storeI32(stamp, now);
    }
    return { data, fresh };
  },
  tick({ channels }, _s, { data, fresh }, c) {
    for (const i of c.each(channels.length)) {
      const at = data[i] + c.j * 4;
      const held = c.loadF32(at);
      c.storeF32(at, fresh[i] !== 0 ? channels[i] : held + channels[i]);
    }
  },
});

/// SharedIn (bus): the buses that scsynth shared with programs in its own process. There are none here: silence.
export const SharedIn = ugen("SharedIn", {
  rates: "kr",
  inputs: { bus: perBlock(0) },
  outputs: "caller last",
  family: "buses",
  tick(_x, _s, _b, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) y[i] = 0;
    return y;
  },
});

/// SharedOut (bus, channels...): writes nowhere; see SharedIn.
export const SharedOut = ugen("SharedOut", {
  rates: "kr",
  inputs: { bus: perBlock(0), channels: many() },
  outputs: 0,
  family: "buses",
  tick() {},
});
