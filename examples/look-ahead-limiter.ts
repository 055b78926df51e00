/// A limiter that hears 64 frames ahead, and the dry signal beside it. The limiter says how late it is, the patch delays the dry path by as much: the
/// difference of both is exactly what the limiter took away.
import { bodyModule, type OfflineServer, Out, Patch, SinOsc, scriptModule, unitModule } from "heddle";

export const lookAhead = 64;
export const ceiling = 0.5;

/// Turns down before a peak arrives, so that it never exceeds the ceiling: the gain is the least that the next `lookAhead` frames ask for.
const limiter = scriptModule(
  "limiter",
  { inputs: ["in"], outputs: ["out"] },
  () => {
    const line = new Float32Array(lookAhead);
    let at = 0;
    return {
      process({ inputs: [x], outputs: [out], from, to }) {
        for (let j = from; j < to; j++) {
          const old = line[at];
          line[at] = x[j];
          at = (at + 1) % lookAhead;
          let peak = Math.abs(old);
          for (let k = 0; k < lookAhead; k++) peak = Math.max(peak, Math.abs(line[k]));
          out[j] = peak > ceiling ? (old / peak) * ceiling : old;
        }
      },
      reset() {
        line.fill(0);
        at = 0;
      },
    };
  },
  { latency: lookAhead },
);

/// A tone that swells to twice the ceiling and back, four times a second.
const swell = bodyModule("swell", {}, () => SinOsc.ar(220).mul(SinOsc.ar(2).mul(0.5).add(0.5)));

/// Out 0: limited. Out 1: dry, in time with it. Out 2: what was taken away.
export default async function lookAheadLimiter(server: OfflineServer): Promise<void> {
  const patch = new Patch(server);
  patch.edit((edit) => {
    const source = edit.add(swell);
    const limited = edit.add(limiter);
    const difference = edit.add(bodyModule("difference", { dry: 0, wet: 0 }, ({ dry, wet }) => dry.sub(wet)));
    const out = edit.add(unitModule(Out, { bus: 0, channels: 3 }));
    edit.chain(source, limited, out.in.channels0).connect(source, out.in.channels1);
    edit.connect(source, difference.in.dry).connect(limited, difference.in.wet).connect(difference, out.in.channels2);
  });
  await server.wait(1);
}
