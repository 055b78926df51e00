/// Hearing an expression at once: `play(() => SinOsc.ar(440).mul(0.1))`.
import { lag, synthDef } from "../../synthdef/builder.ts";
import { Out } from "../../ugens/buses.ts";
import { Done, Env } from "../../ugens/env.ts";
import { EnvGen } from "../../ugens/envelopes.ts";
import type { Sig } from "../../ugens/signal.ts";
import { type Target, targetServer } from "../node.ts";
import { Server } from "../server.ts";
import { Synth } from "../synth.ts";

export interface PlayOptions {
  /// First bus of the result, 0 by default.
  readonly out?: number;
  /// Seconds of fading in, and of fading out after `release`: 0.02 by default.
  readonly fade?: number;
  readonly target?: Target;
}

/// Controls of what `play` starts.
export type PlayControls = { out: number; gate: number; fade: number; level: ReturnType<typeof lag> };

let played = 0;

/// Makes a definition of `body`, whose value is what is heard, and starts it at the head of the target (the default server) as soon as the server has
/// it. `release()` fades it out and frees it; the server then forgets the definition.
export async function play(
  body: () => Sig,
  { out = 0, fade = 0.02, target = Server.default }: PlayOptions = {},
): Promise<Synth<PlayControls>> {
  const server = targetServer(target);
  const controls: PlayControls = { out: 0, gate: 1, fade: 0.02, level: lag(1, 0.1) };
  const definition = synthDef(`heddle_play_${++played}`, controls, (c) => {
    const envelope = EnvGen.kr({ gate: c.gate, timeScale: c.fade, doneAction: Done.freeSelf, envelope: Env.asr(1, 1, 1) });
    Out.ar(c.out, envelope.mul(c.level).mul(body()));
  });
  await server.add(definition);
  const synth = new Synth<PlayControls>(definition, { out, fade }, target);
  void synth.freed().then(() => server.send("/d_free", definition.name));
  return synth;
}
