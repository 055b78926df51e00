/// An auto group puts synths into the order that their buses ask for, so that it no longer matters which was made first.
///
///     made:  master <- echo <- pluck          plain group: master and echo read buses that nobody has written yet, and hear silence
///     runs:  pluck -> echo -> master          auto group: every reader stands behind its writers
///
/// `heddle render examples/auto-group.ts -o auto.wav` warns of the plain group; `heddle lint examples/auto-group.ts` only looks.
import { AutoGroup, Bus, CombN, Env, EnvGen, Group, In, type OfflineServer, Out, Pulse, RLPF, Synth, synthDef, type Target } from "heddle";

const pluck = synthDef("pluck", { out: 0, freq: 220 }, ({ out, freq }) => {
  const envelope = EnvGen.kr({ gate: 1, doneAction: 2, envelope: Env.perc(0.005, 0.4) });
  return Out.ar(out, RLPF.ar({ in: Pulse.ar({ freq, width: 0.3 }), freq: freq.mul(6), rq: 0.4 }).mul(envelope));
});

const echo = synthDef("echo", { in: 0, out: 0 }, ({ in: bus, out }) =>
  Out.ar(out, CombN.ar({ in: In.ar(bus, 1), maxdelaytime: 0.2, delaytime: 0.15, decaytime: 1 })),
);

const master = synthDef("master", { in: 0, level: 0.3 }, ({ in: bus, level }) => Out.ar(0, In.ar(bus, 1).mul(level)));

export default async function autoGroup(server: OfflineServer): Promise<void> {
  await server.add(pluck, echo, master);
  const dry = Bus.audio(server);
  const wet = Bus.audio(server);

  // From the end of the signal path to its beginning, each behind the one before.
  const play = async (group: Target) => {
    new Synth(master, { in: wet }, group, "tail");
    new Synth(echo, { in: dry, out: wet }, group, "tail");
    for (const freq of [220, 330, 440, 275]) {
      new Synth(pluck, { out: dry, freq }, group, "tail");
      await server.wait(0.25);
    }
  };

  const plain = new Group(server);
  await play(plain);
  for (const { reader, writer, bus } of await server.checkOrder(plain)) {
    console.log(`${reader.name} reads bus ${bus} before ${writer.name} writes it`);
  }
  plain.free();

  await play(new AutoGroup(server));
}
