/// Spectral units that clear bins, or replace them by another chain's: walls, combs and random choices.
import { helper, perBlock, type SystemContext } from "../kernel/language.ts";
import type { Frame } from "./support/frames.ts";
import { pv, pv2 } from "./support/pv.ts";

/// Sets `count` places of `to` from byte offset `offset` to what `from` has there, or to 0 when `from` is `to`.
const replace = helper((to: Frame, from: Frame, clears: boolean, offset: number, count: number, c: SystemContext) => {
  for (let k = 0; k < count; k++) {
    const at = offset + k * 4;
    c.storeF32(to.data + at, clears ? 0 : c.loadF32(from.data + at));
  }
});
type Replace = { replace(to: Frame, from: Frame, clears: boolean, offset: number, count: number, c: unknown): void };

/// Replaces from below (wipe > 0: DC first) or from above (wipe < 0: the value at half the rate first) that part of the spectrum.
const wipeFrame = helper((wipe: number, to: Frame, from: Frame, clears: boolean, c: SystemContext & Replace) => {
  const count = c.clip(c.tr(wipe * to.bins), -to.bins, to.bins);
  if (count > 0) {
    c.replace(to, from, clears, 0, 1, c);
    c.replace(to, from, clears, 8, count * 2, c);
    if (count === to.bins) c.replace(to, from, clears, 4, 1, c);
  } else if (count < 0) {
    c.replace(to, from, clears, 8 + (to.bins + count) * 8, -count * 2, c);
    c.replace(to, from, clears, 4, 1, c);
    if (-count === to.bins) c.replace(to, from, clears, 0, 1, c);
  }
});

/// PV_BrickWall (chain, wipe -1..1): clears bins from below (wipe > 0, a high-pass filter) or from above (wipe < 0, a low-pass filter).
export const PV_BrickWall = pv("PV_BrickWall", {
  coordinates: "any",
  inputs: { wipe: perBlock(0) },
  uses: { wipeFrame, replace },
  change({ wipe }, _s, frame, c) {
    c.wipeFrame(wipe, frame, frame, true, c);
  },
});

/// PV_BinWipe (a, b, wipe -1..1): as PV_BrickWall, with the bins of b in place of nothing.
export const PV_BinWipe = pv2("PV_BinWipe", {
  coordinates: "any",
  inputs: { wipe: perBlock(0) },
  uses: { wipeFrame, replace },
  change({ wipe }, _s, a, b, c) {
    c.wipeFrame(wipe, a, b, false, c);
  },
});

/// Goes from DC to half the rate with a phase that makes `teeth` cycles, and replaces what lies beyond `width` in a cycle.
const combFrame = helper(
  (teeth: number, phase: number, width: number, to: Frame, from: Frame, clears: boolean, c: SystemContext & Replace) => {
    const step = teeth / (to.bins + 1);
    let place: number = phase;
    for (let i = -1; i <= to.bins; i++) {
      // DC, the bins, then half the rate, which is stored second.
      const offset = i < 0 ? 0 : i === to.bins ? 4 : 8 + i * 8;
      if (place > width) c.replace(to, from, clears, offset, offset < 8 ? 1 : 2, c);
      place += step;
      place = place >= 1 ? place - 1 : place < 0 ? place + 1 : place;
    }
  },
);

/// PV_RectComb (chain, numTeeth 0, phase 0, width 0.5): clears bins in a pattern of `numTeeth` teeth, each open for `width` of its cycle.
export const PV_RectComb = pv("PV_RectComb", {
  coordinates: "any",
  inputs: { numTeeth: perBlock(0), phase: perBlock(0), width: perBlock(0.5) },
  uses: { combFrame, replace },
  change({ numTeeth, phase, width }, _s, frame, c) {
    c.combFrame(numTeeth, phase, width, frame, frame, true, c);
  },
});

/// PV_RectComb2 (a, b, numTeeth 0, phase 0, width 0.5): as PV_RectComb, with the bins of b in place of nothing.
export const PV_RectComb2 = pv2("PV_RectComb2", {
  coordinates: "any",
  inputs: { numTeeth: perBlock(0), phase: perBlock(0), width: perBlock(0.5) },
  uses: { combFrame, replace },
  change({ numTeeth, phase, width }, _s, a, b, c) {
    c.combFrame(numTeeth, phase, width, a, b, false, c);
  },
});
