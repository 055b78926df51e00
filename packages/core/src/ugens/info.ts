/// What units can ask of the server, of their synth and of sample buffers.
import { kernel, perBlock, type SystemContext } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

type Answer = (x: unknown, s: unknown, c: SystemContext) => number;

/// A number that holds for the life of the synth.
const info = (name: string, init: Answer) => ugen(name, { rates: "ir", inputs: {}, family: "info", system: true, init });

/// SampleRate, SampleDur: samples per second, and its reciprocal. ControlRate, ControlDur: the same of blocks.
export const SampleRate = info("SampleRate", (_x, _s, c) => c.sampleRate);
export const SampleDur = info("SampleDur", (_x, _s, c) => 1 / c.sampleRate);
export const ControlRate = info("ControlRate", (_x, _s, c) => c.sampleRate / c.blockSize);
export const ControlDur = info("ControlDur", (_x, _s, c) => c.blockSize / c.sampleRate);
/// RadiansPerSample: 2 pi / sample rate.
export const RadiansPerSample = info("RadiansPerSample", (_x, _s, c) => (2 * Math.PI) / c.sampleRate);
/// BlockSize: frames in a block.
export const BlockSize = info("BlockSize", (_x, _s, c) => c.blockSize);
/// SubsampleOffset: the fraction of a frame by which the synth's start was cut.
export const SubsampleOffset = info("SubsampleOffset", (_x, _s, c) => c.subsampleOffset);
/// NodeID: of the synth.
export const NodeID = info("NodeID", (_x, _s, c) => c.nodeId);
/// NumOutputBuses, NumInputBuses, NumAudioBuses, NumControlBuses, NumBuffers: how many the server has.
export const NumOutputBuses = info("NumOutputBuses", (_x, _s, c) => c.target.outputBusCount);
export const NumInputBuses = info("NumInputBuses", (_x, _s, c) => c.target.inputBusCount);
export const NumAudioBuses = info("NumAudioBuses", (_x, _s, c) => c.target.audioBusCount);
export const NumControlBuses = info("NumControlBuses", (_x, _s, c) => c.target.controlBusCount);
export const NumBuffers = info("NumBuffers", (_x, _s, c) => c.target.bufferCount);

/// NumRunningSynths: at control rate in every block.
export const NumRunningSynths = ugen("NumRunningSynths", {
  rates: "ir kr",
  inputs: {},
  family: "info",
  system: true,
  init(_x, _s, c) {
    return c.loadI32(c.target.context + 12);
  },
  tick(_x, _s, _b, c) {
    return c.loadI32(c.target.context + 12);
  },
});

type Buffer = ReturnType<SystemContext["buffer"]>;

/// A property of a sample buffer, at control rate in every block. A negative number means buffer 0.
const bufInfo = (name: string, of: (buffer: Buffer, c: SystemContext) => number) => {
  const spec = kernel({
    rates: "kr ir",
    inputs: { bufnum: perBlock(0) },
    reads: "buffer",
    system: true,
    family: "info",
    uses: { of: { helper: of } },
    init({ bufnum }, _s, c) {
      return c.of(c.buffer(Math.max(0, c.tr(bufnum))), c);
    },
    tick({ bufnum }, _s, _b, c) {
      return c.of(c.buffer(Math.max(0, c.tr(bufnum))), c);
    },
  });
  return ugen(name, { ...spec, rates: "kr ir" });
};

export const BufSampleRate = bufInfo("BufSampleRate", (buffer) => buffer.sampleRate);
export const BufFrames = bufInfo("BufFrames", (buffer) => buffer.frames);
export const BufSamples = bufInfo("BufSamples", (buffer) => buffer.samples);
export const BufChannels = bufInfo("BufChannels", (buffer) => buffer.channels);
/// BufDur: seconds. An empty buffer has no duration.
export const BufDur = bufInfo("BufDur", (buffer, c) => (buffer.frames === 0 ? 0 : c.f64(buffer.frames) / buffer.sampleRate));
/// BufRateScale: the rate at which PlayBuf plays the buffer at its own pitch.
export const BufRateScale = bufInfo("BufRateScale", (buffer, c) => c.f64(buffer.sampleRate) / c.sampleRate);
