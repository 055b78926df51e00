/// scsynth's command line as data.
import type { EngineOptions } from "@heddle/core/engine";

export interface ScsynthFlags {
  readonly show?: "version" | "usage";
  readonly nrt?: {
    readonly score: string;
    readonly input: string;
    readonly output: string;
    readonly sampleRate: number;
    readonly header: string;
    readonly format: string;
  };
  /// What only a server that plays needs.
  readonly live: LiveFlags;
  readonly engine: EngineOptions;
  readonly verbosity: number;
  readonly loadDefinitions: boolean;
  /// The only folder that commands may touch.
  readonly restricted: string | undefined;
  readonly allow: readonly string[];
  readonly ugens: readonly string[];
  /// A folder for compiled definitions.
  readonly cache: string | undefined;
  readonly longest: number | undefined;
}

export interface LiveFlags {
  readonly address: string;
  readonly udp?: number;
  readonly tcp?: number;
  readonly websocket?: number;
  readonly logins: number;
  readonly password?: string;
  readonly token?: string;
  readonly origins: readonly string[];
  readonly strict: boolean;
  /// Hertz and frames that the device should have; 0 for its own.
  readonly sampleRate: number;
  readonly bufferSize: number;
  /// As `-H` names it.
  readonly device?: string;
  readonly lockMemory: boolean;
}

/// How many arguments follow each flag. Those that concern devices and discovery are the host's to use or to ignore; `-C` does nothing in scsynth either.
const flags: Readonly<Record<string, number>> = {
  ...Object.fromEntries([..."utBcaiozZSbndmwrDRlpIOHVUPC"].map((letter) => [letter, 1])),
  ...Object.fromEntries([..."vhL"].map((letter) => [letter, 0])),
  N: 6,
  "-allow": 1,
  "-ugens": 1,
  "-cache": 1,
  "-seed": 1,
  "-longest": 1,
  "-strict": 0,
  "-websocket": 1,
  "-token": 1,
  "-origin": 1,
};

/// The number that C's atoi finds.
const integer = (text: string) => Number.parseInt(text, 10) || 0;

const powerOfTwo = (value: number) => 2 ** Math.ceil(Math.log2(Math.max(1, value)));

/// Reads a command line. What is wrong with it comes back as scsynth words it.
export function parseFlags(args: readonly string[]): ScsynthFlags | { readonly error: string } {
  const given = new Map<string, readonly string[]>();
  const repeated = new Map<string, string[]>();
  for (let at = 0; at < args.length; ) {
    const letter = args[at].startsWith("-") ? args[at].slice(1) : "";
    if (!Object.hasOwn(flags, letter)) return { error: `Invalid option ${args[at]}` };
    const values = args.slice(at + 1, at + 1 + flags[letter]);
    if (values.length < flags[letter]) {
      return { error: `${flags[letter] === 1 ? "Argument" : "More arguments"} expected after option -${letter}` };
    }
    // As in scsynth these end the reading.
    if (letter === "v") return { ...defaults, show: "version" };
    if (letter === "h") return { ...defaults, show: "usage" };
    given.set(letter, values);
    repeated.set(letter, [...(repeated.get(letter) ?? []), ...values]);
    at += 1 + values.length;
  }
  if (!given.has("N") && !given.has("u") && !given.has("t") && !given.has("-websocket")) {
    return { error: "There must be a -u and/or a -t options, or -N for nonrealtime." };
  }
  return interpret(given, repeated);
}

const defaults: ScsynthFlags = {
  live: { address: "127.0.0.1", logins: 64, origins: [], strict: false, sampleRate: 0, bufferSize: 0, lockMemory: false },
  engine: {},
  verbosity: 0,
  loadDefinitions: true,
  restricted: undefined,
  allow: [],
  ugens: [],
  cache: undefined,
  longest: undefined,
};

function interpret(
  given: ReadonlyMap<string, readonly string[]>,
  repeated: ReadonlyMap<string, string[]>,
): ScsynthFlags | { readonly error: string } {
  const number = (letter: string, fallback: number) => (given.has(letter) ? integer(given.get(letter)![0]) : fallback);
  const outputs = number("o", 8);
  const inputs = number("i", 8);
  const audioBuses = number("a", 1024);
  if (audioBuses < outputs + inputs) return { error: "number of audio bus channels < inputs + outputs." };
  const [score, input, output, rate, header, format] = given.get("N") ?? [];
  const text = (letter: string) => given.get(letter)?.[0];
  const port = (letter: string) => (given.has(letter) ? number(letter, 0) : undefined);
  const live: LiveFlags = {
    ...defaults.live,
    address: text("B") ?? "127.0.0.1",
    udp: port("u"),
    tcp: port("t"),
    websocket: port("-websocket"),
    logins: number("l", 64),
    password: text("p"),
    token: text("-token"),
    origins: repeated.get("-origin") ?? [],
    strict: given.has("-strict"),
    sampleRate: number("S", 0),
    bufferSize: number("Z", 0),
    device: text("H"),
    lockMemory: given.has("L"),
  };
  return {
    ...defaults,
    live,
    nrt: score === undefined ? undefined : { score, input, output, sampleRate: Number.parseFloat(rate) || 0, header, format },
    engine: {
      outputs,
      inputs,
      audioBuses,
      controlBuses: number("c", 16384),
      blockSize: powerOfTwo(number("z", 64)),
      // scsynth takes what makes no sense as the least that does.
      buffers: powerOfTwo(number("b", 1024)),
      nodes: powerOfTwo(number("n", 1024)),
      memorySize: Math.max(1, number("m", 8192)),
      wires: Math.max(1, number("w", 64)),
      generators: Math.max(1, number("r", 64)),
      seed: number("-seed", 0),
    },
    verbosity: number("V", 0),
    loadDefinitions: number("D", 1) !== 0,
    restricted: text("P"),
    allow: repeated.get("-allow") ?? [],
    ugens: repeated.get("-ugens") ?? [],
    cache: text("-cache"),
    longest: given.has("-longest") ? Number.parseFloat(text("-longest")!) : undefined,
  };
}
