/// Envelopes as inputs of EnvGen: levels, times, curves, where to wait for the gate and where to loop.
import type { Sig, Signals } from "./signal.ts";

const shapes = {
  step: 0,
  lin: 1,
  linear: 1,
  exp: 2,
  exponential: 2,
  sin: 3,
  sine: 3,
  wel: 4,
  welch: 4,
  sqr: 6,
  squared: 6,
  cub: 7,
  cubed: 7,
  hold: 8,
} as const;
/// The shape of a segment: a name, or a number that bends it (0 is straight, below 0 fast at first).
export type Curve = keyof typeof shapes | number;

export class Env implements Signals {
  /// `levels` has one item more than `times`; `curves` repeat. At `releaseNode` the envelope waits for its gate to close.
  constructor(
    readonly levels: readonly Sig[],
    readonly times: readonly Sig[],
    readonly curves: Curve | readonly Curve[] = "lin",
    readonly releaseNode?: number,
    readonly loopNode?: number,
  ) {
    if (levels.length !== times.length + 1)
      throw new Error(`an envelope of ${times.length} segments has ${times.length + 1} levels, not ${levels.length}`);
  }

  inputs(): readonly Sig[] {
    const curves = Array.isArray(this.curves) ? (this.curves as readonly Curve[]) : [this.curves as Curve];
    return [
      this.levels[0],
      this.times.length,
      this.releaseNode ?? -99,
      this.loopNode ?? -99,
      ...this.times.flatMap((time, i) => {
        const curve = curves[i % curves.length];
        return [this.levels[i + 1], time, typeof curve === "number" ? 5 : shapes[curve], typeof curve === "number" ? curve : 0];
      }),
    ];
  }

  /// Up and down again.
  static perc(attack: Sig = 0.01, release: Sig = 1, level: Sig = 1, curve: Curve = -4): Env {
    return new Env([0, level, 0], [attack, release], curve);
  }
  static triangle(duration = 1, level: Sig = 1): Env {
    return new Env([0, level, 0], [duration / 2, duration / 2]);
  }
  static sine(duration = 1, level: Sig = 1): Env {
    return new Env([0, level, 0], [duration / 2, duration / 2], "sine");
  }
  static linen(attack: Sig = 0.01, sustain: Sig = 1, release: Sig = 1, level: Sig = 1, curve: Curve = "lin"): Env {
    return new Env([0, level, level, 0], [attack, sustain, release], curve);
  }
  /// Held at `sustain` while the gate is open.
  static adsr(attack: Sig = 0.01, decay: Sig = 0.3, sustain = 0.5, release: Sig = 1, peak = 1, curve: Curve = -4): Env {
    return new Env([0, peak, peak * sustain, 0], [attack, decay, release], curve, 2);
  }
  static asr(attack: Sig = 0.01, sustain: Sig = 1, release: Sig = 1, curve: Curve = -4): Env {
    return new Env([0, sustain, 0], [attack, release], curve, 1);
  }
  static cutoff(release: Sig = 0.1, level: Sig = 1, curve: Curve = "lin"): Env {
    return new Env([level, 0], [release], curve, 0);
  }
}

/// What a unit may do with its synth when it is done.
export const Done = {
  none: 0,
  pauseSelf: 1,
  freeSelf: 2,
  freeSelfAndPrevious: 3,
  freeSelfAndNext: 4,
  freeSelfAndFreeAllInPrevious: 5,
  freeSelfAndFreeAllInNext: 6,
  freeSelfToHead: 7,
  freeSelfToTail: 8,
  freeSelfPausePrevious: 9,
  freeSelfPauseNext: 10,
  freeSelfAndDeepFreePrevious: 11,
  freeSelfAndDeepFreeNext: 12,
  freeAllInGroup: 13,
  freeGroup: 14,
  freeSelfResumeNext: 15,
} as const;
