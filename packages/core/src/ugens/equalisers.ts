/// The B suite: R. Bristow-Johnson's equaliser biquads. w = 2 pi freq / rate; n normalises; A = 10^(db / 40).
import { type AnySpec, f32s, kernel, perBlock, perSample, signal } from "../kernel/language.ts";
import { decayCoefficient } from "./support/decay.ts";
import { biquad, design, no, type Parameters, type SecondOrder, secondOrder, sectionState, yes } from "./support/triples.ts";

interface Equaliser<P extends Parameters> extends Pick<SecondOrder<P>, "doc" | "parameters" | "design"> {
  /// How audio-rate parameters are read, see `audioRate`.
  readonly skips?: boolean;
  readonly keeps?: boolean;
}

/// With parameters that are all audio-rate, the coefficients are made anew at the start of a triple whose parameters changed, without a ramp. As in
/// scsynth, triple t takes parameter sample t, so that only a third of the block is heard. Filters that `skip` remember the sample after a change and go
/// on behind it. At the block's end the next sample becomes the one to compare with, except for those that `keep`.
const audioRate = ({ parameters, design, skips, keeps }: Equaliser<Parameters>) =>
  kernel({
    inputs: { in: signal, ...Object.fromEntries(Object.keys(parameters).map((key) => [key, perSample(0)])) } as { in: typeof signal },
    state: { ...sectionState, next: f32s(5) },
    uses: { design, biquad, decayCoefficient, skips: skips ? yes : no, keeps: keeps ? yes : no },
    init(x, s, c) {
      const p = c.values(x, 1);
      for (const i of c.each(p.length)) s.p[i] = p[i];
      c.design(s.p, s, c);
      return c.biquad(x.in, s.a0, s.a1, s.a2, s.b1, s.b2, s, c);
    },
    process(x, s, c) {
      const p = c.values(x, 1);
      const whole = c.size - (c.size % 3);
      let at = 0;
      for (let j = 0; j < c.size; j++) {
        if (j < whole && j % 3 === 0) {
          let changed = 0;
          for (const i of c.each(p.length)) {
            s.next[i] = p[i][at];
            if (s.next[i] !== s.p[i]) changed = 1;
          }
          at += 1;
          if (changed === 1) {
            for (const i of c.each(p.length)) s.p[i] = s.next[i];
            c.design(s.p, s, c);
            if (c.skips() === 1) {
              for (const i of c.each(p.length)) s.p[i] = p[i][at];
              at += 1;
            }
          }
        }
        c.out[0][j] = c.biquad(x.in[j], s.a0, s.a1, s.a2, s.b1, s.b2, s, c);
      }
      if (c.keeps() === 0) for (const i of c.each(p.length)) s.p[i] = p[i][at];
      s.y1 = c.zap(s.y1);
      s.y2 = c.zap(s.y2);
    },
  });

const equaliser = <const P extends Parameters>(name: string, filter: Equaliser<P>) =>
  secondOrder(name, { ...filter, step: biquad }, { rates: "ar", audio: audioRate(filter) as unknown as AnySpec });

/// Lowpass: a0 = a2 = (1 - cos w) n / 2, a1 = (1 - cos w) n, alpha = sin(w) rq / 2, n = 1 / (1 + alpha).
export const BLowPass = equaliser("BLowPass", {
  doc: "Resonant lowpass; rq is bandwidth / freq.",
  parameters: { freq: perBlock(1200), rq: perBlock(1) },
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const cosine = Math.cos(w);
    const alpha = Math.sin(w) * 0.5 * p[1];
    const n = 1 / (1 + alpha);
    s.a1 = (1 - cosine) * n;
    s.a0 = s.a1 * 0.5;
    s.a2 = s.a0;
    s.b1 = 2 * cosine * n;
    s.b2 = -(1 - alpha) * n;
  }),
});

/// Highpass: a0 = a2 = (1 + cos w) n / 2, a1 = -(1 + cos w) n.
export const BHiPass = equaliser("BHiPass", {
  doc: "Resonant highpass; rq is bandwidth / freq.",
  parameters: { freq: perBlock(1200), rq: perBlock(1) },
  keeps: true,
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const cosine = Math.cos(w);
    const alpha = Math.sin(w) * 0.5 * p[1];
    const n = 1 / (1 + alpha);
    s.a1 = -(1 + cosine) * n;
    s.a0 = s.a1 * -0.5;
    s.a2 = s.a0;
    s.b1 = 2 * cosine * n;
    s.b2 = -(1 - alpha) * n;
  }),
});

/// Bandpass: alpha = sin w sinh(ln 2 / 2 bw w / sin w), a0 = alpha n, a2 = -a0.
export const BBandPass = equaliser("BBandPass", {
  doc: "Bandpass; bw in octaves.",
  parameters: { freq: perBlock(1200), bw: perBlock(1) },
  skips: true,
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const sine = Math.sin(w);
    const alpha = sine * Math.sinh((0.34657359027997 * p[1] * w) / sine);
    const n = 1 / (1 + alpha);
    s.a0 = alpha * n;
    s.a1 = 0;
    s.a2 = -s.a0;
    s.b1 = 2 * Math.cos(w) * n;
    s.b2 = -(1 - alpha) * n;
  }),
});

/// Band stop: alpha as BBandPass, a0 = a2 = n, a1 = -b1.
export const BBandStop = equaliser("BBandStop", {
  doc: "Band reject; bw in octaves.",
  parameters: { freq: perBlock(1200), bw: perBlock(1) },
  skips: true,
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const sine = Math.sin(w);
    const alpha = sine * Math.sinh((0.34657359027997 * p[1] * w) / sine);
    const n = 1 / (1 + alpha);
    s.a0 = n;
    s.a2 = n;
    s.b1 = 2 * Math.cos(w) * n;
    s.a1 = -s.b1;
    s.b2 = -(1 - alpha) * n;
  }),
});

/// Peak: n = 1 / (1 + alpha / A), a0 = (1 + alpha A) n, a1 = -b1, a2 = (1 - alpha A) n.
export const BPeakEQ = equaliser("BPeakEQ", {
  doc: "Parametric equaliser: db at freq; rq is bandwidth / freq.",
  parameters: { freq: perBlock(1200), rq: perBlock(1), db: perBlock(0) },
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const amp = 10 ** (c.f64(p[2]) * 0.025);
    const alpha = Math.sin(w) * 0.5 * p[1];
    const n = 1 / (1 + alpha / amp);
    s.b1 = 2 * Math.cos(w) * n;
    s.a0 = (1 + alpha * amp) * n;
    s.a1 = -s.b1;
    s.a2 = (1 - alpha * amp) * n;
    s.b2 = -(1 - alpha / amp) * n;
  }),
});

/// Allpass: a0 = (1 - alpha) n, a1 = -b1, a2 = 1, b2 = -a0.
export const BAllPass = equaliser("BAllPass", {
  doc: "Allpass; rq is bandwidth / freq.",
  parameters: { freq: perBlock(1200), rq: perBlock(1) },
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const alpha = Math.sin(w) * 0.5 * p[1];
    const n = 1 / (1 + alpha);
    s.a0 = (1 - alpha) * n;
    s.b1 = 2 * Math.cos(w) * n;
    s.a1 = -s.b1;
    s.a2 = 1;
    s.b2 = -s.a0;
  }),
});

/// Low shelf: alpha = sin(w) / 2 sqrt((A + 1 / A) (rs - 1) + 2).
export const BLowShelf = equaliser("BLowShelf", {
  doc: "Raises what is below freq by db; rs is the reciprocal of the slope.",
  parameters: { freq: perBlock(1200), rs: perBlock(1), db: perBlock(0) },
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const cosine = Math.cos(w);
    const amp = 10 ** (c.f64(p[2]) * 0.025);
    const alpha = Math.sin(w) * 0.5 * Math.sqrt((amp + 1 / amp) * (p[1] - 1) + 2);
    const more = amp + 1;
    const less = amp - 1;
    const i = more * cosine;
    const j = less * cosine;
    const k = 2 * Math.sqrt(amp) * alpha;
    const n = 1 / (more + j + k);
    s.a0 = amp * (more - j + k) * n;
    s.a1 = 2 * amp * (less - i) * n;
    s.a2 = amp * (more - j - k) * n;
    s.b1 = 2 * (less + i) * n;
    s.b2 = -(more + j - k) * n;
  }),
});

/// High shelf: the mirror of BLowShelf.
export const BHiShelf = equaliser("BHiShelf", {
  doc: "Raises what is above freq by db; rs is the reciprocal of the slope.",
  parameters: { freq: perBlock(1200), rs: perBlock(1), db: perBlock(0) },
  skips: true,
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const cosine = Math.cos(w);
    const amp = 10 ** (c.f64(p[2]) * 0.025);
    const alpha = Math.sin(w) * 0.5 * Math.sqrt((amp + 1 / amp) * (p[1] - 1) + 2);
    const more = amp + 1;
    const less = amp - 1;
    const i = more * cosine;
    const j = less * cosine;
    const k = 2 * Math.sqrt(amp) * alpha;
    const n = 1 / (more - j + k);
    s.a0 = amp * (more + j + k) * n;
    s.a1 = -2 * amp * (less + i) * n;
    s.a2 = amp * (more + j - k) * n;
    s.b1 = -2 * (less - i) * n;
    s.b2 = -(more - j - k) * n;
  }),
});
