/// Shapes of an envelope's segments, as recurrences: level = base + y^power, then y, y2 = p y + q y2 + r, y.
import { type Context, helper } from "../../kernel/language.ts";

/// What of an EnvGen's state a segment uses. `straight`: p = 1, q = 0 and power = 1, so that a block of it is a line.
export interface SegmentState {
  base: number;
  y: number;
  y2: number;
  p: number;
  q: number;
  r: number;
  power: number;
  straight: number;
}

/// The level a segment has reached. A cubed segment does not go below 0.
export const segmentLevel = helper((s: SegmentState, c: Context) => {
  const y = c.f64(s.y);
  const root = y > 0 ? y : 0;
  return s.base + (s.power === 1 ? y : s.power === 2 ? y * y : root * root * root);
});

/// Stays at `level` from here on.
export const restAt = helper((level: number, s: SegmentState) => {
  s.base = 0;
  s.y = level;
  s.y2 = 0;
  s.p = 1;
  s.q = 0;
  s.r = 0;
  s.power = 1;
  s.straight = 1;
});

/// Sets out from level `from` to `to` in `count` samples. Shapes: 0 step, 1 linear, 2 exponential, 3 sine, 4 welch, 5 by `curve`, 6 squared, 7 cubed,
/// 8 hold (what `restAt` did). All in f64.
export const beginSegment = helper((shape: number, curve: number, from: number, to: number, count: number, s: SegmentState, c: Context) => {
  const n = c.f64(count);
  const reach = to - from;
  switch (shape) {
    case 0: {
      s.y = to;
      break;
    }
    case 8:
      break;
    case 2: {
      s.p = (to / from) ** (1 / n);
      s.straight = 0;
      break;
    }
    case 3: {
      const w = Math.PI / n;
      s.base = (to + from) * 0.5;
      s.y = reach * -0.5;
      s.y2 = s.y * Math.cos(w);
      s.p = 2 * Math.cos(w);
      s.q = -1;
      s.straight = 0;
      break;
    }
    case 4: {
      const w = (Math.PI * 0.5) / n;
      s.base = reach >= 0 ? from : to;
      s.y = reach >= 0 ? 0 : -reach;
      s.y2 = -reach * (reach >= 0 ? Math.sin(w) : Math.cos(w));
      s.p = 2 * Math.cos(w);
      s.q = -1;
      s.straight = 0;
      break;
    }
    case 5: {
      if (Math.abs(curve) < 0.001) s.r = reach / n;
      else {
        const k = c.f64(curve);
        const span = reach / (1 - Math.exp(k));
        s.base = from + span;
        s.y = -span;
        s.p = Math.exp(k / n);
        s.straight = 0;
      }
      break;
    }
    case 6: {
      s.y = Math.sqrt(from);
      s.r = (Math.sqrt(to) - s.y) / n;
      s.power = 2;
      s.straight = 0;
      break;
    }
    case 7: {
      s.y = from ** (1 / 3);
      s.r = (to ** (1 / 3) - s.y) / n;
      s.power = 3;
      s.straight = 0;
      break;
    }
    default:
      s.r = reach / n;
  }
});
