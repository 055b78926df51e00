/// The plucked string of Karplus and Strong.
import { atInit, i32, perBlock, perSample, ring, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { bounded, cubical, inRing, loopGain, ringLength, samplesOfDelay } from "./support/delayline.ts";

/// Pluck (in, trig 1, maxdelaytime 0.2 s, delaytime 0.2 s, decaytime 1 s, coef 0.5): a rising edge of `trig` lets one delaytime of `in` into a loop of
/// delaytime with a one-pole low-pass filter, y = (1 - |coef|) v + coef y1, v = line[n - d]; line[n] = in + f y, f as CombN's.
/// K. Karplus and A. Strong, "Digital synthesis of plucked-string and drum timbres", Computer Music Journal 7(2), 1983.
/// With an audio-rate trigger a control-rate coef moves only when delaytime or decaytime does, once the line has been filled, as in scsynth.
export const Pluck = ugen("Pluck", {
  rates: "ar",
  family: "delays",
  inputs: {
    in: signal,
    trig: perSample(1),
    maxdelaytime: atInit(0.2),
    delaytime: perBlock(0.2),
    decaytime: perBlock(1),
    coef: perSample(0.5),
  },
  state: { line: ring(), w: i32(), d: 0, f: 0, coef: 0, time: 0, decay: 0, y1: 0, last: 0, left: i32() },
  uses: { ...inRing, ...cubical, bounded, loopGain, ringLength, samplesOfDelay },
  init({ maxdelaytime, delaytime, decaytime, coef }, s, c) {
    c.alloc(s.line, c.ringLength(maxdelaytime, c));
    s.time = delaytime;
    s.decay = decaytime;
    s.coef = coef;
    s.d = c.samplesOfDelay(delaytime, 2, s.line.length, c);
    s.f = c.loopGain(delaytime, decaytime, c);
    return 0;
  },
  block({ trig, delaytime, decaytime, coef }, s, c) {
    const moves = delaytime !== s.time || decaytime !== s.decay;
    const step = delaytime === s.time ? 0 : (c.samplesOfDelay(delaytime, 2, s.line.length, c) - s.d) * c.f32(c.slope);
    const gainStep = moves ? (c.loopGain(delaytime, decaytime, c) - s.f) * c.f32(c.slope) : 0;
    const unnoticed = c.isAudio(trig) && !moves && s.w >= s.line.length;
    const target = c.isAudio(coef) || unnoticed ? s.coef : coef;
    s.time = delaytime;
    s.decay = decaytime;
    const excitation = c.tr(delaytime * c.f32(c.rate) + 0.5);
    return { step, gainStep, excitation, target, coef: c.glide(s.coef, target), present: s.line.length > 1 };
  },
  tick({ in: x, trig, coef }, s, b, c) {
    if (trig > 0 && s.last <= 0) s.left = b.excitation;
    s.last = trig;
    const excited = s.left > 0 ? x : 0;
    s.left = Math.max(0, s.left - 1);
    s.d += b.step;
    const k = c.isAudio(coef) ? coef : b.coef;
    const v = c.read(s.line, s.w, s.d, c);
    const y = c.f32(c.f64(1 - Math.abs(k)) * v) + k * s.y1;
    s.line[s.w] = excited + s.f * y;
    s.f += b.gainStep;
    s.y1 = y;
    s.w += 1;
    return b.present ? y : 0;
  },
  end({ coef }, s, { target }, c) {
    if (!c.isAudio(coef)) s.coef = target;
    s.y1 = c.zap(s.y1);
    s.w = c.bounded(s.w);
  },
});
