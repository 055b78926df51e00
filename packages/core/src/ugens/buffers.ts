/// Units that play, read, write and record sample buffers. A buffer number is truncated; a number of no buffer means buffer 0, and one past the last the
/// synth's own buffers (LocalBuf).
import { atInit, f64, i32, many, perBlock, perSample } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { positions } from "./support/positions.ts";

/// PlayBuf (bufnum 0, rate 1, trigger 1, startPos 0, loop 0, doneAction 0): plays a buffer, along cubics between its frames. `rate` is in frames of the
/// buffer per sample; a rising edge of `trigger` jumps to frame startPos. At the end, without loop, the last frame stays and the action is taken.
/// With an audio-rate rate or trigger only the server's buffers can be played, as in scsynth.
export const PlayBuf = ugen("PlayBuf", {
  rates: "ar kr",
  family: "buffers",
  inputs: {
    bufnum: perBlock(0),
    rate: perSample(1),
    trigger: perSample(1),
    startPos: perSample(0),
    loop: perBlock(0),
    doneAction: perBlock(0),
  },
  outputs: "caller",
  state: { phase: f64(), last: 0, done: i32() },
  uses: positions,
  reads: "buffer",
  init({ startPos }, s) {
    s.phase = startPos;
    return 0;
  },
  block({ bufnum, rate, trigger, startPos, loop }, s, c) {
    const serverOnly = (c.isAudio(rate) || c.isAudio(trigger)) && bufnum >= c.target.bufferCount;
    const buf = c.buffer(serverOnly ? 0 : bufnum);
    // Where an audio-rate rate has led to exactly one frame before the start, playing goes on from the end.
    if (c.isAudio(rate) && !c.isAudio(trigger) && s.phase === -1) s.phase = buf.frames;
    if (!c.isAudio(trigger)) {
      if (trigger > 0 && s.last <= 0) {
        s.done = 0;
        s.phase = startPos;
      }
      s.last = trigger;
    }
    return { buf, end: c.endOf(buf, loop), present: buf.frames > 0, start: startPos };
  },
  tick({ rate, trigger, startPos, loop }, s, { buf, end, present, start }, c) {
    if (c.isAudio(trigger)) {
      if (trigger > 0 && s.last <= 0) {
        s.done = 0;
        s.phase = c.isAudio(startPos) && !c.isAudio(rate) ? startPos : start;
      }
      s.last = trigger;
    }
    const p = c.inside(s.phase, end, loop, s, c);
    const at = c.around(buf, p, loop, c);
    s.phase = p + (present ? rate : 0);
    const y: number[] = [];
    for (const ch of c.each(c.outputs)) y[ch] = c.cubicAt(buf, at, ch, c);
    return y;
  },
  end({ doneAction }, s, _b, c) {
    if (s.done !== 0) c.doneAction(doneAction);
  },
});

/// BufRd (bufnum 0, phase 0, loop 1, interpolation 2): the buffer at frame `phase`; interpolation 1 none, 2 linear, 4 cubic.
export const BufRd = ugen("BufRd", {
  rates: "ar kr",
  family: "buffers",
  inputs: { bufnum: perBlock(0), phase: perSample(0), loop: perBlock(1), interpolation: atInit(2) },
  outputs: "caller",
  state: { interpolation: i32(), done: i32() },
  uses: positions,
  reads: "buffer",
  init({ bufnum, phase, loop, interpolation }, s, c) {
    s.interpolation = c.tr(interpolation);
    const buf = c.buffer(bufnum);
    const at = c.around(buf, c.inside(c.f64(phase), c.endOf(buf, loop), loop, s, c), loop, c);
    const y: number[] = [];
    for (const ch of c.each(c.outputs)) y[ch] = c.plainAt(buf, at, ch);
    return y;
  },
  block({ bufnum, loop, interpolation }, s, c) {
    const buf = c.buffer(bufnum);
    return { buf, end: c.endOf(buf, loop), kind: c.isConstant(interpolation) ? c.tr(interpolation) : s.interpolation };
  },
  tick({ phase, loop }, s, { buf, end, kind }, c) {
    const at = c.around(buf, c.inside(c.f64(phase), end, loop, s, c), loop, c);
    const y: number[] = [];
    for (const ch of c.each(c.outputs))
      y[ch] = kind === 1 ? c.plainAt(buf, at, ch) : kind === 2 ? c.linearAt(buf, at, ch, c) : c.cubicAt(buf, at, ch, c);
    return y;
  },
});

/// BufWr (bufnum 0, phase 0, loop 1, channels...): writes a frame at `phase`, truncated. Does nothing when the buffer has fewer channels. Its output is 0.
export const BufWr = ugen("BufWr", {
  rates: "ar kr",
  family: "buffers",
  inputs: { bufnum: perBlock(0), phase: perSample(0), loop: perBlock(1), channels: many() },
  state: { done: i32() },
  uses: positions,
  writes: "buffer",
  effect: true,
  init() {
    return 0;
  },
  block({ bufnum, loop, channels }, s, c) {
    const buf = c.buffer(bufnum);
    const fits = buf.frames > 0 && channels.length <= buf.channels;
    if (!fits) s.done = 1;
    return { buf, fits, end: c.endOf(buf, loop) };
  },
  tick({ phase, loop, channels }, s, { buf, fits, end }, c) {
    const first = c.tr(c.inside(c.f64(phase), end, loop, s, c)) * buf.channels;
    if (fits) for (const i of c.each(channels.length)) buf[first + i] = channels[i];
    return 0;
  },
});

/// RecordBuf (bufnum 0, offset 0, recLevel 1, preLevel 0, run 1, loop 1, trigger 1, doneAction 0, channels...): records, forwards or (run < 0) backwards;
/// what the buffer held is kept with the gain preLevel. A rising edge of `trigger` starts again from frame `offset`. Needs as many channels as the
/// buffer has. Without loop it stops at the end and the action is taken.
export const RecordBuf = ugen("RecordBuf", {
  rates: "ar kr",
  family: "buffers",
  inputs: {
    bufnum: perBlock(0),
    offset: perBlock(0),
    recLevel: perBlock(1),
    preLevel: perBlock(0),
    run: perBlock(1),
    loop: perBlock(1),
    trigger: perBlock(1),
    doneAction: perBlock(0),
    channels: many(),
  },
  state: { at: i32(), last: 0, rec: 0, pre: 0, done: i32() },
  writes: "buffer",
  effect: true,
  init({ offset, recLevel, preLevel, channels }, s, c) {
    s.at = c.tr(offset) * channels.length;
    s.rec = recLevel;
    s.pre = preLevel;
    return 0;
  },
  block({ bufnum, offset, recLevel, preLevel, run, trigger, channels }, s, c) {
    const buf = c.buffer(bufnum);
    const fits = buf.frames > 0 && channels.length === buf.channels;
    if (fits && trigger > 0 && s.last <= 0) {
      s.done = 0;
      s.at = c.tr(offset) * channels.length;
    }
    s.last = trigger;
    const step = run > 0 ? channels.length : run < 0 ? -channels.length : 0;
    return { buf, fits, step, rec: c.glide(s.rec, recLevel), pre: c.glide(s.pre, preLevel) };
  },
  tick({ recLevel, preLevel, loop, channels }, s, { buf, fits, step, rec, pre }, c) {
    const overwrites = c.isConstant(recLevel) && c.isConstant(preLevel) && recLevel === 1 && preLevel === 0;
    if (fits && step !== 0) {
      const outside = s.at < 0 || s.at >= buf.samples;
      if (loop !== 0 && outside) s.at = s.at < 0 ? buf.samples - channels.length : 0;
      if (loop !== 0 || !outside) {
        for (const i of c.each(channels.length)) buf[s.at + i] = overwrites ? channels[i] : channels[i] * rec + buf[s.at + i] * pre;
        s.at += step;
      }
    }
    return 0;
  },
  end({ recLevel, preLevel, loop, doneAction }, s, { buf, fits }, c) {
    s.rec = recLevel;
    s.pre = preLevel;
    if (fits && loop === 0 && s.at >= buf.samples) {
      s.done = 1;
      c.doneAction(doneAction);
    }
  },
});

/// ScopeOut (bufnum 0, channels...): writes its channels into the buffer, around and around, for a scope to look at.
export const ScopeOut = ugen("ScopeOut", {
  rates: "ar kr",
  family: "buffers",
  inputs: { bufnum: perBlock(0), channels: many() },
  outputs: 0,
  state: { frame: i32() },
  writes: "buffer",
  effect: true,
  init() {
    return 0;
  },
  block({ bufnum, channels }, _s, c) {
    const buf = c.buffer(bufnum);
    return { buf, fits: channels.length <= buf.channels };
  },
  tick({ channels }, s, { buf, fits }, c) {
    const frame = s.frame < buf.frames ? s.frame : 0;
    if (fits) for (const i of c.each(channels.length)) buf[frame * buf.channels + i] = channels[i];
    s.frame = frame + 1;
  },
});

/// ScopeOut2 (scopeNum 0, maxFrames 4096, scopeFrames maxFrames, channels...): scsynth hands these channels to scopes of other processes through shared
/// memory. This engine has no such memory, and the unit no sound, so it only takes its inputs.
export const ScopeOut2 = ugen("ScopeOut2", {
  rates: "ar kr",
  family: "buffers",
  inputs: { scopeNum: perBlock(0), maxFrames: perBlock(4096), scopeFrames: perBlock(4096), channels: many() },
  outputs: 0,
  effect: true,
  init() {
    return 0;
  },
});
