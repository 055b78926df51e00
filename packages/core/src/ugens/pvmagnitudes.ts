/// Spectral units that change magnitudes: gates, limits, smearing, moving, freezing.
import { helper, i32, perBlock, type SystemContext } from "../kernel/language.ts";
import type { Frame } from "./support/frames.ts";
import { pv, pv2 } from "./support/pv.ts";

/// PV_MagAbove (chain, threshold): only bins of at least this magnitude stay.
export const PV_MagAbove = pv("PV_MagAbove", {
  coordinates: "polar",
  inputs: { threshold: perBlock(0) },
  change({ threshold }, _s, frame, c) {
    for (const k of c.each(2)) {
      const at = frame.data + k * 4;
      if (Math.abs(c.loadF32(at)) < threshold) c.storeF32(at, 0);
    }
    for (let i = 0; i < frame.bins; i++) {
      const at = c.binAt(frame, i);
      const magnitude = c.loadF32(at);
      c.storeF32(at, magnitude < threshold ? 0 : magnitude);
    }
  },
});

/// PV_MagBelow (chain, threshold): only bins of at most this magnitude stay.
export const PV_MagBelow = pv("PV_MagBelow", {
  coordinates: "polar",
  inputs: { threshold: perBlock(0) },
  change({ threshold }, _s, frame, c) {
    for (const k of c.each(2)) {
      const at = frame.data + k * 4;
      if (Math.abs(c.loadF32(at)) > threshold) c.storeF32(at, 0);
    }
    for (let i = 0; i < frame.bins; i++) {
      const at = c.binAt(frame, i);
      const magnitude = c.loadF32(at);
      c.storeF32(at, magnitude > threshold ? 0 : magnitude);
    }
  },
});

/// PV_MagClip (chain, threshold): magnitudes are limited.
export const PV_MagClip = pv("PV_MagClip", {
  coordinates: "polar",
  inputs: { threshold: perBlock(0) },
  change({ threshold }, _s, frame, c) {
    for (const k of c.each(2)) {
      const at = frame.data + k * 4;
      const value = c.loadF32(at);
      if (Math.abs(value) > threshold) c.storeF32(at, value < 0 ? -threshold : threshold);
    }
    for (let i = 0; i < frame.bins; i++) {
      const at = c.binAt(frame, i);
      const magnitude = c.loadF32(at);
      c.storeF32(at, magnitude > threshold ? threshold : magnitude);
    }
  },
});

/// PV_LocalMax (chain, threshold): only local maxima of at least this magnitude stay. Bins are decided from low to high, so that a bin is compared
/// with what is left of the one below it.
export const PV_LocalMax = pv("PV_LocalMax", {
  coordinates: "polar",
  inputs: { threshold: perBlock(0) },
  change({ threshold }, _s, frame, c) {
    const last = frame.bins - 1;
    const dc = Math.abs(c.loadF32(frame.data));
    if (dc < threshold || dc < c.loadF32(frame.data + 8)) c.storeF32(frame.data, 0);
    let below = Math.abs(c.loadF32(frame.data));
    for (let i = 0; i < frame.bins; i++) {
      const at = c.binAt(frame, i);
      const above = i === last ? Math.abs(c.loadF32(frame.data + 4)) : c.loadF32(at + 8);
      const magnitude = c.loadF32(at);
      below = magnitude < threshold || magnitude < below || magnitude < above ? 0 : magnitude;
      c.storeF32(at, below);
    }
    const top = Math.abs(c.loadF32(frame.data + 4));
    if (top < threshold || top < below) c.storeF32(frame.data + 4, 0);
  },
});

/// PV_MagSquared (chain): squares magnitudes.
export const PV_MagSquared = pv("PV_MagSquared", {
  coordinates: "polar",
  inputs: {},
  change(_x, _s, frame, c) {
    for (const k of c.each(2)) {
      const value = c.loadF32(frame.data + k * 4);
      c.storeF32(frame.data + k * 4, value * value);
    }
    for (let i = 0; i < frame.bins; i++) {
      const at = c.binAt(frame, i);
      const magnitude = c.loadF32(at);
      c.storeF32(at, magnitude * magnitude);
    }
  },
});

/// PV_MagNoise (chain): multiplies every bin by a random number from -1 to 1.
export const PV_MagNoise = pv("PV_MagNoise", {
  coordinates: "any",
  inputs: {},
  random: true,
  change(_x, _s, frame, c) {
    const polar = c.loadI32(frame.record + 24) === 2;
    for (let i = 0; i < frame.bins; i++) {
      const at = c.binAt(frame, i);
      const factor = c.u11();
      c.storeF32(at, c.loadF32(at) * factor);
      if (!polar) c.storeF32(at + 4, c.loadF32(at + 4) * factor);
    }
    for (const k of c.each(2)) c.storeF32(frame.data + k * 4, c.loadF32(frame.data + k * 4) * c.u11());
  },
});

/// PV_MagSmear (chain, bins): every magnitude becomes the mean of those up to `bins` places away on both sides; beyond the ends there is 0.
export const PV_MagSmear = pv("PV_MagSmear", {
  coordinates: "polar",
  inputs: { bins: perBlock(0) },
  change({ bins }, s, frame, c) {
    const width = Math.min(Math.max(c.tr(bins), 0), frame.bins - 1);
    // Magnitudes with `width` zeros around them, so that the moving sum needs no ends.
    const padded = c.roomFor(s, (frame.bins + 2 * width + 1) * 4, c);
    if (padded !== 0) {
      for (let i = 0; i < width; i++) c.storeF32(padded + i * 4, 0);
      for (let i = 0; i < frame.bins; i++) c.storeF32(padded + (i + width) * 4, c.loadF32(c.binAt(frame, i)));
      for (let i = frame.bins + width; i < frame.bins + 2 * width + 1; i++) c.storeF32(padded + i * 4, 0);
      const span = 2 * width + 1;
      const scale = 1 / c.f64(span);
      let sum = c.f64(0);
      for (let i = 0; i < span - 1; i++) sum += c.loadF32(padded + i * 4);
      for (let i = 0; i < frame.bins; i++) {
        const at = padded + i * 4;
        sum += c.loadF32(at + (span - 1) * 4);
        c.storeF32(c.binAt(frame, i), sum * scale);
        sum -= c.loadF32(at);
      }
    }
  },
});

/// PV_MagShift (chain, stretch 1, shift 0): the magnitude of bin i goes to bin i * stretch + shift, rounded; phases stay. Magnitudes that meet add up.
export const PV_MagShift = pv("PV_MagShift", {
  coordinates: "polar",
  inputs: { stretch: perBlock(1), shift: perBlock(0) },
  change({ stretch, shift }, s, frame, c) {
    const moved = c.roomFor(s, frame.bins * 4, c);
    if (moved !== 0) {
      for (let i = 0; i < frame.bins; i++) c.storeF32(moved + i * 4, 0);
      let place: number = shift;
      for (let i = 0; i < frame.bins; i++) {
        const target = c.tr(place + 0.5);
        if (target >= 0 && target < frame.bins) {
          const at = moved + target * 4;
          c.storeF32(at, c.loadF32(at) + c.loadF32(c.binAt(frame, i)));
        }
        place += stretch;
      }
      for (let i = 0; i < frame.bins; i++) c.storeF32(c.binAt(frame, i), c.loadF32(moved + i * 4));
    }
  },
});

/// PV_MagFreeze (chain, freeze): while `freeze` > 0, magnitudes stay what they were; phases go on. The first frame is always taken in.
export const PV_MagFreeze = pv("PV_MagFreeze", {
  coordinates: "polar",
  inputs: { freeze: perBlock(0) },
  state: { taken: i32() },
  change({ freeze }, s, frame, c) {
    const kept = c.roomFor(s, (frame.bins + 2) * 4, c);
    if (kept !== 0) {
      const frozen = freeze > 0 && s.taken === frame.size;
      s.taken = frame.size;
      for (const k of c.each(2)) {
        if (frozen) c.storeF32(frame.data + k * 4, c.loadF32(kept + k * 4));
        else c.storeF32(kept + k * 4, c.loadF32(frame.data + k * 4));
      }
      for (let i = 0; i < frame.bins; i++) {
        const at = c.binAt(frame, i);
        const memory = kept + 8 + i * 4;
        if (frozen) c.storeF32(at, c.loadF32(memory));
        else c.storeF32(memory, c.loadF32(at));
      }
    }
  },
});

/// PV_MagMul (a, b): magnitudes are multiplied; phases are those of a.
export const PV_MagMul = pv2("PV_MagMul", {
  coordinates: "polar",
  inputs: {},
  change(_x, _s, a, b, c) {
    for (const k of c.each(2)) c.storeF32(a.data + k * 4, c.loadF32(a.data + k * 4) * c.loadF32(b.data + k * 4));
    for (let i = 0; i < a.bins; i++) c.storeF32(c.binAt(a, i), c.loadF32(c.binAt(a, i)) * c.loadF32(c.binAt(b, i)));
  },
});

/// PV_MagDiv (a, b, zeroed 0.0001): magnitudes are divided; divisors below `zeroed` count as `zeroed`.
export const PV_MagDiv = pv2("PV_MagDiv", {
  coordinates: "polar",
  inputs: { zeroed: perBlock(0.0001) },
  change({ zeroed }, _s, a, b, c) {
    for (const k of c.each(2)) c.storeF32(a.data + k * 4, c.loadF32(a.data + k * 4) / Math.max(c.loadF32(b.data + k * 4), zeroed));
    for (let i = 0; i < a.bins; i++) c.storeF32(c.binAt(a, i), c.loadF32(c.binAt(a, i)) / Math.max(c.loadF32(c.binAt(b, i)), zeroed));
  },
});

/// Keeps in every place of `a` the value of `a` or `b` with the larger magnitude, or with the smaller.
const chooseByMagnitude = helper((a: Frame, b: Frame, larger: boolean, c: SystemContext & { binAt(frame: Frame, i: number): number }) => {
  for (const k of c.each(2)) {
    const p = c.loadF32(a.data + k * 4);
    const q = c.loadF32(b.data + k * 4);
    const takesB = larger ? Math.abs(q) > Math.abs(p) : Math.abs(q) < Math.abs(p);
    c.storeF32(a.data + k * 4, takesB ? q : p);
  }
  for (let i = 0; i < a.bins; i++) {
    const p = c.binAt(a, i);
    const q = c.binAt(b, i);
    const takesB = larger ? c.loadF32(q) > c.loadF32(p) : c.loadF32(q) < c.loadF32(p);
    const from = takesB ? q : p;
    c.storeF32(p, c.loadF32(from));
    c.storeF32(p + 4, c.loadF32(from + 4));
  }
});

/// PV_Max (a, b): of every two bins the one with the larger magnitude.
export const PV_Max = pv2("PV_Max", {
  coordinates: "polar",
  inputs: {},
  uses: { chooseByMagnitude },
  change(_x, _s, a, b, c) {
    c.chooseByMagnitude(a, b, true, c);
  },
});

/// PV_Min (a, b): of every two bins the one with the smaller magnitude.
export const PV_Min = pv2("PV_Min", {
  coordinates: "polar",
  inputs: {},
  uses: { chooseByMagnitude },
  change(_x, _s, a, b, c) {
    c.chooseByMagnitude(a, b, false, c);
  },
});
