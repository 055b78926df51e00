/// The sum of n equal harmonics in closed form: sin((2n + 1) x) / sin(x) = 1 + 2 (cos 2x + cos 4x + ... + cos 2nx). Phases are 32-bit, 2^32 to a turn of x, so a
/// period of the sum is half of them.
import { type Context, helper } from "../../kernel/language.ts";

/// 1 / sin(phase), by a line between points of a table of 8192, as in SuperCollider: up to 0.3 % too large, which is heard in a difference. Nearer to a
/// zero than 9 points, one over such a line of the sine itself; 0 where that is too small to divide by.
export const cosecant = helper((phase: number, c: Context) => {
  const i = phase >>> 19;
  const part = c.f32(phase & 524287) * c.f32(1 / 524288);
  const from = c.table.cosecant[i];
  let y = from + (c.table.cosecant[i + 1] - from) * part;
  const near = ((i + 9) & 4095) < 18;
  if (c.any(near)) {
    const start = c.table.sine[i];
    const sine = start + (c.table.sine[i + 1] - start) * part;
    const inverse = 1 / sine;
    y = near ? (Math.abs(sine) < 0.0005 ? 0 : inverse) : y;
  }
  return y;
});

/// sin(m phase) / sin(phase) from the cosecant of the phase.
export const dirichlet = helper((phase: number, csc: number, m: number, c: Context) => c.sinPhase(Math.imul(phase, m)) * csc);
