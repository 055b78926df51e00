/// Plays with everything that a busy session has, through the doors that clients use, and reports how the engine fared.
import type { Counters } from "@heddle/core/osc";
import { encodePacket, type OscInput, type OscMessage, oscMessage, timeTag } from "@heddle/core/osc";
import { synthDef, writeSynthDefs } from "@heddle/core/synthdef";
import { Env, EnvGen, Out, Pan2, RLPF, Saw, SinOsc } from "@heddle/core/ugens";
import { type ClientLink, type DeviceChoice, startServer } from "@heddle/node";

export interface SoakOptions {
  readonly minutes: number;
  readonly device: DeviceChoice["kind"];
}

export interface SoakReport {
  readonly collections: number;
  readonly messages: number;
  readonly counters: Counters;
  readonly text: string;
}

/// Seconds between NTP's epoch and 1970.
const ntpOffset = 2_208_988_800;
/// Milliseconds between the bursts of messages.
const burstEvery = 10;
const voices = 64;
const definitions = [
  synthDef("voice", { freq: 440, amp: 0.01, cut: 2000 }, ({ freq, amp, cut }) =>
    Out.ar(0, Pan2.ar(RLPF.ar(Saw.ar(freq), cut, 0.3).mul(amp), SinOsc.kr(0.3))),
  ),
  synthDef("ping", { freq: 880 }, ({ freq }) => {
    const envelope = EnvGen.kr({ doneAction: 2, envelope: Env.perc(0.005, 0.1) });
    return Out.ar(0, SinOsc.ar(freq).mul(envelope).mul(0.02));
  }),
];

export async function soak({ minutes, device }: SoakOptions): Promise<SoakReport> {
  let collections = Number.NaN;
  const server = await startServer({
    cwd: ".",
    allow: [],
    device: { kind: device },
    engine: { outputs: 2, inputs: 0 },
    post: () => {},
    onCollections: (count) => {
      collections = count;
    },
  });
  let answered = (): void => {};
  const client: ClientLink = { name: "soak", send: () => answered() };
  let messages = 0;
  const send = (...packet: OscMessage[]): void => {
    messages += packet.length;
    server.receive(encodePacket(packet.length === 1 ? packet[0] : { time: timeTag(ntp() + 0.05), packets: packet }), client);
  };
  const say = (address: string, ...args: OscInput[]): void => send(oscMessage(address, ...args));
  await new Promise<void>((resolve) => {
    answered = resolve;
    say("/d_recv", writeSynthDefs(definitions.map(({ graph }) => graph)));
  });
  say("/notify", 1);
  for (let i = 0; i < voices; i++) say("/s_new", "voice", 1000 + i, 0, 0, "freq", 50 + 7 * i);
  const end = performance.now() + minutes * 60_000;
  for (let turn = 0; performance.now() < end; turn++) {
    burst(turn, send);
    if (turn % 50 === 0) say("/status");
    await new Promise((resolve) => setTimeout(resolve, burstEvery));
  }
  const counters = server.host.counters();
  await server.stop();
  return { collections, messages, counters, text: describe(minutes, collections, messages, counters) };
}

const ntp = (): number => (performance.timeOrigin + performance.now()) / 1000 + ntpOffset;

/// Twenty messages: controls at once and in bundles, buses, pings that end by themselves, voices paused, moved and replaced.
function burst(turn: number, send: (...packet: OscMessage[]) => void): void {
  const voice = 1000 + (turn % voices);
  for (let i = 0; i < 8; i++)
    send(oscMessage("/n_set", 1000 + ((turn + i) % voices), "freq", { type: "f", value: 100 + ((turn * 37 + i) % 400) }));
  send(oscMessage("/c_set", turn % 64, { type: "f", value: turn % 7 }));
  send(...Array.from({ length: 8 }, (_, i) => oscMessage("/n_set", 1000 + i, "cut", { type: "f", value: 500 + ((turn * 13 + i) % 3000) })));
  send(oscMessage("/s_new", "ping", -1, 1, 0, "freq", { type: "f", value: 300 + (turn % 900) }));
  send(oscMessage("/n_run", voice, turn % 2));
  if (turn % 5 === 0) send(oscMessage("/n_before", voice, 1000 + ((turn * 7) % voices)));
  if (turn % 20 === 0)
    send(oscMessage("/n_free", voice), oscMessage("/s_new", "voice", voice, 0, 0, "freq", { type: "f", value: 60 + (turn % 500) }));
}

function describe(minutes: number, collections: number, messages: number, counters: Counters): string {
  const { load, peak, xruns, lost, faults, synths, sampleRate, clockError, margins } = counters;
  const total = margins.reduce((sum, count) => sum + count, 0);
  const late = ((100 * margins[0]) / Math.max(1, total)).toFixed(3);
  return [
    `${minutes} minutes, ${messages} messages, ${synths} synths at the end`,
    `collections in the engine's isolate: ${collections}`,
    `load ${load.toFixed(1)} %, peak ${peak.toFixed(1)} %; periods ${total}, done too late ${late} %, missed ${xruns}`,
    `reports lost ${lost}, synths failed ${faults}; ${sampleRate.toFixed(3)} frames per second, clock known to ${clockError.toFixed(3)} ms`,
  ].join("\n");
}
