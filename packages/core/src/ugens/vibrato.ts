/// Vibrato: a frequency that wavers, in irregular parabolas.
import { type Context, f64, helper, i32, perBlock, perSample } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

interface Wave {
  step: number;
  up: number;
  down: number;
}

/// The next cycle's rate and depths.
const draw = helper((rate: number, depth: number, rateVariation: number, depthVariation: number, s: Wave, c: Context) => {
  s.step = rate * c.f32(4 * c.period) * (1 + rateVariation * c.u11());
  s.up = depth * (1 + depthVariation * c.u11());
  s.down = depth * (1 + depthVariation * c.u11());
});

/// Vibrato (freq 440 Hz, rate 6 Hz, depth 0.02, delay 0 s, onset 0 s, rateVariation 0.04, depthVariation 0.1, iphase 0, trig 0): freq (1 + depth wave). Starts after
/// `delay`, grows for `onset`; each cycle varies its rate and depth. A rising edge of trig starts over. An audio-rate unit needs an audio-rate freq in
/// SuperCollider; here any will do.
export const Vibrato = ugen("Vibrato", {
  rates: "ar kr",
  family: "lf",
  inputs: {
    freq: perSample(440),
    rate: perBlock(6),
    depth: perBlock(0.02),
    delay: perBlock(0),
    onset: perBlock(0),
    rateVariation: perBlock(0.04),
    depthVariation: perBlock(0.1),
    iphase: perBlock(0),
    trig: perBlock(0),
  },
  state: { phase: f64(), step: 0, up: 0, down: 0, delay: i32(), attack: i32(), level: f64(), rise: f64(), last: 0, begun: i32() },
  uses: { draw },
  random: true,
  start: "step",
  block({ rate, depth, delay, onset, rateVariation, depthVariation, iphase, trig }, s, c) {
    if (s.begun === 0 || (trig > 0 && s.last <= 0)) {
      s.begun = 1;
      s.phase = 4 * (iphase - Math.floor(iphase)) - 1;
      c.draw(rate, depth, rateVariation, depthVariation, s, c);
      s.delay = c.tr(delay * c.f32(c.rate));
      s.attack = c.tr(onset * c.f32(c.rate));
      s.rise = 1 / c.f64(1 + s.attack);
      s.level = s.rise;
    }
    s.last = trig;
  },
  tick({ freq, rate, depth, rateVariation, depthVariation }, s, _b, c) {
    let y = c.f32(freq);
    if (s.delay > 0) s.delay -= 1;
    else {
      const gain = s.attack > 0 ? c.f32(s.level) : 1;
      if (s.attack > 0) {
        s.attack -= 1;
        s.level += s.rise;
      }
      if (s.phase >= 3) {
        s.phase -= 4;
        c.draw(rate, depth, rateVariation, depthVariation, s, c);
      }
      const z = c.f32(s.phase < 1 ? s.phase : s.phase - 2);
      y = freq * (1 + gain * (s.phase < 1 ? s.up * (1 - z * z) : s.down * (z * z - 1)));
      s.phase += s.step;
    }
    return y;
  },
});
