/// A hundred voices in one patch. Each is suspended when its note ends and resumed for its next one, at frames of its own: what is suspended costs
/// nothing, an oscillator that only a suspended voice hears is not run either, and a voice that resumes starts like new.
import { bodyModule, type Module, type OfflineServer, Out, Patch, SinOsc, unitModule } from "heddle";

export const voices = 100;
/// Frames from one voice to the next, length of a note, and frames between the notes of a voice: none a multiple of a block.
export const stagger = 481;
export const length = 12_007;
export const cycle = 50_021;

const tone = bodyModule("tone", { freq: 440 }, ({ freq }) => SinOsc.ar(freq));
const level = bodyModule("level", { in: 0 }, ({ in: x }) => x.mul(0.01));

export default async function hundredVoices(server: OfflineServer): Promise<void> {
  const patch = new Patch(server);
  const all: Module[] = [];
  patch.edit((edit) => {
    const out = edit.add(unitModule(Out, { bus: 0, channels: 1 }));
    for (let k = 0; k < voices; k++) {
      const oscillator = edit.add(tone);
      const voice = edit.add(level);
      edit.set(oscillator, { freq: 100 + 7 * k });
      edit.chain(oscillator, voice, out.in.channels0);
      // Silent until its first note.
      edit.suspend(voice);
      all.push(voice);
    }
    for (let note = 0; note < 2; note++) {
      all.forEach((voice, k) => {
        const start = note * cycle + k * stagger;
        edit.resume(voice, start).suspend(voice, start + length);
      });
    }
  });
  await server.wait(2);
}
