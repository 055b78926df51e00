/// GVerb, the reverberator of J. Anderdal: diffusers, early reflections from a tapped line, and a feedback network of four damped lines for the tail.
import {
  atInit,
  f32s,
  f64,
  helper,
  i32,
  i32s,
  type Memory,
  perBlock,
  registers,
  ring,
  type SystemContext,
  signal,
} from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { bounded } from "./support/delayline.ts";

/// One of the allpass lines that spread a sound over `size` samples.
const diffuse = helper((line: Memory, w: number, size: number, coef: number, x: number, c: SystemContext) => {
  const held = line[w - size];
  const fed = x - held * coef;
  const kept = Math.abs(fed) < 3.8518598887744717e-34 ? 0 : fed;
  line[w] = c.zap(kept);
  return held + kept * coef;
});

/// Round half up, as an integer.
const rounded = helper((x: number, c: SystemContext) => c.tr(Math.floor(x + 0.5)));

/// GVerb (in, roomsize 10 m, revtime 3 s, damping 0.5, inputbw 0.5, spread 15, drylevel 1, earlyreflevel 0.7, taillevel 0.5, maxroomsize 300 m): two outputs.
/// spread and maxroomsize are fixed at the start; a room can shrink from its first size, not grow.
export const GVerb = ugen("GVerb", {
  rates: "ar",
  family: "reverbs",
  inputs: {
    in: signal,
    roomsize: perBlock(10),
    revtime: perBlock(3),
    damping: perBlock(0.5),
    inputbw: perBlock(0.5),
    spread: atInit(15),
    drylevel: perBlock(1),
    earlyreflevel: perBlock(0.7),
    taillevel: perBlock(0.5),
    maxroomsize: atInit(300),
  },
  outputs: 2,
  state: {
    w: i32(),
    taps: ring(),
    line0: ring(),
    line1: ring(),
    line2: ring(),
    line3: ring(),
    left0: ring(),
    left1: ring(),
    left2: ring(),
    left3: ring(),
    right1: ring(),
    right2: ring(),
    right3: ring(),
    alpha: f64(),
    /// Lengths of the lines, ages of the taps, lengths of the diffusers (left, then right).
    lengths: i32s(4),
    ages: i32s(4),
    spreads: i32s(8),
    /// Gains of the lines and the taps, and their changes per sample over the block.
    lineGain: registers(4),
    tapGain: registers(4),
    lineStep: registers(4),
    tapStep: registers(4),
    before: f32s(4),
    damped: registers(4),
    input: 0,
    roomsize: 0,
    revtime: 0,
    damping: 0,
    bandwidth: 0,
    dry: 0,
    early: 0,
    tail: 0,
  },
  uses: { diffuse, rounded, bounded },
  init({ roomsize, revtime, damping, spread, maxroomsize }, s, c) {
    const rate = c.rate;
    const size = (c.f64(c.clip(roomsize, 1, Math.max(1, maxroomsize - 1))) * rate) / 340;
    s.alpha = c.f64(0.001) ** (1 / (rate * c.f64(revtime)));
    s.lengths[0] = c.tr(size);
    // The nearest prime, the larger first.
    let found = false;
    const most = c.tr(size);
    for (let away = 0; away < 512; away++) {
      for (let below = 0; below < 2; below++) {
        const n = below === 0 ? most + away : most - away;
        let prime = n > 1;
        let d = 2;
        while (prime && d * d <= n) {
          if (n % d === 0) prime = false;
          d += 1;
        }
        if (!found && prime) {
          found = true;
          s.lengths[0] = n;
        }
      }
      if (found) break;
    }
    s.lengths[1] = c.rounded(0.81649 * size, c);
    // biome-ignore lint/suspicious/noApproximativeNumericConstant: GVerb's own figure
    s.lengths[2] = c.rounded(0.7071 * size, c);
    s.lengths[3] = c.rounded(0.63245 * size, c);
    const scale = c.f64(s.lengths[3]) / 1341;
    for (const side of c.each(2)) {
      const a1 = c.tr(spread * (side === 0 ? 0.125541 : -0.568366));
      const a2 = c.tr(3 * spread * (side === 0 ? 0.854046 : -0.126815));
      const middle = 369 + a1;
      const far = 931 + a2;
      s.spreads[side * 4] = Math.max(1, c.rounded(scale * 210, c));
      s.spreads[side * 4 + 1] = Math.max(1, c.rounded(scale * (middle - 210), c));
      s.spreads[side * 4 + 2] = Math.max(1, c.rounded(scale * (far - middle), c));
      s.spreads[side * 4 + 3] = Math.max(1, c.rounded(scale * (1341 - far), c));
    }
    const ages = [0.41, 0.3, 0.155, 0];
    for (const i of c.each(4)) {
      s.ages[i] = 5 + c.tr(ages[i] * size);
      s.tapGain[i] = c.f32(s.alpha ** c.f64(s.ages[i]));
      s.lineGain[i] = -c.f32(s.alpha ** c.f64(s.lengths[i]));
    }
    s.damping = damping;
    c.alloc(s.taps, s.ages[0] + 1);
    c.alloc(s.line0, s.lengths[0] + 1);
    c.alloc(s.line1, s.lengths[1] + 1);
    c.alloc(s.line2, s.lengths[2] + 1);
    c.alloc(s.line3, s.lengths[3] + 1);
    c.alloc(s.left0, s.spreads[0] + 1);
    c.alloc(s.left1, s.spreads[1] + 1);
    c.alloc(s.left2, s.spreads[2] + 1);
    c.alloc(s.left3, s.spreads[3] + 1);
    c.alloc(s.right1, s.spreads[5] + 1);
    c.alloc(s.right2, s.spreads[6] + 1);
    c.alloc(s.right3, s.spreads[7] + 1);
    return [0, 0];
  },
  block({ roomsize, revtime, damping, inputbw, drylevel, earlyreflevel, taillevel, maxroomsize }, s, c) {
    const changed =
      roomsize !== s.roomsize ||
      revtime !== s.revtime ||
      damping !== s.damping ||
      inputbw !== s.bandwidth ||
      drylevel !== s.dry ||
      earlyreflevel !== s.early ||
      taillevel !== s.tail;
    const dry = c.glide(s.dry, drylevel);
    const early = c.glide(s.early, earlyreflevel);
    const tail = c.glide(s.tail, taillevel);
    if (changed) {
      const size = (c.f64(c.clip(roomsize, 1, Math.max(1, maxroomsize - 1))) * c.rate) / 340;
      s.lengths[1] = Math.min(s.line1.length, c.tr(0.81649 * size));
      // biome-ignore lint/suspicious/noApproximativeNumericConstant: GVerb's own figure
      s.lengths[2] = Math.min(s.line2.length, c.tr(0.7071 * size));
      s.lengths[3] = Math.min(s.line3.length, c.tr(0.63245 * size));
      const ages = [0.41, 0.3, 0.155, 0];
      for (const i of c.each(4)) {
        s.ages[i] = Math.min(s.taps.length - 1, 5 + c.tr(ages[i] * size));
        const gain = c.f32(s.alpha ** c.f64(s.ages[i]));
        s.tapStep[i] = (gain - s.tapGain[i]) * c.f32(c.slope);
        s.tapGain[i] = gain;
        s.before[i] = -c.f32(c.f64(c.f32(s.alpha)) ** c.f64(s.lengths[i]));
      }
      s.alpha = c.f32(c.f64(c.f32(0.001)) ** c.f64(c.f32(1 / (c.rate * c.f64(revtime)))));
      for (const i of c.each(4)) {
        const gain = -c.f32(s.alpha ** c.f64(s.lengths[i]));
        s.lineStep[i] = (gain - s.before[i]) * c.f32(c.slope);
        s.lineGain[i] = gain;
      }
    } else {
      for (const i of c.each(4)) {
        s.tapStep[i] = 0;
        s.lineStep[i] = 0;
      }
    }
    s.roomsize = roomsize;
    s.revtime = revtime;
    s.damping = damping;
    s.bandwidth = inputbw;
    s.dry = drylevel;
    s.early = earlyreflevel;
    s.tail = taillevel;
    const n = [s.lengths[0], s.lengths[1], s.lengths[2], s.lengths[3]];
    const age = [s.ages[0], s.ages[1], s.ages[2], s.ages[3]];
    const spreads: number[] = [];
    for (const i of c.each(8)) spreads[i] = s.spreads[i];
    return { n, age, spreads, dry, early, tail, damp: damping, band: 1 - inputbw, present: s.right3.length > 1 };
  },
  tick({ in: x }, s, b, c) {
    // Not a number is silence.
    const clean = x >= 0 || x < 0 ? x : 0;
    const y = clean * (1 - b.band) + s.input * b.band;
    s.input = c.zap(y);
    const z = c.diffuse(s.left0, s.w, b.spreads[0], 0.75, y, c);
    const u: number[] = [];
    for (const i of c.each(4)) u[i] = s.tapGain[i] * s.taps[s.w - b.age[i]];
    s.taps[s.w] = z;
    const lines = [s.line0, s.line1, s.line2, s.line3];
    const d: number[] = [];
    for (const i of c.each(4)) {
      d[i] = s.lineGain[i] * lines[i][s.w - b.n[i]] * (1 - b.damp) + s.damped[i] * b.damp;
      s.damped[i] = c.zap(d[i]);
    }
    const signed: number[] = [];
    for (const i of c.each(4)) signed[i] = b.tail * d[i] + b.early * u[i];
    const sum = signed[0] - signed[1] + signed[2] - signed[3] + clean * b.early;
    const f = [
      0.5 * (d[0] + d[1] - d[2] - d[3]),
      0.5 * (d[0] - d[1] - d[2] + d[3]),
      0.5 * (-d[0] + d[1] - d[2] + d[3]),
      0.5 * (d[0] + d[1] + d[2] + d[3]),
    ];
    for (const i of c.each(4)) {
      lines[i][s.w] = u[i] + f[i];
      s.lineGain[i] += s.lineStep[i];
      s.tapGain[i] += s.tapStep[i];
    }
    const l1 = c.diffuse(s.left1, s.w, b.spreads[1], 0.75, sum, c);
    const l2 = c.diffuse(s.left2, s.w, b.spreads[2], 0.625, l1, c);
    const left = c.diffuse(s.left3, s.w, b.spreads[3], 0.625, l2, c);
    const r1 = c.diffuse(s.right1, s.w, b.spreads[5], 0.75, sum, c);
    const r2 = c.diffuse(s.right2, s.w, b.spreads[6], 0.625, r1, c);
    const right = c.diffuse(s.right3, s.w, b.spreads[7], 0.625, r2, c);
    s.w += 1;
    return [b.present ? left + clean * b.dry : 0, b.present ? right + clean * b.dry : 0];
  },
  end(_x, s, _b, c) {
    s.w = c.bounded(s.w);
  },
});
