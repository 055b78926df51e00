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
  readonly engine: EngineOptions;
  readonly verbosity: number;
  readonly loadDefinitions: boolean;
  /// The only folder that commands may touch.
  readonly restricted: string | undefined;
  readonly allow: readonly string[];
  readonly ugens: readonly string[];
  readonly longest: number | undefined;
}

interface Flag {
  /// How many arguments follow; their names for the usage text.
  readonly args: readonly string[];
  readonly help: string;
}

const one = (name: string, help: string): Flag => ({ args: [name], help });

/// scsynth's flags by letter, in the order of its usage text. Those for real time are accepted and do nothing in a score.
const flags: Readonly<Record<string, Flag>> = {
  v: { args: [], help: "print the version and exit" },
  u: one("udp-port-number", "a port number 0-65535"),
  t: one("tcp-port-number", "a port number 0-65535"),
  B: one("bind-to-address", "(default 127.0.0.1)"),
  c: one("number-of-control-bus-channels", "(default 16384)"),
  a: one("number-of-audio-bus-channels", "(default 1024)"),
  i: one("number-of-input-bus-channels", "(default 8)"),
  o: one("number-of-output-bus-channels", "(default 8)"),
  z: one("block-size", "(default 64)"),
  Z: one("hardware-buffer-size", "(default 0)"),
  S: one("hardware-sample-rate", "(default 0)"),
  b: one("number-of-sample-buffers", "(default 1024)"),
  n: one("max-number-of-nodes", "(default 1024)"),
  d: one("max-number-of-synth-defs", "(default 1024)"),
  m: one("real-time-memory-size", "in kB (default 8192)"),
  w: one("number-of-wire-buffers", "(default 64)"),
  r: one("number-of-random-seeds", "(default 64)"),
  D: one("load synthdefs? 1 or 0", "(default 1)"),
  R: one("publish to Rendezvous? 1 or 0", "accepted, without effect"),
  l: one("max-logins", "(default 64)"),
  p: one("session-password", "for TCP"),
  N: {
    args: ["cmd-filename", "input-filename", "output-filename", "sample-rate", "header-format", "sample-format"],
    help: "render a score; _ for standard input, no input, no output",
  },
  I: one("input-streams-enabled", "accepted, without effect"),
  O: one("output-streams-enabled", "accepted, without effect"),
  L: { args: [], help: "enable memory locking" },
  H: one("hardware-device-name", ""),
  V: one("verbosity", "-2 silences failures too (default 0)"),
  U: one("ugen-plugins-path", "accepted; see --ugens"),
  P: one("restricted-path", "the only folder that commands may read and write"),
  C: one("number", "accepted, without effect"),
  h: { args: [], help: "print this text and exit" },
  "-allow": one("folder", "another folder that commands may read and write"),
  "-ugens": one("module", "a module that exports unit generators of your own"),
  "-seed": one("number", "seed of the random generators (default 0)"),
  "-longest": one("seconds", "refuse scores that last longer (default 86400)"),
};

export const usage = [
  "heddle scsynth  options:",
  ...Object.entries(flags).map(([letter, { args, help }]) => `   -${letter}${args.map((name) => ` <${name}>`).join("")}    ${help}`),
].join("\n");

/// The number that C's atoi finds.
const integer = (text: string) => Number.parseInt(text, 10) || 0;

const powerOfTwo = (value: number) => 2 ** Math.ceil(Math.log2(Math.max(1, value)));

/// Reads a command line. What is wrong with it comes back as scsynth words it.
export function parseFlags(args: readonly string[]): ScsynthFlags | { readonly error: string } {
  const given = new Map<string, readonly string[]>();
  const repeated = new Map<string, string[]>();
  for (let at = 0; at < args.length; ) {
    const letter = args[at].startsWith("-") ? args[at].slice(1) : "";
    const flag = Object.hasOwn(flags, letter) ? flags[letter] : undefined;
    if (!flag) return { error: `Invalid option ${args[at]}` };
    const values = args.slice(at + 1, at + 1 + flag.args.length);
    if (values.length < flag.args.length) {
      return {
        error: flag.args.length === 1 ? `Argument expected after option -${letter}` : `More arguments expected after option -${letter}`,
      };
    }
    // As in scsynth these end the reading.
    if (letter === "v") return { ...defaults, show: "version" };
    if (letter === "h") return { ...defaults, show: "usage" };
    given.set(letter, values);
    repeated.set(letter, [...(repeated.get(letter) ?? []), ...values]);
    at += 1 + values.length;
  }
  if (!given.has("N") && !given.has("u") && !given.has("t")) {
    return { error: "There must be a -u and/or a -t options, or -N for nonrealtime." };
  }
  return interpret(given, repeated);
}

const defaults: ScsynthFlags = {
  engine: {},
  verbosity: 0,
  loadDefinitions: true,
  restricted: undefined,
  allow: [],
  ugens: [],
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
  return {
    ...defaults,
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
    restricted: given.get("P")?.[0],
    allow: repeated.get("-allow") ?? [],
    ugens: repeated.get("-ugens") ?? [],
    longest: given.has("-longest") ? Number.parseFloat(given.get("-longest")![0]) : undefined,
  };
}
