/// Hostile packets to a server that plays, and the watch over it: it answers, it renders every block, its memory stays.
import { encodePacket, oscMessage } from "@heddle/core/osc";
import { synthDef } from "@heddle/core/synthdef";
import { Out, Phasor } from "@heddle/core/ugens";
import { definitionFile, definitionNames } from "./definitions.ts";
import { mutate, type Random } from "./mutate.ts";
import type { OscClient } from "./osc-client.ts";
import { parseMessage } from "./transcript.ts";

/// Counts the blocks it plays, on a control bus nobody else writes to. It is the tone: what it has not counted was not played.
const meter = synthDef("meter", {}, () => Out.kr(255, Phasor.kr(0, 1, 0, 1e9)));
const meterNode = 77_777;
const meterBus = 255;

/// Sizes of the server that is attacked, as engine options and as flags.
export const attackedEngine = { buffers: 8, nodes: 256, controlBuses: 256, audioBuses: 64, inputs: 2, outputs: 2, memorySize: 4096 };
export const attackedFlags = "-b 8 -n 256 -c 256 -a 64 -i 2 -o 2 -m 4096 -D 0 -V -2".split(" ");

/// The count of a control-rate counter is a 32-bit float: it is started anew before it becomes inexact.
const mostCounted = 1 << 23;
/// Seconds that the count may lag behind or run ahead: reading it takes a while, and a device has a period.
const tolerance = 0.1;

export class Watch {
  readonly #client: OscClient;
  readonly #blocksPerSecond: number;
  #reference: { blocks: number; time: number } | undefined;
  /// Times the tone had to be started again because a packet had rightly ended or paused it.
  restarts = 0;
  /// Longest time to an answer, in milliseconds.
  slowest = 0;

  constructor(client: OscClient, blocksPerSecond = 750) {
    this.#client = client;
    this.#blocksPerSecond = blocksPerSecond;
  }

  async begin(): Promise<void> {
    await this.#client.request(["/notify", 1], "/done");
    for (const name of definitionNames) await this.#client.request(["/d_recv", definitionFile(name)], "/done");
    await this.#client.request(["/d_recv", meter.bytes()], "/done");
    await this.#play();
  }

  /// Throws what is wrong with the server.
  async look(what: string): Promise<void> {
    const asked = performance.now();
    this.#client.send("/error", 1);
    const status = await this.#client.request(["/status"], "/status.reply").catch(() => undefined);
    if (!status) throw new Error(`no answer to /status after ${what}`);
    this.slowest = Math.max(this.slowest, performance.now() - asked);
    if (this.#stopped()) {
      this.restarts++;
      await this.#play();
      return;
    }
    const { blocks, time } = await this.#count();
    const reference = this.#reference!;
    const missing = (time - reference.time) / 1000 - (blocks - reference.blocks) / this.#blocksPerSecond;
    if (Math.abs(missing) > tolerance) {
      if (this.#stopped()) return;
      throw new Error(`the tone has a gap of ${(1000 * missing).toFixed(0)} ms after ${what}`);
    }
    if (blocks > mostCounted) await this.#play();
  }

  /// Whether a packet ended, paused or renamed the tone.
  #stopped(): boolean {
    const { replies } = this.#client;
    const gone = replies.some(
      ([address, id]) => (address === "/n_end" || address === "/n_off") && (id === meterNode || id === 0 || id === 1),
    );
    replies.length = 0;
    return gone;
  }

  async #play(): Promise<void> {
    const { replies } = this.#client;
    for (const message of ["/n_run 0 1", `/n_free ${meterNode}`, `/c_set ${meterBus} 0.0`]) this.#client.sendPacket(parseMessage(message));
    await this.#client.request(["/d_recv", meter.bytes(), encodePacket(oscMessage("/s_new", "meter", meterNode, 0, 0))], "/done");
    // The first block may still be to come.
    for (let tries = 0; tries < 1000; tries++) {
      this.#reference = await this.#count();
      if (this.#reference.blocks > 1) break;
    }
    replies.length = 0;
  }

  async #count(): Promise<{ blocks: number; time: number }> {
    const [, , blocks] = await this.#client.request(["/c_get", meterBus], ["/c_set", meterBus]);
    return { blocks: blocks as number, time: performance.now() };
  }
}

/// Addresses that a fuzzer must not reach by chance: the server would end, as it should, or fall silent towards us.
const forbidden = /\/?(quit|notify|error)/;
/// The same by number.
const forbiddenNumbers = [1, 3, 58];

/// A packet of a musical kind, damaged or with nonsense for arguments.
export function hostilePacket(random: Random, seeds: readonly Uint8Array[]): Uint8Array {
  for (;;) {
    const seed = seeds[random(seeds.length)];
    const packet = random(3) === 0 ? definitionPacket(random) : mutate(seed, random);
    const text = Buffer.from(packet).toString("latin1");
    if (!forbidden.test(text) && !forbiddenNumbers.some((number) => text.includes(`\0\0\0${String.fromCharCode(number)},`))) return packet;
  }
}

function definitionPacket(random: Random): Uint8Array {
  const name = definitionNames[random(definitionNames.length)];
  const node = 4000 + random(100);
  return encodePacket(oscMessage("/d_recv", mutate(definitionFile(name), random), encodePacket(oscMessage("/s_new", name, node, 1, 0))));
}

/// The messages of a text file as packets, with the lines they come from.
export function packetsOf(text: string): { line: string; packet: Uint8Array }[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("> "))
    .map((line) => {
      const message = parseMessage(line.slice(2));
      return { line, packet: message.address === "raw" ? (message.args[0] as Uint8Array) : encodePacket(message) };
    });
}
