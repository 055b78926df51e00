/// Granular synthesis: a grain begins at every rising edge of `trigger` and sounds for `dur` seconds under a window, panned as it was then.
import {
  atInit,
  f32s,
  f64s,
  type Helper,
  helper,
  i32s,
  perBlock,
  perSample,
  type SampleBuffer,
  type Shape,
  signal,
} from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { type GrainContext, type Grains, grainParts, grainState, grains } from "./support/grains.ts";
import { type FrameContext, positions } from "./support/positions.ts";

/// An input as the kernels see it: a number, or samples.
type In = number & { readonly [j: number]: number };
interface Context extends GrainContext, FrameContext {
  begin(s: object, g: number, n: number, pan: number, amp: number, envelope: number, c: GrainContext): void;
  inBuffer(p: number, buf: SampleBuffer, interpolation: number, c: Context): number;
}

/// What a kind of grain brings: its beginning, what it plays, its next sample, and how its fields move.
interface VoiceParts {
  readonly beginVoice: Helper<GrainContext["beginVoice"]>;
  readonly sound: Helper<GrainContext["sound"]>;
  readonly voice: Helper<GrainContext["voice"]>;
  readonly moveVoice: Helper<GrainContext["moveVoice"]>;
}
/// Kernel functions know more of their arguments than the code they are handed to.
const parts = (spec: { [K in keyof VoiceParts]: unknown }) => spec as VoiceParts;

/// One less than there is room for, as in scsynth.
const most = helper((x: object, c: GrainContext) => c.clip(c.tr((x as { maxGrains: number }).maxGrains) - 1, 0, 2047)) as Helper<
  GrainContext["most"]
>;
const nothing = helper(() => 0);
const room = ({ constants }: Shape) => Math.max(1, Math.min(2048, Math.trunc(constants.at(-1) ?? 512)));

/// A mono sample buffer, around and around: along cubics for 4 and above, lines for 2 and above.
const inBuffer = helper((p: number, buf: SampleBuffer, interpolation: number, c: Context) => {
  const at = c.around(buf, p, 1, c);
  return interpolation >= 4 ? c.cubicAt(buf, at, 0, c) : interpolation >= 2 ? c.linearAt(buf, at, 0, c) : c.plainAt(buf, at, 0);
});

interface Sine {
  phase: number[];
  inc: number[];
}
const sine = parts({
  beginVoice: helper((x: { dur: In; freq: In; pan: In; envbufnum: number }, s: Sine & Grains, g: number, j: number, c: Context) => {
    c.begin(s, g, Math.max(4, c.f64(x.dur[j]) * c.rate), x.pan[j], 1, x.envbufnum, c);
    s.phase[g] = 0;
    s.inc[g] = c.tr(c.f64(x.freq[j]) * (536870912 * c.period));
    return true;
  }),
  sound: nothing,
  voice: helper((_x: object, s: Sine, g: number, _j: number, _sound: SampleBuffer, c: Context) => {
    const phase = s.phase[g];
    s.phase[g] = (phase + s.inc[g]) | 0;
    return c.sinPhase(phase << 3);
  }),
  moveVoice: helper((s: Sine, g: number, from: number) => {
    s.phase[g] = s.phase[from];
    s.inc[g] = s.inc[from];
  }),
});

interface Fm extends Sine {
  modulator: number[];
  carrier: number[];
  deviation: number[];
}
const fm = parts({
  beginVoice: helper(
    (x: { dur: In; carfreq: In; modfreq: In; index: In; pan: In; envbufnum: number }, s: Fm & Grains, g: number, j: number, c: Context) => {
      c.begin(s, g, Math.max(4, c.f64(x.dur[j]) * c.rate), x.pan[j], 1, x.envbufnum, c);
      s.phase[g] = 0;
      s.modulator[g] = 0;
      s.inc[g] = c.tr(c.f64(x.modfreq[j]) * (536870912 * c.period));
      s.carrier[g] = x.carfreq[j];
      s.deviation[g] = x.index[j] * x.modfreq[j];
      return true;
    },
  ),
  sound: nothing,
  voice: helper((_x: object, s: Fm, g: number, _j: number, _sound: SampleBuffer, c: Context) => {
    const phase = s.phase[g];
    const freq = s.carrier[g] + c.sinPhase(s.modulator[g] << 3) * s.deviation[g];
    s.phase[g] = (phase + c.tr(c.f64(freq) * (536870912 * c.period))) | 0;
    s.modulator[g] = (s.modulator[g] + s.inc[g]) | 0;
    return c.sinPhase(phase << 3);
  }),
  moveVoice: helper((s: Fm, g: number, from: number) => {
    s.phase[g] = s.phase[from];
    s.modulator[g] = s.modulator[from];
    s.inc[g] = s.inc[from];
    s.carrier[g] = s.carrier[from];
    s.deviation[g] = s.deviation[from];
  }),
});

const input = parts({
  beginVoice: helper((x: { dur: In; pan: In; envbufnum: number }, s: Grains, g: number, j: number, c: Context) => {
    c.begin(s, g, Math.max(4, c.f64(x.dur[j]) * c.rate), x.pan[j], 1, x.envbufnum, c);
    return true;
  }),
  sound: nothing,
  voice: helper((x: { in: In }, _s: object, _g: number, j: number) => x.in[j]),
  moveVoice: helper(() => 0),
});

interface Player {
  number: number[];
  position: number[];
  rate: number[];
  interpolation: number[];
}
const player = {
  sound: helper((s: Player, g: number, c: Context) => c.buffer(s.number[g])),
  voice: helper((_x: object, s: Player, g: number, _j: number, sound: SampleBuffer, c: Context) => {
    const p = c.cycled(s.position[g], sound.frames);
    s.position[g] = p + s.rate[g];
    return c.inBuffer(p, sound, s.interpolation[g], c);
  }),
  moveVoice: helper((s: Player, g: number, from: number) => {
    s.number[g] = s.number[from];
    s.position[g] = s.position[from];
    s.rate[g] = s.rate[from];
    s.interpolation[g] = s.interpolation[from];
  }),
};
const playerState = (count: number | typeof room) => ({
  number: i32s(count),
  position: f64s(count),
  rate: f64s(count),
  interpolation: i32s(count),
});
const inSoundBuffer = parts({
  ...player,
  beginVoice: helper(
    (
      x: { dur: In; sndbuf: In; rate: In; pos: In; interp: In; pan: In; envbufnum: number },
      s: Player & Grains,
      g: number,
      j: number,
      c: Context,
    ) => {
      const buf = c.buffer(x.sndbuf[j]);
      const position = c.f64(x.pos[j]) * buf.frames;
      // Only mono buffers, and no position that is not a number.
      const plays = buf.channels === 1 && Math.abs(position) < 1e15;
      if (plays) {
        c.begin(s, g, Math.max(4, c.f64(x.dur[j]) * c.rate), x.pan[j], 1, x.envbufnum, c);
        s.number[g] = c.tr(x.sndbuf[j]);
        s.position[g] = position;
        s.rate[g] = x.rate[j] * (buf.sampleRate * c.f32(c.period));
        s.interpolation[g] = c.tr(x.interp[j]);
      }
      return plays;
    },
  ),
});
const aroundCentre = parts({
  ...player,
  beginVoice: helper(
    (
      x: { bufnum: In; rate: In; centerPos: In; dur: In; pan: In; amp: In; interp: In },
      s: Player & Grains,
      g: number,
      j: number,
      c: Context,
    ) => {
      const buf = c.buffer(x.bufnum[j]);
      const n = Math.max(4, Math.floor(x.dur[j] * c.f32(c.rate)));
      const rate = x.rate[j] * (buf.sampleRate * c.f32(c.period));
      const position = c.f64(x.centerPos[j]) * buf.sampleRate - 0.5 * c.f64(n) * rate;
      const plays = buf.channels === 1 && Math.abs(position) < 1e15;
      if (plays) {
        c.begin(s, g, c.f64(n), x.pan[j], x.amp[j], -1, c);
        s.number[g] = c.tr(x.bufnum[j]);
        s.position[g] = position;
        s.rate[g] = rate;
        s.interpolation[g] = c.tr(x.interp[j]);
      }
      return plays;
    },
  ),
});

const common = { ...grains, most };
const ending = { pan: perSample(0), envbufnum: perBlock(-1), maxGrains: atInit(512) };

/// GrainSin (trigger 0, dur 1 s, freq 440 Hz, pan 0, envbufnum -1, maxGrains 512): grains of sine. envbufnum is a sample buffer with the window, -1 for sin^2.
export const GrainSin = ugen("GrainSin", {
  rates: "ar",
  family: "granular",
  inputs: { trigger: perSample(0), dur: perSample(1), freq: perSample(440), ...ending },
  outputs: "caller",
  state: { ...grainState(room), phase: i32s(room), inc: i32s(room) },
  uses: { ...common, ...sine },
  reads: "buffer",
  ...grainParts,
});

/// GrainFM (trigger 0, dur 1 s, carfreq 440 Hz, modfreq 200 Hz, index 1, pan 0, envbufnum -1, maxGrains 512): grains of a sine whose frequency a sine moves by
/// index * modfreq.
export const GrainFM = ugen("GrainFM", {
  rates: "ar",
  family: "granular",
  inputs: { trigger: perSample(0), dur: perSample(1), carfreq: perSample(440), modfreq: perSample(200), index: perSample(1), ...ending },
  outputs: "caller",
  state: {
    ...grainState(room),
    phase: i32s(room),
    modulator: i32s(room),
    inc: i32s(room),
    carrier: f32s(room),
    deviation: f32s(room),
  },
  uses: { ...common, ...fm },
  reads: "buffer",
  ...grainParts,
});

/// GrainIn (trigger 0, dur 1 s, in, pan 0, envbufnum -1, maxGrains 512): `in` under the windows of grains.
export const GrainIn = ugen("GrainIn", {
  rates: "ar",
  family: "granular",
  inputs: { trigger: perSample(0), dur: perSample(1), in: signal, ...ending },
  outputs: "caller",
  state: grainState(room),
  uses: { ...common, ...input },
  reads: "buffer",
  ...grainParts,
});

/// GrainBuf (trigger 0, dur 1 s, sndbuf 0, rate 1, pos 0, interp 2, pan 0, envbufnum -1, maxGrains 512): grains of a mono sample buffer from position `pos`, 0 to 1,
/// around its ends; interp 1 none, 2 linear, 4 cubic.
export const GrainBuf = ugen("GrainBuf", {
  rates: "ar",
  family: "granular",
  inputs: {
    trigger: perSample(0),
    dur: perSample(1),
    sndbuf: perSample(0),
    rate: perSample(1),
    pos: perSample(0),
    interp: perSample(2),
    ...ending,
  },
  outputs: "caller",
  state: { ...grainState(room), ...playerState(room) },
  uses: { ...common, ...positions, inBuffer, ...inSoundBuffer },
  reads: "buffer",
  ...grainParts,
});

/// TGrains (trigger 0, bufnum 0, rate 1, centerPos 0 s, dur 0.1 s, pan 0, amp 0.1, interp 4): grains of a mono sample buffer whose middle is at centerPos. 63 at most.
export const TGrains = ugen("TGrains", {
  rates: "ar",
  family: "granular",
  inputs: {
    trigger: perSample(0),
    bufnum: perSample(0),
    rate: perSample(1),
    centerPos: perSample(0),
    dur: perSample(0.1),
    pan: perSample(0),
    amp: perSample(0.1),
    interp: perSample(4),
  },
  outputs: "caller",
  state: { ...grainState(63), ...playerState(63) },
  uses: { ...common, ...positions, inBuffer, ...aroundCentre, most: helper(() => 63) },
  reads: "buffer",
  process: grainParts.process,
  init() {
    return 0;
  },
});
