/// Panners and cross-fades. Positions are cut to the 8192 steps per cycle of SuperCollider's sine table (2049 between left and right), whose values the
/// sine polynomial gives within 1e-7. Gains glide over a block from where they were, starting with those at the synth's construction.
import { atInit, type Context, f32, f32s, helper, perBlock, perSample, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// Sine of `i` 8192ths of a cycle.
const sineStep = helper((i: number, c: Context) => c.sinPhase(i << 19));
type Sine = Context & { sineStep(i: number, c: Context): number };

/// Left and right gains of equal power at `pos`, -1 to 1.
const equalPower = helper((pos: number, level: number, c: Sine) => {
  const q = Math.max(Math.min(c.tr(pos * 1024 + 1024 + 0.5), 2048), 0);
  return [level * c.sineStep(2048 - q, c), level * c.sineStep(q, c)];
});
/// Left and right gains in proportion to `pos`, not limited.
const proportional = helper((pos: number, level: number) => {
  const right = level * (pos * 0.5 + 0.5);
  return [level - right, right];
});

type Law = typeof equalPower | typeof proportional;

/// Pan2, LinPan2 (in, pos 0, level 1): one channel to two. At an audio-rate position only the level glides.
const pan2 = (name: string, law: Law) =>
  ugen(name, {
    rates: "ar kr",
    inputs: { in: signal, pos: perSample(0), level: perBlock(1) },
    outputs: 2,
    state: { left: 0, right: 0, level: 0 },
    uses: { gains: law as typeof equalPower, sineStep },
    family: "panners",
    init({ pos, level }, s, c) {
      const [left, right] = c.gains(pos, level, c);
      s.left = left;
      s.right = right;
      s.level = level;
    },
    block({ pos, level }, s, c) {
      if (c.isAr && c.isAudio(pos)) return { left: 0, right: 0, level: c.glide(s.level, level), goal: [0, 0] };
      const goal = c.gains(pos, level, c);
      return { left: c.glide(s.left, goal[0]), right: c.glide(s.right, goal[1]), level, goal };
    },
    tick({ in: x, pos }, _s, { left, right, level }, c) {
      if (c.isAr && c.isAudio(pos)) {
        const [l, r] = c.gains(pos, level, c);
        return [x * l, x * r];
      }
      return [x * left, x * right];
    },
    end({ pos, level }, s, { goal }, c) {
      s.level = level;
      if (!(c.isAr && c.isAudio(pos))) {
        s.left = goal[0];
        s.right = goal[1];
      }
    },
  });
export const Pan2 = pan2("Pan2", equalPower);
export const LinPan2 = pan2("LinPan2", proportional);

/// Balance2 (left, right, pos 0, level 1): the two channels with the gains of Pan2.
export const Balance2 = ugen("Balance2", {
  rates: "ar kr",
  inputs: { left: signal, right: signal, pos: perSample(0), level: perBlock(1) },
  outputs: 2,
  state: { gainLeft: 0, gainRight: 0, level: 0 },
  uses: { equalPower, sineStep },
  family: "panners",
  init({ pos, level }, s, c) {
    const [left, right] = c.equalPower(pos, level, c);
    s.gainLeft = left;
    s.gainRight = right;
    s.level = level;
  },
  block({ pos, level }, s, c) {
    if (c.isAr && c.isAudio(pos)) return { left: 0, right: 0, level: c.glide(s.level, level), goal: [0, 0] };
    const goal = c.equalPower(pos, level, c);
    return { left: c.glide(s.gainLeft, goal[0]), right: c.glide(s.gainRight, goal[1]), level, goal };
  },
  tick(x, _s, { left, right, level }, c) {
    if (c.isAr && c.isAudio(x.pos)) {
      const [l, r] = c.equalPower(x.pos, level, c);
      return [x.left * l, x.right * r];
    }
    return [x.left * left, x.right * right];
  },
  end({ pos, level }, s, { goal }, c) {
    s.level = level;
    if (!(c.isAr && c.isAudio(pos))) {
      s.gainLeft = goal[0];
      s.gainRight = goal[1];
    }
  },
});

/// XFade2 (inA, inB, pan 0, level 1): from inA at -1 to inB at 1, with equal power.
export const XFade2 = ugen("XFade2", {
  rates: "ar kr",
  inputs: { inA: signal, inB: signal, pan: perSample(0), level: perBlock(1) },
  state: { left: 0, right: 0, level: 0 },
  uses: { equalPower, sineStep },
  family: "panners",
  init({ pan, level }, s, c) {
    const [left, right] = c.equalPower(pan, level, c);
    s.left = left;
    s.right = right;
    s.level = level;
  },
  block({ pan, level }, s, c) {
    if (c.isAr && c.isAudio(pan)) return { left: 0, right: 0, level: c.glide(s.level, level), goal: [0, 0] };
    const goal = c.equalPower(pan, level, c);
    return { left: c.glide(s.left, goal[0]), right: c.glide(s.right, goal[1]), level, goal };
  },
  tick({ inA, inB, pan }, _s, { left, right, level }, c) {
    if (c.isAr && c.isAudio(pan)) {
      const [l, r] = c.equalPower(pan, level, c);
      return inA * l + inB * r;
    }
    return inA * left + inB * right;
  },
  end({ pan, level }, s, { goal }, c) {
    s.level = level;
    if (!(c.isAr && c.isAudio(pan))) {
      s.left = goal[0];
      s.right = goal[1];
    }
  },
});

/// LinXFade2 (inA, inB, pan 0): inA (1 - a) + inB a, a = pan / 2 + 1/2, with pan limited to -1 .. 1.
export const LinXFade2 = ugen("LinXFade2", {
  rates: "ar kr",
  inputs: { inA: signal, inB: signal, pan: perSample(0) },
  state: { a: 0 },
  uses: { amount: helper((pan: number, c: Context) => c.clip(pan, -1, 1) * 0.5 + 0.5) },
  family: "panners",
  init({ pan }, s, c) {
    s.a = c.amount(pan, c);
  },
  block({ pan }, s, c) {
    return { a: c.isAr && c.isAudio(pan) ? 0 : c.glide(s.a, c.amount(pan, c)) };
  },
  tick({ inA, inB, pan }, _s, { a }, c) {
    const b = c.isAr && c.isAudio(pan) ? c.amount(pan, c) : a;
    return inA + b * (inB - inA);
  },
  end({ pan }, s, _b, c) {
    s.a = c.amount(pan, c);
  },
});

/// Pan4 (in, xpos 0, ypos 0, level 1): to left front, right front, left back, right back; what lies outside the square between them is moved to its edge.
export const Pan4 = ugen("Pan4", {
  rates: "ar kr",
  inputs: { in: signal, xpos: perBlock(0), ypos: perBlock(0), level: perBlock(1) },
  outputs: 4,
  state: { gain: f32s(4) },
  uses: {
    sineStep,
    equalPower,
    corners: helper((xpos: number, ypos: number, level: number, c: Sine & { equalPower(p: number, l: number, c: Context): number[] }) => {
      let x = xpos;
      let y = ypos;
      if (x < -1 || x > 1 || y < -1 || y > 1) {
        if (y > Math.abs(x)) {
          x = (x + y) / y - 1;
          y = 1;
        } else if (y < -Math.abs(x)) {
          x = (x - y) / -y - 1;
          y = -1;
        } else if (Math.abs(y) < x) {
          y = (y + x) / x - 1;
          x = 1;
        } else {
          y = (y - x) / -x - 1;
          x = -1;
        }
      }
      const [left, right] = c.equalPower(x, 1, c);
      const [back, front] = c.equalPower(y, level, c);
      return [left * front, right * front, left * back, right * back];
    }),
  },
  family: "panners",
  init({ xpos, ypos, level }, s, c) {
    const goal = c.corners(xpos, ypos, level, c);
    for (const i of c.each(4)) s.gain[i] = goal[i];
  },
  block({ xpos, ypos, level }, s, c) {
    const goal = c.corners(xpos, ypos, level, c);
    const gain: number[] = [];
    for (const i of c.each(4)) gain[i] = c.glide(s.gain[i], goal[i]);
    return { gain, goal };
  },
  tick({ in: x }, _s, { gain }) {
    return [x * gain[0], x * gain[1], x * gain[2], x * gain[3]];
  },
  end(_x, s, { goal }, c) {
    for (const i of c.each(4)) s.gain[i] = goal[i];
  },
});

/// X, Y of a direction `turn` half-turns to the left.
const direction = helper((turn: number, gain: number, c: Sine) => {
  const i = c.tr(turn * 4096) & 8191;
  return [c.sineStep((i + 2048) & 8191, c) * gain, -c.sineStep(i, c) * gain];
});

/// PanB (in, azimuth 0, elevation 0, gain 1): B-format W, X, Y, Z. Azimuth in half-turns, elevation in quarter-turns.
export const PanB = ugen("PanB", {
  rates: "ar kr",
  inputs: { in: signal, azimuth: perBlock(0), elevation: perBlock(0), gain: perBlock(1) },
  outputs: 4,
  state: { gains: f32s(4) },
  uses: {
    sineStep,
    direction,
    format: helper(
      (azimuth: number, elevation: number, gain: number, c: Sine & { direction(t: number, g: number, c: Context): number[] }) => {
        const e = c.tr(elevation * 2048) & 8191;
        const [x, y] = c.direction(azimuth, c.sineStep((e + 2048) & 8191, c) * gain, c);
        return [0.70710677 * gain, x, y, c.sineStep(e, c) * gain];
      },
    ),
  },
  family: "panners",
  init({ azimuth, elevation, gain }, s, c) {
    const goal = c.format(azimuth, elevation, gain, c);
    for (const i of c.each(4)) s.gains[i] = goal[i];
  },
  block({ azimuth, elevation, gain }, s, c) {
    const goal = c.format(azimuth, elevation, gain, c);
    const gains: number[] = [];
    for (const i of c.each(4)) gains[i] = c.glide(s.gains[i], goal[i]);
    return { gains, goal };
  },
  tick({ in: x }, _s, { gains }) {
    return [x * gains[0], x * gains[1], x * gains[2], x * gains[3]];
  },
  end(_x, s, { goal }, c) {
    for (const i of c.each(4)) s.gains[i] = goal[i];
  },
});

/// PanB2 (in, azimuth 0, gain 1): B-format W, X, Y in the plane.
export const PanB2 = ugen("PanB2", {
  rates: "ar kr",
  inputs: { in: signal, azimuth: perBlock(0), gain: perBlock(1) },
  outputs: 3,
  state: { w: f32(), x: f32(), y: f32() },
  uses: { sineStep, direction },
  family: "panners",
  init({ azimuth, gain }, s, c) {
    const [x, y] = c.direction(azimuth, gain, c);
    s.w = 0.70710677 * gain;
    s.x = x;
    s.y = y;
  },
  block({ azimuth, gain }, s, c) {
    const [x, y] = c.direction(azimuth, gain, c);
    const w = 0.70710677 * gain;
    return { wx: c.glide(s.x, x), wy: c.glide(s.y, y), ww: c.glide(s.w, w), w, x, y };
  },
  tick({ in: signal }, _s, { ww, wx, wy }) {
    return [signal * ww, signal * wx, signal * wy];
  },
  end(_x, s, { w, x, y }) {
    s.w = w;
    s.x = x;
    s.y = y;
  },
});

/// BiPanB2 (inA, inB, azimuth, gain 1): two channels in opposite directions: W of their sum, X and Y of their difference.
export const BiPanB2 = ugen("BiPanB2", {
  rates: "ar kr",
  inputs: { inA: signal, inB: signal, azimuth: perBlock(0), gain: perBlock(1) },
  outputs: 3,
  state: { w: f32(), x: f32(), y: f32() },
  uses: { sineStep, direction },
  family: "panners",
  init({ azimuth, gain }, s, c) {
    const [x, y] = c.direction(azimuth, gain, c);
    s.w = 0.70710677 * gain;
    s.x = x;
    s.y = y;
  },
  block({ azimuth, gain }, s, c) {
    const [x, y] = c.direction(azimuth, gain, c);
    const w = 0.70710677 * gain;
    return { wx: c.glide(s.x, x), wy: c.glide(s.y, y), ww: c.glide(s.w, w), w, x, y };
  },
  tick({ inA, inB }, _s, { ww, wx, wy }) {
    return [(inA + inB) * ww, (inA - inB) * wx, (inA - inB) * wy];
  },
  end(_x, s, { w, x, y }) {
    s.w = w;
    s.x = x;
    s.y = y;
  },
});

/// Rotate2 (x, y, pos 0): the plane turned by pos half-turns: x' = x cos + y sin, y' = y cos - x sin.
export const Rotate2 = ugen("Rotate2", {
  rates: "ar kr",
  inputs: { x: signal, y: signal, pos: perBlock(0) },
  outputs: 2,
  state: { cos: f32(), sin: f32() },
  uses: { sineStep, direction },
  family: "panners",
  init({ pos }, s, c) {
    const [cos, sin] = c.direction(pos, 1, c);
    s.cos = cos;
    s.sin = -sin;
  },
  block({ pos }, s, c) {
    const [cos, sin] = c.direction(pos, 1, c);
    return { cos: c.glide(s.cos, cos), sin: c.glide(s.sin, -sin), goalCos: cos, goalSin: -sin };
  },
  tick({ x, y }, _s, { cos, sin }) {
    return [cos * x + sin * y, cos * y - sin * x];
  },
  end(_x, s, { goalCos, goalSin }) {
    s.cos = goalCos;
    s.sin = goalSin;
  },
});

/// DecodeB2 (w, x, y, orientation 0.5): B-format to a ring of n loudspeakers at angles of 2 pi / n, the first turned by `orientation` of such an angle.
export const DecodeB2 = ugen("DecodeB2", {
  rates: "ar kr",
  inputs: { w: signal, x: signal, y: signal, orientation: atInit(0.5) },
  outputs: "caller",
  state: { xs: f32s(({ outputs }) => outputs), ys: f32s(({ outputs }) => outputs) },
  family: "panners",
  init({ orientation }, s, c) {
    const angle = (2 * Math.PI) / c.outputs;
    for (const i of c.each(c.outputs)) {
      const at = (c.f64(orientation) - i) * angle;
      s.xs[i] = 0.5 * Math.cos(at);
      s.ys[i] = 0.5 * Math.sin(at);
    }
  },
  tick({ w, x, y }, s, _b, c) {
    const out: number[] = [];
    for (const i of c.each(c.outputs)) out[i] = w * 0.70710677 + x * s.xs[i] + y * s.ys[i];
    return out;
  },
});

/// PanAz (in, pos 0, level 1, width 2, orientation 0.5): to a ring of n channels; pos 2 is a whole turn. The sound is heard in `width` of them, with gains
/// along half a sine.
export const PanAz = ugen("PanAz", {
  rates: "ar kr",
  inputs: { in: signal, pos: perSample(0), level: perBlock(1), width: perBlock(2), orientation: perBlock(0.5) },
  outputs: "caller",
  state: { gain: f32s(({ outputs }) => outputs) },
  uses: {
    sineStep,
    /// Gain of channel i when the sound stands at `at` channels.
    gainOf: helper((at: number, i: number, reach: number, level: number, c: Sine) => {
      const range = c.outputs * reach;
      const from = (at - i) * reach;
      const k = from - range * Math.floor(from / range);
      return k >= 1 ? 0 : level * c.sineStep(c.tr(4096 * k), c);
    }),
  },
  family: "panners",
  init({ pos, level, width, orientation }, s, c) {
    const at = pos * 0.5 * c.outputs + width * 0.5 + orientation;
    for (const i of c.each(c.outputs)) s.gain[i] = c.gainOf(at, i, 1 / width, level, c);
  },
  block({ pos, level, width, orientation }, s, c) {
    const moving = c.isAr && c.isAudio(pos);
    const reach = 1 / width;
    const offset = width * 0.5 + orientation;
    const goal: number[] = [];
    const gain: number[] = [];
    for (const i of c.each(c.outputs)) {
      goal[i] = moving ? 0 : c.gainOf(pos * 0.5 * c.outputs + offset, i, reach, level, c);
      gain[i] = moving ? 0 : c.glide(s.gain[i], goal[i]);
    }
    return { reach, offset, level, goal, gain };
  },
  tick({ in: x, pos }, _s, { reach, offset, level, gain }, c) {
    const out: number[] = [];
    for (const i of c.each(c.outputs))
      out[i] = x * (c.isAr && c.isAudio(pos) ? c.gainOf(pos * 0.5 * c.outputs + offset, i, reach, level, c) : gain[i]);
    return out;
  },
  end({ pos }, s, { goal }, c) {
    if (!(c.isAr && c.isAudio(pos))) for (const i of c.each(c.outputs)) s.gain[i] = goal[i];
  },
});
