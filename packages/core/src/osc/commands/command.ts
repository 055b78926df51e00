/// What a server command is: a name, scsynth's number for it, and a handler over the engine.

import type { Engine } from "../../engine/engine.ts";
import type { CompiledDefinition } from "../../synthdef/abi.ts";
import type { OscArguments } from "../arguments.ts";
import type { OscInput } from "../encode.ts";
import type { Clients } from "./clients.ts";
import type { ServerFiles } from "./files.ts";
import type { Streams } from "./streams.ts";

/// What a command came to: null or nothing when it was done, otherwise SuperCollider's text for what went wrong, with the number of the
/// buffer or client where the reply names one. The empty text tells nobody anything, as scsynth sometimes does.
export type Result = string | null | Failure;

export interface Failure {
  readonly text: string;
  readonly id: number;
}

/// Who sent a command, and where replies go.
export interface Sender {
  reply(address: string, ...args: OscInput[]): void;
}

/// Everything a handler may touch.
export interface CommandContext {
  readonly engine: Engine;
  readonly files: ServerFiles;
  readonly sender: Sender;
  /// Writes a line to the server's console.
  post(text: string): void;
  /// Turns a SynthDef file into definitions that fit the engine. Throws what is wrong with it.
  compile(file: Uint8Array): Promise<readonly CompiledDefinition[]> | readonly CompiledDefinition[];
  readonly streams: Streams;
  /// Resolves when every asynchronous command begun before is done.
  settled(): Promise<void>;
  readonly session: Session;
}

/// The side of a server that is not sound: clients, console modes, the schedule.
export interface Session {
  readonly clients: Clients;
  /// 0 none, 1 parsed, 2 hexadecimal, 3 both.
  dumpMode: number;
  /// Whether failures are told: in general, and until the end of the bundle where that says otherwise.
  readonly errors: { everywhere: boolean; bundle: boolean | undefined };
  /// Drops everything that waits for its time.
  clearSchedule(): void;
  quit(): void;
  /// Average and peak load of the engine's thread in percent, and its measured sample rate.
  load(): { readonly average: number; readonly peak: number; readonly sampleRate: number };
  /// Commands that `/cmd` finds, by name.
  readonly plugins: ReadonlyMap<string, Handler>;
}

export type Handler = (args: OscArguments, context: CommandContext) => Result | Promise<Result>;

export interface Command {
  /// scsynth's number for it; none for commands scsynth does not have.
  readonly number?: number;
  readonly run: Handler;
  /// Answers `/done` when it has been carried out, and then runs a completion message: its last argument. Buffer commands name their buffer.
  readonly done?: "plain" | "buffer";
}

/// Commands by name, without the slash.
export type CommandTable = Readonly<Record<string, Command>>;

/// Repeats `handler` as long as there are at least `least` arguments; a shorter rest is ignored. The first failure ends it, and what was done
/// stays done.
export function each(
  least: number,
  handler: (args: OscArguments, context: CommandContext) => Result,
): (args: OscArguments, context: CommandContext) => Result {
  return (args, context) => {
    while (args.left >= least) {
      const result = handler(args, context);
      if (result !== null) return result;
    }
    return null;
  };
}
