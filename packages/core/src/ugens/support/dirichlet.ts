/// The sum of n equal harmonics in closed form: sin((2n + 1) x) / sin(x) = 1 + 2 (cos 2x + cos 4x + ... + cos 2nx). Phases are 32-bit, 2^32 to a turn of x, so a
/// period of the sum is half of them.
import { type Context, helper } from "../../kernel/language.ts";

/// 1 / sin(phase), by a line between points of a grid of 8192, as SuperCollider's cosecant table gives it: up to 0.3 % too large, which is heard in a
/// difference. Nearer to a zero than 9 points, one over the sine itself; 0 where that is too small to divide by.
///
/// From the middle m of two grid points and half their distance d: with t = (1 - 2p) sin(d) cos(m), the line between the cosecants is
/// (cos(d) sin(m) + t) / (sin(m)^2 - sin(d)^2), that between the sines is cos(d) sin(m) - t. One sine, one root, one division, no table.
export const cosecant = helper((phase: number, c: Context) => {
  const middle = (phase & -524288) | 262144;
  const sine = c.sinPhase(middle);
  const square = sine * sine;
  // sin(d) is 4e-4, so a root is precise enough for the cosine, even where it cancels.
  const size = Math.sqrt(Math.abs(1 - square));
  const cosine = c.fromBits(c.bits(size) | ((middle + 0x40000000) & -2147483648));
  const t = (1 - (phase & 524287) / 262144) * (Math.sin(Math.PI / 8192) * cosine);
  const even = Math.cos(Math.PI / 8192) * sine;
  const near = Math.abs(sine) < Math.sin((9 * 2 * Math.PI) / 8192);
  let y = (even + t) / (square - Math.sin(Math.PI / 8192) ** 2);
  if (c.any(near)) {
    const line = even - t;
    const inverse = 1 / line;
    y = near ? (Math.abs(line) < 0.0005 ? 0 : inverse) : y;
  }
  return y;
});

/// sin(m phase) / sin(phase) from the cosecant of the phase.
export const dirichlet = helper((phase: number, csc: number, m: number, c: Context) => c.sinPhase(Math.imul(phase, m)) * csc);
