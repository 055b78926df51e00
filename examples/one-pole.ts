/// A unit generator of one's own: a kernel given to `ugen()`, used like any other.
///
///     heddle render examples/one-pole.ts --ugens examples/one-pole.ts -o one-pole.wav
import { Out, type Server, Synth, synthDef, ugen, WhiteNoise } from "heddle";

/// One-pole low-pass, y[n] = (1 - coef) x[n] + coef y[n-1], 0 <= coef < 1.
export const Smooth = ugen("Smooth", {
  rates: "ar kr",
  inputs: { in: 0, coef: 0.5 },
  state: { y: 0 },
  tick({ in: x, coef }, s) {
    s.y = (1 - coef) * x + coef * s.y;
    return s.y;
  },
});

const wind = synthDef("wind", { coef: 0.5, amp: 0.3 }, ({ coef, amp }) => {
  const noise = Smooth.ar({ in: WhiteNoise.ar(), coef }).mul(amp);
  Out.ar(0, [noise, noise]);
});

export default async function play(server: Server): Promise<void> {
  await server.add(wind);
  const synth = new Synth(wind, { coef: 0.2 }, server);
  // The wind turns away.
  for (const coef of [0.5, 0.8, 0.95, 0.98]) {
    await server.wait(0.5);
    synth.set({ coef });
  }
  await server.wait(0.5);
}
