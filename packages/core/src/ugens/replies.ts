/// Units that tell clients something: at a trigger, a record goes to the host (see engine/events.ts), which makes a message of it.
import { type Context, f32s, helper, i32, many, perBlock, perSample, type SystemContext, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { decayCoefficient } from "./support/decay.ts";
import { rises } from "./support/trigger.ts";

/// Writes value `i` of the record that the next reply sends. It stands above the 60 KiB of the scratch area that packs use.
const put = helper((i: number, value: number, c: SystemContext) => {
  c.storeF32(c.target.scratch + 61440 + i * 4, value);
});
/// Sends the record: `kind` 0 a trigger, 1 a reply, 2 a text for the console.
const send = helper((kind: number, count: number, c: SystemContext) => {
  c.host("reply", kind, c.target.scratch + 61440, count);
});

/// SendTrig (in, id 0, value 0): at a trigger, `/tr nodeID id value`.
export const SendTrig = ugen("SendTrig", {
  rates: "ar kr",
  inputs: { in: signal, id: perBlock(0), value: perSample(0) },
  outputs: 0,
  state: { before: 0 },
  uses: { rises, put, send },
  effect: true,
  system: true,
  family: "replies",
  init() {
    return 0;
  },
  tick({ in: x, id, value }, s, _b, c) {
    if (c.rises(s.before, x)) {
      c.put(0, id, c);
      c.put(1, value, c);
      c.send(0, 2, c);
    }
    s.before = x;
  },
});

/// SendReply (trig, replyID -1, length, characters and values...): at a trigger, a message to the address spelt by the characters: node ID, reply ID
/// and the values at that moment.
export const SendReply = ugen("SendReply", {
  rates: "ar kr",
  inputs: { trig: signal, replyID: perBlock(-1), length: perBlock(0), rest: many() },
  outputs: 0,
  state: { before: 0 },
  uses: { rises, put, send },
  effect: true,
  system: true,
  family: "replies",
  init() {
    return 0;
  },
  tick({ trig, replyID, length, rest }, s, _b, c) {
    if (c.rises(s.before, trig)) {
      c.put(0, replyID, c);
      c.put(1, length, c);
      for (const i of c.each(rest.length)) c.put(2 + i, rest[i], c);
      c.send(1, 2 + rest.length, c);
    }
    s.before = trig;
  },
});

/// Poll (trig, in, trigid -1, length, characters...): at a trigger, "label: value" to the console, and `/tr` when trigid is not negative. Passes `in`.
export const Poll = ugen("Poll", {
  rates: "ar kr",
  inputs: { trig: signal, in: signal, trigid: perBlock(-1), length: perBlock(0), label: many() },
  state: { before: 0 },
  uses: { rises, put, send },
  effect: true,
  system: true,
  family: "replies",
  init({ in: x }) {
    return x;
  },
  tick({ trig, in: x, trigid, length, label }, s, _b, c) {
    if (c.rises(s.before, trig)) {
      c.put(0, x, c);
      c.put(1, trigid, c);
      c.put(2, length, c);
      for (const i of c.each(label.length)) c.put(3 + i, label[i], c);
      c.send(2, 3 + label.length, c);
      if (trigid >= 0) {
        c.put(0, trigid, c);
        c.put(1, x, c);
        c.send(0, 2, c);
      }
    }
    s.before = trig;
    return x;
  },
});

/// SendPeakRMS (replyRate 20, peakLag 3 s, replyID -1, n, n signals, length, characters): replyRate times a second, a message with every signal's peak
/// (falling by 60 dB in peakLag) and root mean square since the last.
export const SendPeakRMS = ugen("SendPeakRMS", {
  rates: "ar kr",
  inputs: { replyRate: perBlock(20), peakLag: perBlock(3), replyID: perBlock(-1), count: perBlock(1), rest: many() },
  outputs: 0,
  state: { left: i32(), peak: f32s(({ constants }) => constants[3] ?? 1), squares: f32s(({ constants }) => constants[3] ?? 1) },
  uses: { put, send, decayCoefficient, period: helper((rate: number, c: Context) => Math.max(1, c.tr(c.rate / c.f64(rate)))) },
  effect: true,
  system: true,
  family: "replies",
  init({ replyRate }, s, c) {
    s.left = c.period(replyRate, c);
    return 0;
  },
  block({ replyRate, peakLag }, _s, c) {
    return { period: c.period(replyRate, c), fall: c.f32(c.decayCoefficient(peakLag, c.rate, c)) };
  },
  tick({ replyID, count: signals, rest }, s, { period, fall }, c) {
    // How many signals there are is part of the definition.
    const count = c.isConstant(signals) ? Math.min(signals, rest.length) : 0;
    for (const i of c.each(count)) {
      const size = Math.abs(rest[i]);
      s.peak[i] = size >= s.peak[i] ? size : size + fall * (s.peak[i] - size);
      s.squares[i] = s.squares[i] + size * size;
    }
    s.left = s.left - 1;
    if (s.left <= 0) {
      const name = rest.length - count;
      c.put(0, replyID, c);
      for (const i of c.each(name)) c.put(1 + i, rest[count + i], c);
      for (const i of c.each(count)) {
        c.put(1 + name + 2 * i, s.peak[i], c);
        c.put(2 + name + 2 * i, Math.sqrt(s.squares[i] / period), c);
        s.peak[i] = 0;
        s.squares[i] = 0;
      }
      c.send(1, 1 + name + 2 * count, c);
      s.left = period;
    }
  },
});
