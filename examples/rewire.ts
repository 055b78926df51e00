/// A chord is held while the patch under it is taken apart: an echo comes into the path, then goes. Notes that sound go on as if nothing had happened; what
/// is new fades in, what is gone fades out.
import { bodyModule, delayModule, type OfflineServer, Out, Patch, SinOsc, unitModule } from "heddle";

export const fade = 960;
export const chord = [220, 277, 330, 440];

const tone = bodyModule("tone", { freq: 440 }, ({ freq }) => SinOsc.ar(freq).mul(0.05));
const half = bodyModule("half", { in: 0 }, ({ in: x }) => x.mul(0.5), { joint: ["in"] });

export default async function rewire(server: OfflineServer): Promise<void> {
  const patch = new Patch(server);
  const { notes, out } = patch.edit((edit) => {
    const out = edit.add(unitModule(Out, { bus: 0, channels: 1 }));
    const notes = chord.map((freq) => {
      const note = edit.add(tone);
      edit.set(note, { freq }).connect(note, out);
      return note;
    });
    return { notes, out };
  });
  await server.wait(0.5);

  // An echo with feedback joins in, fed by the whole chord.
  const echo = patch.edit(
    (edit) => {
      const delay = edit.add(delayModule(4801));
      const feed = edit.add(half);
      for (const note of notes) edit.connect(note, feed);
      edit.chain(feed, delay, feed).connect(delay, out);
      return [delay, feed];
    },
    { declick: fade },
  );
  await server.wait(0.5);

  // And is taken away while it still sounds.
  patch.edit((edit) => edit.remove(...echo), { declick: fade });
  await server.wait(0.5);
}
