/// Sample buffers of a synth's own, made when it starts and freed with it. Their numbers follow the server's: the first is the number of server buffers.
import { atInit, helper, many, type SystemContext } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// Makes room for `count` records (synthdef/abi.ts `bufferRecordBytes`), of which none is used yet.
const makeRoom = helper((count: number, c: SystemContext) => {
  c.setHeader("localBuffers", c.host("alloc", count * 32));
  c.setHeader("localBufferCount", 0);
});

/// Fills in the next record, in the order of synthdef/abi.ts `BufferWord`, and gives the buffer's number.
const addRecord = helper((data: number, frames: number, channels: number, c: SystemContext) => {
  const count = c.getHeader("localBufferCount");
  const record = c.getHeader("localBuffers") + count * 32;
  const samples = frames * channels;
  c.storeI32(record, data);
  c.storeI32(record + 4, frames);
  c.storeI32(record + 8, channels);
  c.storeI32(record + 12, samples);
  c.storeI32(record + 16, (1 << (31 - Math.clz32(samples))) - 1);
  c.storeF32(record + 20, c.sampleRate);
  c.setHeader("localBufferCount", count + 1);
  return c.target.bufferCount + count;
});

/// MaxLocalBufs (count 8): how many LocalBufs the synth may have; comes before them.
export const MaxLocalBufs = ugen("MaxLocalBufs", {
  rates: "ir",
  family: "buffers",
  inputs: { count: atInit(8) },
  uses: { makeRoom },
  effect: true,
  system: true,
  init({ count }, _s, c) {
    const most = c.tr(c.clip(count, 0, 65536));
    c.makeRoom(most, c);
    return most;
  },
});

/// LocalBuf (numChannels 1, numFrames 1, max): a buffer of the synth's own, full of zeros; its output is its number. `max` is what MaxLocalBufs gave; without
/// one there is room for 8. -1 when there is no room left or no memory.
export const LocalBuf = ugen("LocalBuf", {
  rates: "ir",
  family: "buffers",
  inputs: { numChannels: atInit(1), numFrames: atInit(1), max: atInit(8) },
  uses: { makeRoom, addRecord },
  effect: true,
  system: true,
  init({ numChannels, numFrames, max }, _s, c) {
    if (c.getHeader("localBuffers") === 0) c.makeRoom(8, c);
    const count = c.getHeader("localBufferCount");
    const room = c.getHeader("localBuffers") !== 0 && count < max;
    const size = c.f64(numChannels) * c.f64(numFrames);
    let number = -1;
    if (room && numChannels >= 1 && numFrames >= 1 && size <= 134217728) {
      const channels = c.tr(numChannels);
      const frames = c.tr(numFrames);
      const data = c.host("alloc", channels * frames * 4);
      if (data !== 0) number = c.addRecord(data, frames, channels, c);
    }
    return number;
  },
});

/// SetBuf (buf, offset, count, values...): writes the values into the buffer, from sample `offset` on, when the synth starts.
export const SetBuf = ugen("SetBuf", {
  rates: "ir",
  family: "buffers",
  inputs: { buf: atInit(0), offset: atInit(0), count: atInit(0), values: many() },
  effect: true,
  writes: "buffer",
  init({ buf: number, offset, values }, _s, c) {
    const buf = c.buffer(number);
    const first = c.tr(offset);
    for (const i of c.each(values.length)) buf[first + i] = values[i];
    return 0;
  },
});

/// ClearBuf (buf): fills the buffer with zeros when the synth starts.
export const ClearBuf = ugen("ClearBuf", {
  rates: "ir",
  family: "buffers",
  inputs: { buf: atInit(0) },
  effect: true,
  writes: "buffer",
  init({ buf: number }, _s, c) {
    const buf = c.buffer(number);
    for (let i = 0; i < buf.samples; i++) buf[i] = 0;
    return 0;
  },
});
