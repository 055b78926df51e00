/// The classic arrangement of a server: what is read must be written before, so the order of the nodes is the signal path.
///
///     LFO -> control bus | voices -> mix bus | distortion on the mix bus | mix bus, scaled -> outputs
///
/// `npm start` renders it; `heddle render examples/order-of-execution.ts -o piece.wav --tree` does so from anywhere.
import { Bus, Done, Env, EnvGen, Group, In, LFNoise1, Out, Pulse, ReplaceOut, RLPF, Routine, type Server, Synth, synthDef } from "heddle";

const seconds = 20;

/// A slow random line that stretches the voices' envelopes.
const lfo = synthDef("lfo", { out: 0, freq: 0.3 }, ({ out, freq }) => Out.kr(out, LFNoise1.kr(freq).mul(0.68).add(0.7)));

/// A pulse through a resonant low-pass, which frees itself.
const voice = synthDef("voice", { out: 0, stretch: 0, freq: 440, cutoff: 8000, pan: 0 }, ({ out, stretch, freq, cutoff, pan }) => {
  const envelope = EnvGen.kr({ gate: 1, timeScale: In.kr(stretch, 1), doneAction: Done.freeSelf, envelope: Env.perc(0.1, 5, 1, -4) });
  const pulse = RLPF.ar({ in: Pulse.ar({ freq, width: 0.2 }).mul(0.5), freq: cutoff, rq: 0.3 });
  // Equal power: the squares of both gains make 1.
  const left = pan.neg().add(1).mul(0.5).sqrt();
  const right = pan.add(1).mul(0.5).sqrt();
  Out.ar(out, [pulse.mul(left.mul(envelope)), pulse.mul(right.mul(envelope))]);
});

/// Replaces what is on the bus by its own distortion.
const distortion = synthDef("distortion", { bus: 0, preGain: 8, postGain: 0.6 }, ({ bus, preGain, postGain }) =>
  ReplaceOut.ar(bus, In.ar(bus, 2).mul(preGain).distort().mul(postGain)),
);

/// Brings the mix to the outputs, softer.
const transfer = synthDef("transfer", { from: 0, out: 0, level: 0.25 }, ({ from, out, level }) => Out.ar(out, In.ar(from, 2).mul(level)));

/// A number from 0 to 1 that never repeats and leaves no gaps: multiples of an irrational.
const spread = (k: number, step: number) => (k * step) % 1;

export default async function orderOfExecution(server: Server): Promise<void> {
  await server.add(lfo, voice, distortion, transfer);
  const mix = Bus.audio(server, 2);
  const stretch = Bus.control(server);

  // First the LFO, then the voices, then the effects, last the transfer to the outputs.
  new Synth(lfo, { out: stretch }, server, "head");
  const voices = Group.tail(server);
  const effects = Group.after(voices);
  const dirt = new Synth(distortion, { bus: mix }, effects);
  new Synth(transfer, { from: mix }, server, "tail");

  const spawner = new Routine(async ({ wait }) => {
    for (let k = 0; ; k++) {
      const freq = 200 * 2 ** Math.floor(spread(k, 0.618034) * 3) * [1, 9 / 8, 5 / 4, 3 / 2, 5 / 3][k % 5];
      const cutoff = 1000 + 14000 * spread(k, Math.SQRT2);
      Synth.tail(voices, voice, { out: mix, stretch, freq, cutoff, pan: 2 * spread(k, Math.E) - 1 });
      await wait(0.07);
    }
  }).play(server.clock);

  // A paused node does nothing: the voices are heard as they are.
  await server.wait(seconds * 0.4);
  dirt.run(false);
  await server.wait(seconds * 0.2);
  dirt.run(true);
  await server.wait(seconds * 0.4);
  spawner.stop();
}
