/// Definitions for transcripts and tools: `$name` in a transcript is the file of one, whole or damaged.
import { synthDef, trig } from "@heddle/core/synthdef";
import { DC, Impulse, Line, Out, SendReply, SendTrig, SinOsc } from "@heddle/core/ugens";

const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0));

const whole = [
  synthDef("sine", { out: 0, freq: 440, amp: 0.1 }, ({ out, freq, amp }) => Out.ar(out, SinOsc.ar(freq).mul(amp))),
  synthDef("ok", {}, () => Out.ar(0, DC.ar(0))),
  synthDef("ctl", { freq: 440, amp: 0 }, ({ freq, amp }) => Out.kr(100, [freq, amp])),
  synthDef("arr", { a: [1, 2, 3], b: 0.25 }, ({ a, b }) => Out.kr(110, [a, b].flat())),
  synthDef("vary", { freq: 1, amp: 2 }, ({ freq, amp }) => Out.kr(120, [freq, amp])).variant("high", { freq: 10 }),
  synthDef("pulse", { t: trig(0), x: 5 }, ({ t, x }) => Out.kr(130, [t, x])),
  // Ends itself after 150 ms.
  synthDef("brief", {}, () => Line.kr(0, 1, 0.15, 2)),
  // Pauses itself.
  synthDef("pauser", {}, () => Line.kr(0, 1, 0.15, 1)),
  // Frees the group around it.
  synthDef("leader", {}, () => Line.kr(0, 1, 0.15, 14)),
  synthDef("teller", {}, () => [SendTrig.kr(Impulse.kr(0), 3, 0.5), SendReply.kr(Impulse.kr(0), 7, 5, ...letters("/told"), 1.5, 2.5)]),
];

const files = new Map(whole.map((definition) => [definition.name, definition.bytes()]));

export function definitionFile(name: string): Uint8Array {
  const file = files.get(name);
  if (!file) throw new Error(`no definition "$${name}"; there are ${[...files.keys()].join(", ")}`);
  return file;
}

export const definitionNames: readonly string[] = [...files.keys()];
