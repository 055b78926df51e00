/// Spectral units that work on whole bins: phases, products and sums of two spectra, moving bins, maps of the complex plane.
import { perBlock } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { copyFrame, frameAt } from "./support/frames.ts";
import { chain, pv, pv2 } from "./support/pv.ts";

/// PV_PhaseShift (chain, shift radians, integrate 0): adds to every phase. With `integrate` > 0 the shifts of all frames add up.
export const PV_PhaseShift = pv("PV_PhaseShift", {
  coordinates: "polar",
  inputs: { shift: perBlock(0), integrate: perBlock(0) },
  state: { sum: 0 },
  change({ shift, integrate }, s, frame, c) {
    s.sum = integrate > 0 ? c.fmod(s.sum + shift, 2 * Math.PI) : shift;
    for (let i = 0; i < frame.bins; i++) {
      const at = c.binAt(frame, i) + 4;
      c.storeF32(at, c.loadF32(at) + s.sum);
    }
  },
});

/// PV_PhaseShift90 (chain): multiplies every bin by the imaginary unit.
export const PV_PhaseShift90 = pv("PV_PhaseShift90", {
  coordinates: "complex",
  inputs: {},
  change(_x, _s, frame, c) {
    for (let i = 0; i < frame.bins; i++) {
      const at = c.binAt(frame, i);
      const re = c.loadF32(at);
      c.storeF32(at, -c.loadF32(at + 4));
      c.storeF32(at + 4, re);
    }
  },
});

/// PV_PhaseShift270 (chain): divides every bin by the imaginary unit.
export const PV_PhaseShift270 = pv("PV_PhaseShift270", {
  coordinates: "complex",
  inputs: {},
  change(_x, _s, frame, c) {
    for (let i = 0; i < frame.bins; i++) {
      const at = c.binAt(frame, i);
      const re = c.loadF32(at);
      c.storeF32(at, c.loadF32(at + 4));
      c.storeF32(at + 4, -re);
    }
  },
});

/// PV_Conj (chain): the conjugate of every bin, which turns time around within the frame.
export const PV_Conj = pv("PV_Conj", {
  coordinates: "complex",
  inputs: {},
  change(_x, _s, frame, c) {
    for (let i = 0; i < frame.bins; i++) {
      const at = c.binAt(frame, i) + 4;
      c.storeF32(at, -c.loadF32(at));
    }
  },
});

/// PV_CopyPhase (a, b): magnitudes of a with phases of b.
export const PV_CopyPhase = pv2("PV_CopyPhase", {
  coordinates: "polar",
  inputs: {},
  change(_x, _s, a, b, c) {
    for (const k of c.each(2)) {
      const value = c.loadF32(a.data + k * 4);
      if (value > 0 === c.loadF32(b.data + k * 4) < 0) c.storeF32(a.data + k * 4, -value);
    }
    for (let i = 0; i < a.bins; i++) c.storeF32(c.binAt(a, i) + 4, c.loadF32(c.binAt(b, i) + 4));
  },
});

/// PV_Copy (a, b): copies the frame of a into b and goes on with b.
export const PV_Copy = ugen("PV_Copy", {
  rates: "kr",
  family: "spectral",
  inputs: { a: chain, b: chain },
  uses: { frameAt, copyFrame },
  writes: "buffer",
  system: true,
  init: (x) => x.b,
  process({ a, b }, _s, c) {
    if (a < 0 || b < 0) return -1;
    const from = c.frameAt(a, c);
    const to = c.frameAt(b, c);
    if (from.size !== 0 && from.size === to.size) c.copyFrame(from, to, c);
    return b;
  },
});

/// PV_Add (a, b): the sum of two spectra.
export const PV_Add = pv2("PV_Add", {
  coordinates: "complex",
  inputs: {},
  change(_x, _s, a, b, c) {
    for (let k = 0; k < a.size; k++) c.storeF32(a.data + k * 4, c.loadF32(a.data + k * 4) + c.loadF32(b.data + k * 4));
  },
});

/// PV_Mul (a, b): the complex product, bin by bin: circular convolution.
export const PV_Mul = pv2("PV_Mul", {
  coordinates: "complex",
  inputs: {},
  change(_x, _s, a, b, c) {
    for (const k of c.each(2)) c.storeF32(a.data + k * 4, c.loadF32(a.data + k * 4) * c.loadF32(b.data + k * 4));
    for (let i = 0; i < a.bins; i++) {
      const p = c.binAt(a, i);
      const q = c.binAt(b, i);
      const [re, im, re2, im2] = [c.loadF32(p), c.loadF32(p + 4), c.loadF32(q), c.loadF32(q + 4)];
      c.storeF32(p, re * re2 - im * im2);
      c.storeF32(p + 4, (re + im) * (re2 + im2) - re * re2 - im * im2);
    }
  },
});

/// PV_Div (a, b): the complex quotient, bin by bin.
export const PV_Div = pv2("PV_Div", {
  coordinates: "complex",
  inputs: {},
  change(_x, _s, a, b, c) {
    for (const k of c.each(2)) c.storeF32(a.data + k * 4, c.loadF32(a.data + k * 4) / c.loadF32(b.data + k * 4));
    for (let i = 0; i < a.bins; i++) {
      const p = c.binAt(a, i);
      const q = c.binAt(b, i);
      const [re, im, re2, im2] = [c.loadF32(p), c.loadF32(p + 4), c.loadF32(q), c.loadF32(q + 4)];
      const square = re2 * re2 + im2 * im2;
      c.storeF32(p, (re * re2 + im * im2) / square);
      c.storeF32(p + 4, (im * re2 - re * im2) / square);
    }
  },
});

/// PV_BinShift (chain, stretch 1, shift 0, interp 0): bin i goes to bin i * stretch + shift: rounded, or with `interp` > 0 shared between two
/// neighbours. Bins that meet add up.
export const PV_BinShift = pv("PV_BinShift", {
  coordinates: "complex",
  inputs: { stretch: perBlock(1), shift: perBlock(0), interp: perBlock(0) },
  change({ stretch, shift, interp }, s, frame, c) {
    const moved = c.roomFor(s, frame.bins * 8, c);
    if (moved !== 0) {
      for (let k = 0; k < frame.bins * 2; k++) c.storeF32(moved + k * 4, 0);
      const shares = interp > 0;
      let place: number = shift;
      for (let i = 0; i < frame.bins; i++) {
        const at = c.binAt(frame, i);
        const low = shares ? Math.floor(place) : place + 0.5;
        const upper = shares ? place - low : 0;
        const target = c.tr(low);
        for (const k of c.each(2)) {
          const to = target + k;
          const share = k === 0 ? 1 - upper : upper;
          if ((k === 0 || shares) && to >= 0 && to < frame.bins) {
            const cell = moved + to * 8;
            c.storeF32(cell, c.loadF32(cell) + share * c.loadF32(at));
            c.storeF32(cell + 4, c.loadF32(cell + 4) + share * c.loadF32(at + 4));
          }
        }
        place += stretch;
      }
      for (let k = 0; k < frame.bins * 2; k++) c.storeF32(frame.data + 8 + k * 4, c.loadF32(moved + k * 4));
    }
  },
});

/// PV_ConformalMap (chain, areal, aimag): z goes to (z - a) / (1 - z conj(a)); as in scsynth the imaginary part is made from the new real part, and
/// divisors are at least 0.001.
export const PV_ConformalMap = pv("PV_ConformalMap", {
  coordinates: "complex",
  inputs: { areal: perBlock(0), aimag: perBlock(0) },
  change({ areal, aimag }, _s, frame, c) {
    for (let i = 0; i < frame.bins; i++) {
      const at = c.binAt(frame, i);
      const re = c.loadF32(at);
      const im = c.loadF32(at + 4);
      const [nr, ni] = [re - areal, im - aimag];
      const dr = 1 - (re * areal + im * aimag);
      const di = re * aimag - areal * im;
      const newReal = nr * dr + ni * di;
      const newImaginary = ni * dr - newReal * di;
      const square = Math.max(dr * dr + di * di, 0.001);
      c.storeF32(at, newReal / square);
      c.storeF32(at + 4, newImaginary / square);
    }
  },
});
