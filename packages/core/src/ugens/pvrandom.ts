/// Spectral units that choose bins or phases at random, at the first frame and when triggered.
import { perBlock } from "../kernel/language.ts";
import { chooses, listen, permute, trigger } from "./support/permutation.ts";
import { pv, pv2 } from "./support/pv.ts";

const uses = { chooses, listen, permute };

/// PV_RandComb (chain, wipe 0..1, trig): clears that part of the bins, chosen at random.
export const PV_RandComb = pv("PV_RandComb", {
  coordinates: "any",
  inputs: { wipe: perBlock(0), trig: perBlock(0) },
  state: trigger,
  uses,
  random: true,
  always({ trig }, s, c) {
    c.listen(s, trig);
  },
  change({ wipe }, s, frame, c) {
    const order = c.roomFor(s, frame.bins * 4, c);
    if (order !== 0) {
      if (c.chooses(s, frame.size)) c.permute(order, frame.bins, c);
      const count = c.clip(c.tr(wipe * frame.bins), 0, frame.bins);
      for (let i = 0; i < count; i++) {
        const at = c.binAt(frame, c.loadI32(order + i * 4));
        c.storeF32(at, 0);
        c.storeF32(at + 4, 0);
      }
    }
  },
});

/// PV_RandWipe (a, b, wipe 0..1, trig): replaces that part of the bins, chosen at random, by those of b.
export const PV_RandWipe = pv2("PV_RandWipe", {
  coordinates: "any",
  inputs: { wipe: perBlock(0), trig: perBlock(0) },
  state: trigger,
  uses,
  random: true,
  always({ trig }, s, c) {
    c.listen(s, trig);
  },
  change({ wipe }, s, a, b, c) {
    const order = c.roomFor(s, a.bins * 4, c);
    if (order !== 0) {
      if (c.chooses(s, a.size)) c.permute(order, a.bins, c);
      const count = c.clip(c.tr(wipe * a.bins), 0, a.bins);
      for (let i = 0; i < count; i++) {
        const bin = c.loadI32(order + i * 4);
        c.storeF32(c.binAt(a, bin), c.loadF32(c.binAt(b, bin)));
        c.storeF32(c.binAt(a, bin) + 4, c.loadF32(c.binAt(b, bin) + 4));
      }
    }
  },
});

/// PV_Diffuser (chain, trig): adds random phases to the first `trig` of the bins (0..1): the trigger is also the amount.
export const PV_Diffuser = pv("PV_Diffuser", {
  coordinates: "polar",
  inputs: { trig: perBlock(0) },
  state: trigger,
  uses,
  random: true,
  always({ trig }, s, c) {
    c.listen(s, trig);
  },
  change({ trig }, s, frame, c) {
    const phases = c.roomFor(s, frame.bins * 4, c);
    if (phases !== 0) {
      if (c.chooses(s, frame.size)) for (let i = 0; i < frame.bins; i++) c.storeF32(phases + i * 4, c.u01() * (2 * Math.PI));
      const count = c.clip(c.tr(trig * frame.bins), 0, frame.bins);
      for (let i = 0; i < count; i++) {
        const at = c.binAt(frame, i) + 4;
        c.storeF32(at, c.loadF32(at) + c.loadF32(phases + i * 4));
      }
    }
  },
});

/// PV_BinScramble (chain, wipe 0, width 0.2, trig): that part of the bins, chosen at random, is taken from bins at most `width` of the spectrum away.
export const PV_BinScramble = pv("PV_BinScramble", {
  coordinates: "any",
  inputs: { wipe: perBlock(0), width: perBlock(0.2), trig: perBlock(0) },
  state: trigger,
  uses,
  random: true,
  always({ trig }, s, c) {
    c.listen(s, trig);
  },
  change({ wipe, width }, s, frame, c) {
    // Where bins go, where they come from, and the bins before.
    const { bins } = frame;
    const to = c.roomFor(s, bins * 16, c);
    if (to !== 0) {
      const from = to + bins * 4;
      const before = from + bins * 4;
      if (c.chooses(s, frame.size)) {
        c.permute(to, bins, c);
        const reach = c.tr(width * bins);
        for (let i = 0; i < bins; i++) {
          const target = c.loadI32(to + i * 4);
          const low = Math.max(0, target - reach);
          const high = Math.min(bins - 1, target + reach);
          c.storeI32(from + i * 4, c.clip(c.tr(c.u01() * (high - low) + low), 0, bins - 1));
        }
      }
      for (let k = 0; k < bins * 2; k++) c.storeF32(before + k * 4, c.loadF32(frame.data + 8 + k * 4));
      const count = c.tr(bins * c.clip(wipe, 0, 1));
      for (let i = 0; i < count; i++) {
        const at = c.binAt(frame, c.loadI32(to + i * 4));
        const source = before + c.loadI32(from + i * 4) * 8;
        c.storeF32(at, c.loadF32(source));
        c.storeF32(at + 4, c.loadF32(source + 4));
      }
    }
  },
});
