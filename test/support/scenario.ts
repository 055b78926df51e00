/// Scenarios: text files of messages, with the answers that scsynth 3.13 gave them when they were recorded (`npm run clients -- compare --record`).
///
/// `> /n_set 1000 freq 440.0` sends a message (`>>`: from a second client), several in one bundle with ` ; ` between them, `> @0.05 ...` 50 ms from now;
/// `> raw <00ff>` sends bytes, `= wait 0.1` lets time pass. `<` (`<<` to the second client) is an answer of scsynth, `~` (`~~`) one that Heddle gives in
/// the place of all of scsynth's, with the reason in a `#` line; `~ nothing` where it is silent. Values are those of transcripts; `DIR` is a folder.
import { decodePacket, encodePacket, isBundle, type OscMessage, oscMessage, timeTag } from "@heddle/core/osc";
import { definitionNames } from "./definitions.ts";
import { format, parseMessage } from "./transcript.ts";

export interface Step {
  readonly line: string;
  readonly recorded: readonly string[];
  /// What Heddle answers instead.
  readonly own: readonly string[] | undefined;
}

export function parseScenario(text: string): Step[] {
  const steps: { line: string; recorded: string[]; own: string[] | undefined }[] = [];
  for (const line of text.trimEnd().split("\n")) {
    const last = steps.at(-1);
    if (line.startsWith("<")) last!.recorded.push(line);
    else if (line === "~ nothing") last!.own = [];
    else if (line.startsWith("~")) (last!.own ??= []).push(line.replaceAll(/^~+/g, (marks) => "<".repeat(marks.length)));
    else steps.push({ line, recorded: [], own: undefined });
  }
  return steps;
}

/// The scenario with these answers as scsynth's.
export function writeScenario(steps: readonly Step[], answers: readonly (readonly string[])[]): string {
  const lines = steps.flatMap(({ line, own }, k) => {
    const differing = own?.map((answer) => answer.replaceAll(/^<+/g, (marks) => "~".repeat(marks.length)));
    return [line, ...answers[k], ...(differing?.length === 0 ? ["~ nothing"] : (differing ?? []))];
  });
  return `${lines.join("\n")}\n`;
}

/// The way to a server for two clients.
export interface Wire {
  send(client: number, packet: Uint8Array): void;
  /// Is given every packet that comes back.
  onPacket: (client: number, packet: Uint8Array) => void;
  /// Milliseconds of silence after which nothing more is expected.
  readonly quiet: number;
}

/// NTP seconds.
const now = () => 2208988800 + (performance.timeOrigin + performance.now()) / 1000;
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/// Milliseconds until a server that does not answer is given up.
const patience = 5000;
const firstSync = 1_000_000;

export class ScenarioPlayer {
  readonly #wire: Wire;
  readonly #folder: string;
  #answers: string[] = [];
  #syncs = firstSync;
  #synced = () => {};

  constructor(wire: Wire, folder: string) {
    this.#wire = wire;
    this.#folder = folder;
    wire.onPacket = (client, bytes) => {
      const packet = decodePacket(bytes);
      if (isBundle(packet)) return;
      if (packet.address === "/synced" && (packet.args[0] as number) >= firstSync) this.#synced();
      else this.#answers.push(`${"<".repeat(client + 1)} ${shown(packet)}`.replaceAll(this.#folder, "DIR"));
    };
  }

  /// The answers to each step. Throws when the server falls silent.
  async play(steps: readonly Step[]): Promise<string[][]> {
    const played: string[][] = [];
    await this.#reset();
    for (const { line } of steps) {
      if (line.startsWith("= wait")) await pause(1000 * Number(line.slice(6)));
      else if (line.startsWith(">")) this.#send(line.replaceAll("DIR", this.#folder));
      else {
        played.push([]);
        continue;
      }
      played.push(await this.#settle(line));
    }
    return played;
  }

  #send(line: string): void {
    const client = line.startsWith(">>") ? 1 : 0;
    const text = line.replace(/^>+ /, "");
    const [, later, rest] = text.match(/^(?:@([\d.-]+) )?(.*)$/)!;
    const messages = rest.split(" ; ").map(parseMessage);
    if (messages[0].address === "raw") this.#wire.send(client, messages[0].args[0] as Uint8Array);
    else if (later === undefined && messages.length === 1) this.#wire.send(client, encodePacket(messages[0]));
    else {
      const time = later === undefined ? { seconds: 0, fraction: 1 } : timeTag(now() + Number(later));
      this.#wire.send(client, encodePacket({ time, packets: messages }));
    }
  }

  /// What has been answered once the server has done everything so far.
  async #settle(line: string): Promise<string[]> {
    const synced = new Promise<void>((resolve) => (this.#synced = resolve));
    this.#wire.send(0, encodePacket(oscMessage("/sync", this.#syncs++)));
    const silent = pause(patience).then(() => true);
    if (await Promise.race([synced.then(() => false), silent])) throw new Error(`no answer after: ${line}`);
    await pause(this.#wire.quiet);
    // Which client hears first is not defined.
    return this.#answers.splice(0).sort((a, b) => a.match(/^<+/)![0].length - b.match(/^<+/)![0].length);
  }

  /// Everything as it is when a server starts, but for the ids it chose.
  async #reset(): Promise<void> {
    const send = (client: number, text: string) => this.#wire.send(client, encodePacket(parseMessage(text)));
    for (const client of [0, 1]) send(client, "/notify 0");
    for (const text of ["/error 1", "/clearSched", "/g_freeAll 0", `/d_free ${definitionNames.join(" ")} vary.high`, "/c_fill 0 200 0.0"])
      send(0, text);
    for (let buffer = 0; buffer < 8; buffer++) send(0, `/b_free ${buffer}`);
    await this.#settle("the reset");
  }
}

/// Loads, rates and versions differ from run to run.
function shown({ address, types, args }: OscMessage): string {
  const values = args.map((value, k) => (typeof value === "number" ? { type: types[k], value } : value));
  if (address === "/status.reply") return `${format(address, values.slice(0, 5))} ...`;
  if (address === "/version.reply") return `${format(address, values.slice(0, 5))} ...`;
  return format(String(address), values);
}

/// Steps that were answered otherwise than expected, as text; `ours` for Heddle.
export function differences(steps: readonly Step[], answers: readonly (readonly string[])[], ours: boolean): string[] {
  return steps.flatMap(({ line, recorded, own }, k) => {
    const expected = ours ? (own ?? recorded) : recorded;
    if (expected.join("\n") === answers[k].join("\n")) return [];
    return [
      `${line}\n    expected ${expected.join("\n             ") || "nothing"}\n    answered ${answers[k].join("\n             ") || "nothing"}`,
    ];
  });
}
