/// One score twice: rendered offline, and played through JACK into the engine's own inputs, which it records. The recording is the rendering, later
/// by the way round.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodePacket, encodePacket, type OscInput, oscMessage, timeTag } from "@heddle/core/osc";
import { synthDef, writeSynthDefs } from "@heddle/core/synthdef";
import { Out, Saw, SinOsc } from "@heddle/core/ugens";
import { type ClientLink, openSoundFile, renderScore, startServer } from "@heddle/node";

const definition = synthDef("tone", { freq: 440, amp: 0.1 }, ({ freq, amp }) => {
  Out.ar(0, SinOsc.ar(freq).mul(amp));
  Out.ar(1, Saw.ar(freq).mul(amp));
});
const seconds = 3;
const channels = 2;
/// Frames at the start in which the two may still differ: the recording begins somewhere in the silence.
const compared = 48000 * (seconds - 1);

export async function loopback(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "heddle-loopback-"));
  const name = `heddle-${process.pid}`;
  const jack = spawn("jackd", ["-n", name, "-d", "dummy", "-r", "48000", "-p", "64"], { stdio: "ignore" });
  try {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const [live, offline] = [join(folder, "live.wav"), join(folder, "offline.wav")];
    await play(name, live);
    await render(offline);
    return compare(read(live), read(offline));
  } finally {
    jack.kill();
    rmSync(folder, { recursive: true });
  }
}

/// Both play the tone from its first sample, at frame 0 of a block: the phase at any later frame is the same.
const tone = oscMessage("/s_new", "tone", 1000, 0, 0, "freq", { type: "f", value: 333 });

async function play(server: string, path: string): Promise<void> {
  // The client's outputs go into its own inputs.
  process.env.SC_JACK_DEFAULT_OUTPUTS = "loop:in_1,loop:in_2";
  process.env.SC_JACK_DEFAULT_INPUTS = "";
  const core = await startServer({
    cwd: "/",
    allow: [tmpdir()],
    engine: { outputs: channels, inputs: channels },
    device: { kind: "jack", name: `${server}:loop` },
    post: (text) => console.log(text),
  });
  let answered = () => {};
  const client: ClientLink = {
    name: "loopback",
    send: (packet) => {
      const message = decodePacket(packet);
      if ("address" in message && message.address === "/done") answered();
      else console.log(message);
    },
  };
  const ask = (address: string, ...args: OscInput[]) =>
    new Promise<void>((resolve) => {
      answered = resolve;
      core.receive(encodePacket(oscMessage(address, ...args)), client);
    });
  await ask("/d_recv", writeSynthDefs([definition.graph]));
  // The inputs come after the outputs.
  await ask("/heddle_prepareRecording", path, "wav", "float", channels, channels);
  await ask("/heddle_startRecording");
  core.receive(encodePacket(tone), client);
  await new Promise((resolve) => setTimeout(resolve, 1000 * (seconds + 0.5)));
  await ask("/heddle_stopRecording");
  const { xruns } = core.host.counters();
  if (xruns > 0) console.log(`${xruns} periods were missed while recording: what follows may differ there`);
  await core.stop();
}

async function render(output: string): Promise<void> {
  const file = writeSynthDefs([definition.graph]);
  const score = [
    { time: timeTag(0), packets: [oscMessage("/d_recv", file), tone] },
    { time: timeTag(seconds), packets: [] },
  ].map((bundle) => encodePacket(bundle));
  await renderScore({ score: framed(score), output, header: "WAV", format: "float", sampleRate: 48000, outputs: channels, inputs: 0 });
}

/// A score file: each bundle after its size.
function framed(packets: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(packets.reduce((sum, packet) => sum + 4 + packet.length, 0));
  let at = 0;
  for (const packet of packets) {
    new DataView(bytes.buffer).setInt32(at, packet.length);
    bytes.set(packet, at + 4);
    at += 4 + packet.length;
  }
  return bytes;
}

function read(path: string): Float32Array {
  const file = openSoundFile(path);
  const samples = new Float32Array(file.frames * file.channels);
  file.read(samples, 0, file.frames);
  file.close();
  return samples;
}

/// The first frame of each that is not silent is where they are laid upon each other.
function compare(live: Float32Array, offline: Float32Array): number {
  const start = (samples: Float32Array) =>
    Math.floor(
      Math.max(
        0,
        samples.findIndex((x) => x !== 0),
      ) / channels,
    );
  const [at, from] = [start(live), start(offline)];
  let different = 0;
  for (let i = 0; i < compared * channels; i++) if (live[at * channels + i] !== offline[from * channels + i]) different++;
  console.log(`${compared} frames of ${channels} channels, the recording ${at - from} frames later: ${different} samples differ`);
  return different === 0 && live.length > compared * channels ? 0 : 1;
}
