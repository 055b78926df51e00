/// `heddle play FILE`: plays a score or a module live.
import type { LiveServer } from "@heddle/core/client";
import { InternalServer } from "@heddle/node";
import { type Command, InvalidArgumentError } from "commander";
import { liveUGens, perform } from "../live.ts";
import { list, number } from "../options.ts";
import { describeFailure } from "../play.ts";

interface Flags {
  device: DeviceChoice;
  rate?: number;
  block: number;
  requireDevice?: boolean;
  outputs: number;
  inputs: number;
  allow: string[];
  ugens: string[];
}

type DeviceChoice = NonNullable<ConstructorParameters<typeof InternalServer>[0]>["device"];

export function register(program: Command): void {
  program
    .command("play <file>")
    .description("play a score (.osc) or a module (.ts, .js) live; Ctrl-C ends it")
    .option("--device <kind>", "jack, pulse, alsa, portaudio or clock (no sound), also kind:name; the first there is", device, {
      kind: "auto",
    } as DeviceChoice)
    .option("--require-device", "exit with code 3 where there is no device that sounds")
    .option("--rate <hz>", "sample rate; the device's by default", number)
    .option("--block <frames>", "block size", number, 64)
    .option("--outputs <channels>", "channels that are heard", number, 2)
    .option("--inputs <channels>", "channels that are listened to", number, 2)
    .option("--allow <folder>", "another folder that may be read and written (repeatable)", list, [])
    .option("--ugens <module>", "a module that exports unit generators of your own (repeatable)", list, [])
    .action(async (file: string, flags: Flags) => {
      try {
        process.exitCode = await play(file, flags);
      } catch (error) {
        console.error(`error: ${describeFailure(error).message}`);
        process.exitCode = 1;
      }
    });
}

async function play(file: string, { device, requireDevice, rate, block, outputs, inputs, allow, ugens }: Flags): Promise<number> {
  const server = new InternalServer({
    device,
    outputs,
    inputs,
    blockSize: block,
    allow: [process.cwd(), ...allow],
    post: say,
    sampleRate: rate,
    server: { ugens: await liveUGens(ugens) },
  });
  await server.boot();
  if (requireDevice && server.device?.name === "clock") {
    await server.quit();
    say("no sound device: `heddle doctor` says what is missing");
    return noDevice;
  }
  say(`playing ${file} on ${server.device?.name}, ${server.sizes.sampleRate} Hz; Ctrl-C ends it`);
  const view = setInterval(() => void show(server), viewEvery);
  try {
    const end = await Promise.race([perform(file, server), interrupted(), server.ended()]);
    if (end !== undefined) return 1;
  } finally {
    clearInterval(view);
    clearLine();
    if (server.connected) {
      server.freeAll();
      await server.quit();
    }
  }
  return 0;
}

/// Resolves at Ctrl-C.
const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });

/// Exit code: nothing here makes a sound.
const noDevice = 3;
const viewEvery = 250;
let lineShown = false;

function clearLine(): void {
  if (lineShown) process.stderr.write("\r\x1b[2K");
  lineShown = false;
}

function say(text: string): void {
  clearLine();
  console.error(text);
}

/// One line that rewrites itself on a terminal.
async function show(server: LiveServer): Promise<void> {
  if (!process.stderr.isTTY || !server.connected) return;
  const { averageLoad, peakLoad, synths, groups, units } = await server.status();
  clearLine();
  process.stderr.write(
    `load ${averageLoad.toFixed(1)} % (peak ${peakLoad.toFixed(1)} %)  ${synths} synths  ${groups} groups  ${units} units`,
  );
  lineShown = true;
}

const kinds = ["auto", "jack", "pulse", "alsa", "portaudio", "clock"];

function device(value: string): DeviceChoice {
  const [kind, ...name] = value.split(":");
  if (!kinds.includes(kind)) throw new InvalidArgumentError(`expected one of ${kinds.join(", ")}, not "${kind}"`);
  return { kind, name: name.join(":") || undefined } as DeviceChoice;
}
