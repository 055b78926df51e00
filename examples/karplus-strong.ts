/// A plucked string whose loop is modules and cables: a burst of noise goes around a delay, an average of two samples takes its edge off, and what comes
/// out is fed back. The average reads the delay of this very sample: the loop closes within one sample, whatever the block size.
///
///     noise --> mix --> average --+--> out
///                ^                |
///                +---- delay <----+
import { bodyModule, delayModule, type OfflineServer, Out, Patch, scriptModule, unitModule } from "heddle";

/// Frames around the loop: the delay and half a sample in the average.
export const period = 100;

/// Nearly the mean of the sample that comes and the one before; what falls short of a half is how fast the string dies away.
const average = bodyModule("average", { now: 0, before: 0 }, ({ now, before }) => now.add(before).mul(0.499));

/// A burst of noise of one period, the same every time.
const burst = scriptModule("burst", { outputs: ["out"] }, () => {
  let seed = 1;
  let left = period;
  return {
    process({ outputs: [out], from, to }) {
      for (let j = from; j < to; j++) {
        seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
        out[j] = left-- > 0 ? seed / 2 ** 32 : 0;
      }
    },
    reset() {
      seed = 1;
      left = period;
    },
  };
});

export default async function karplusStrong(server: OfflineServer): Promise<void> {
  const patch = new Patch(server);
  patch.edit((edit) => {
    const noise = edit.add(burst);
    const mix = edit.add(bodyModule("mix", { in: 0 }, ({ in: x }) => x, { joint: ["in"] }));
    const soft = edit.add(average);
    const one = edit.add(delayModule(1));
    const string = edit.add(delayModule(period - 1));
    const out = edit.add(unitModule(Out, { bus: 0, channels: 1 }));
    edit.connect(noise, mix).connect(string, mix);
    edit.connect(mix, soft.in.now).chain(mix, one, soft.in.before);
    edit.chain(soft, string).connect(soft, out);
  });
  await server.wait(2);
}
