/// Plays text transcripts to a command server and writes down what it answers.
///
/// `> /n_set 1000 "freq" 440.0` sends a message (several in one bundle with ` ; ` between them, and ` @ 0.5` after a bundle makes nothing of the
/// time: everything happens at once), `< ...` is a reply, `! ...` a line on the console, `= block` renders one. Lines with `#` are remarks.
/// Values: `1` int, `1.0` float, `1.0d` double, words and "texts" strings, `[ ... ]` arrays, `{ ... }` a blob that holds the message inside it,
/// `<00ff>` a blob of bytes, `$ctl` the file of a definition.
import type { Engine } from "@heddle/core/engine";
import {
  type BesideHandler,
  Clients,
  CommandServer,
  encodePacket,
  noFiles,
  notifications,
  type OscInput,
  type OscMessage,
  type OscPacket,
  type OscValue,
  oscMessage,
  type Sender,
  type ServerFiles,
  type Session,
  Streams,
} from "@heddle/core/osc";
import { definitionFile } from "./definitions.ts";

export interface Scene {
  readonly engine: Engine;
  readonly files?: ServerFiles;
  readonly logins?: number;
}

/// A server that transcripts are played to.
export interface Stage {
  perform(packet: OscPacket): Promise<void>;
  /// Tells what has happened since the last time.
  attend(): Promise<void>;
}

/// Where a stage's answers go.
export interface Audience {
  readonly session: Session;
  readonly sender: Sender;
  post(text: string): void;
}

export type BuildStage = (scene: Required<Scene>, audience: Audience) => Stage;

/// The transcript with the answers that the server gives now.
export async function play(transcript: string, scene: Scene, build: BuildStage = oneThread): Promise<string> {
  const { engine, files = noFiles, logins = 4 } = scene;
  const lines: string[] = [];
  const answers: string[] = [];
  const sender = { reply: (address: string, ...args: OscInput[]) => void answers.push(`< ${format(address, args)}`) };
  const post = (text: string) => void answers.push(...text.split("\n").map((line) => `! ${line}`));
  const session: Session = {
    clients: new Clients(logins),
    dumpMode: 0,
    errors: { everywhere: true, bundle: undefined },
    clearSchedule: () => post("schedule cleared"),
    quit: () => post("quit"),
    load: () => ({ average: 0, peak: 0, sampleRate: engine.target.sampleRate }),
    plugins: new Map([["echo", echo]]),
  };
  const stage = build({ engine, files, logins }, { session, sender, post });
  for (const line of transcript.split("\n")) {
    if (line.startsWith("<") || line.startsWith("!")) continue;
    lines.push(line);
    if (line.startsWith("= block")) engine.process();
    else if (line.startsWith(">")) {
      const messages = line.slice(1).split(" ; ").map(parseMessage);
      await stage.perform(messages.length === 1 ? messages[0] : { time: { seconds: 0, fraction: 1 }, packets: messages });
    } else continue;
    await stage.attend();
    lines.push(...answers.splice(0));
  }
  return lines.join("\n");
}

/// No definitions are compiled in transcripts.
export const refuseToCompile = (): never => {
  throw new Error("no definitions in transcripts");
};

/// Server and engine in one thread.
const oneThread: BuildStage = ({ engine, files }, { session, sender, post }) => {
  const streams = new Streams(engine.memory, engine.buffers);
  const server = new CommandServer({ engine, files, streams, compile: refuseToCompile, post, session, nestedBundles: true });
  const events = notifications((address, ...args) => session.clients.notify(address, ...args), post);
  return {
    perform: async (packet) => server.perform(packet, sender),
    attend: async () => void engine.events.drain(events),
  };
};

const echo: BesideHandler = (args, { sender }) => {
  sender.reply("/echo", args.string());
  return null;
};

/// Words of a line; brackets and braces are words of their own.
const words = (text: string) => text.match(/"(?:[^"\\]|\\.)*"|[[\]{}]|[^\s[\]{}]+/g) ?? [];

/// A message from its text, for tests of anything that takes messages.
export function parseMessage(text: string): OscMessage {
  const rest = words(text);
  const address = rest.shift() ?? "";
  return oscMessage(/^\d+$/.test(address) ? Number(address) : address, ...parseValues(rest));
}

function parseValues(rest: string[], end?: string): OscInput[] {
  const values: OscInput[] = [];
  for (let word = rest.shift(); word !== undefined && word !== end; word = rest.shift()) {
    if (word === "[") values.push(parseValues(rest, "]"));
    else if (word === "{") {
      const close = rest.lastIndexOf("}");
      values.push(encodePacket(parseMessage(rest.splice(0, close).join(" "))));
      rest.shift();
    } else values.push(parseValue(word));
  }
  return values;
}

function parseValue(word: string): OscInput {
  if (word.startsWith("$")) return definitionFile(word.slice(1));
  if (word.startsWith('"')) return JSON.parse(word) as string;
  if (/^<[0-9a-f]*>$/.test(word)) return Uint8Array.from(word.slice(1, -1).match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  if (word === "true" || word === "false") return word === "true";
  const number = Number(word.replace(/d$/, ""));
  if (/^-?\d+$/.test(word)) return { type: "i", value: number };
  if (word.endsWith("d") && !Number.isNaN(number)) return { type: "d", value: number };
  if (word === "nan" || !Number.isNaN(number)) return { type: "f", value: number };
  return word;
}

/// A message as transcripts write it.
export function format(address: string, args: readonly OscInput[]): string {
  return [address, ...args.map(formatValue)].join(" ");
}

function formatValue(input: OscInput): string {
  if (typeof input === "object" && input !== null && "type" in input) {
    const { type, value } = input as { type: string; value: OscValue };
    if (typeof value !== "number") return formatValue(value);
    const digits = String(Number(value.toPrecision(7)));
    return type === "i" ? digits : `${/^-?\d+$/.test(digits) ? `${digits}.0` : digits}${type === "d" ? "d" : ""}`;
  }
  if (typeof input === "string") return /^[\w/.]+$/.test(input) && Number.isNaN(Number(input)) ? input : JSON.stringify(input);
  return String(input);
}
