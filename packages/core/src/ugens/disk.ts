/// Streaming between sound files and sample buffers. A buffer whose file was left open (/b_read, /b_write with leaveOpen) is a circle of two halves: while one
/// half sounds, or fills up, the other is read from the file, or written to it. A file is never in memory as a whole.
///
/// Requests to the host are `c.host("disk", record, what, start, frames, extra)`: what 0 reads `frames` frames of the file into the buffer from frame
/// `start` on (extra 1: from the beginning again at the end of the file), 1 appends them to the file. The answer is the number of frames done.
import { f64, helper, i32, many, perBlock, type SampleBuffer, type SystemContext } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { positions } from "./support/positions.ts";

/// Reads on into half of the buffer. `left`, when not negative, is how many frames there are until the end of the file.
const refill = helper((buf: SampleBuffer, start: number, loop: number, s: { left: number }, c: SystemContext) => {
  const half = buf.frames >> 1;
  const done = c.host("disk", buf.address, 0, start, half, loop !== 0 ? 1 : 0);
  // Before what was just read, the other half is played.
  if (done < half && s.left < 0) s.left = half + done;
});

/// Counts down to the end of the file, where the unit is done.
const countDown = helper((s: { left: number; done: number }, played: number) => {
  if (s.left >= 0) {
    s.left = Math.max(0, s.left - played);
    if (s.left === 0) s.done = 1;
  }
});

/// DiskIn (bufnum 0, loop 0): plays the file behind a buffer. The buffer holds an even number of blocks. Silence after the end, and done.
export const DiskIn = ugen("DiskIn", {
  rates: "ar",
  family: "buffers",
  inputs: { bufnum: perBlock(0), loop: perBlock(0) },
  outputs: "caller",
  state: { frame: i32(), left: i32(-1), done: i32() },
  uses: { refill, countDown },
  reads: "buffer",
  writes: "buffer",
  effect: true,
  system: true,
  init() {
    return 0;
  },
  block({ bufnum }, s, c) {
    const buf = c.buffer(bufnum);
    const fits = buf.frames > 0 && buf.frames % (2 * c.blockSize) === 0 && buf.channels === c.outputs;
    if (s.frame >= buf.frames) s.frame = 0;
    return { buf, fits, first: s.frame * buf.channels };
  },
  tick(_x, _s, { buf, fits, first }, c) {
    const y: number[] = [];
    for (const ch of c.each(c.outputs)) y[ch] = fits ? buf[first + c.j * c.outputs + ch] : 0;
    return y;
  },
  end({ loop }, s, { buf, fits }, c) {
    if (fits) {
      c.countDown(s, c.blockSize);
      s.frame += c.blockSize;
      const half = buf.frames >> 1;
      if (s.frame === half) c.refill(buf, 0, loop, s, c);
      if (s.frame === buf.frames) {
        s.frame = 0;
        c.refill(buf, half, loop, s, c);
      }
    }
  },
});

/// VDiskIn (bufnum 0, rate 1, loop 0, sendID 0): DiskIn at a speed of `rate` frames per sample, at least 0, along cubics between frames; a rate that changes
/// glides over the block. In one block less than half of the buffer is played. sendID is taken, but no /diskin messages are sent.
export const VDiskIn = ugen("VDiskIn", {
  rates: "ar",
  family: "buffers",
  inputs: { bufnum: perBlock(0), rate: perBlock(1), loop: perBlock(0), sendID: perBlock(0) },
  outputs: "caller",
  state: { phase: f64(), rate: 0, left: i32(-1), done: i32() },
  uses: { ...positions, refill, countDown },
  reads: "buffer",
  writes: "buffer",
  effect: true,
  system: true,
  init({ rate }, s) {
    s.rate = rate;
    return 0;
  },
  block({ bufnum, rate }, s, c) {
    const buf = c.buffer(bufnum);
    const fits = buf.frames > 0 && buf.frames % (2 * c.blockSize) === 0 && buf.channels === c.outputs;
    // The positions of a block stay within half of the buffer, where the file has been read.
    const most = c.f32((buf.frames >> 1) - 1) * c.f32(1 / c.blockSize);
    const target = c.clip(rate, 0, Math.max(0, most));
    const step = (target - s.rate) * c.f32(c.slope);
    const from = s.phase;
    return { buf, fits, from, target, speed: c.line(s.rate + step, step) };
  },
  tick(_x, s, { buf, fits, speed }, c) {
    const wrapped = s.phase >= buf.frames ? s.phase - buf.frames : s.phase;
    const at = c.around(buf, wrapped, 1, c);
    s.phase += fits ? speed : 0;
    const y: number[] = [];
    for (const ch of c.each(c.outputs)) y[ch] = fits ? c.cubicAt(buf, at, ch, c) : 0;
    return y;
  },
  end({ loop }, s, { buf, fits, from, target }, c) {
    s.rate = target;
    if (fits) {
      c.countDown(s, c.tr(s.phase) - c.tr(from));
      const half = buf.frames >> 1;
      // One frame behind the position is still needed by the cubics.
      if (from < half + 1 && s.phase >= half + 1) c.refill(buf, 0, loop, s, c);
      if (s.phase >= buf.frames + 1) {
        s.phase -= buf.frames;
        c.refill(buf, half, loop, s, c);
      }
    }
  },
});

/// DiskOut (bufnum 0, channels...): records into the file behind a buffer of as many channels. Its output counts the frames.
export const DiskOut = ugen("DiskOut", {
  rates: "ar",
  family: "buffers",
  inputs: { bufnum: perBlock(0), channels: many() },
  state: { frame: i32(), bufnum: 0, written: i32() },
  reads: "buffer",
  writes: "buffer",
  effect: true,
  system: true,
  init() {
    return 0;
  },
  block({ bufnum, channels }, s, c) {
    const buf = c.buffer(bufnum);
    const fits = buf.frames > 0 && buf.frames % (2 * c.blockSize) === 0 && buf.channels === channels.length;
    s.bufnum = bufnum;
    if (s.frame >= buf.frames) s.frame = 0;
    return { buf, fits, first: s.frame * channels.length, count: s.written };
  },
  tick({ channels }, _s, { buf, fits, first, count }, c) {
    if (fits) for (const i of c.each(channels.length)) buf[first + c.j * channels.length + i] = channels[i];
    return fits ? count + c.j : 0;
  },
  end(_x, s, { buf, fits }, c) {
    if (fits) {
      s.frame += c.blockSize;
      s.written += c.blockSize;
      const half = buf.frames >> 1;
      if (s.frame === half) c.host("disk", buf.address, 1, 0, half, 0);
      if (s.frame === buf.frames) {
        s.frame = 0;
        c.host("disk", buf.address, 1, half, half, 0);
      }
    }
  },
  // What has not filled its half yet.
  destroy(_x, s, c) {
    const buf = c.buffer(s.bufnum);
    const half = buf.frames >> 1;
    const start = s.frame >= half ? half : 0;
    if (s.frame > start) c.host("disk", buf.address, 1, start, s.frame - start, 0);
  },
});
