/// What a server command is: a name, scsynth's number for it, and a handler over the engine.

import type { Buffers } from "../../engine/buffers.ts";
import type { Definitions } from "../../engine/definitions.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Nodes } from "../../engine/nodes.ts";
import type { CompiledDefinition, Target } from "../../synthdef/abi.ts";
import type { OscArguments } from "../arguments.ts";
import type { OscInput } from "../encode.ts";
import type { Clients } from "./clients.ts";
import type { ServerFiles } from "./files.ts";
import type { HostControls } from "./host.ts";
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

/// What every handler may touch.
interface Context {
  readonly sender: Sender;
  /// Writes a line to the server's console.
  post(text: string): void;
}

/// What the handlers of commands to the engine may touch: all that lives on its thread, where it has one of its own.
export interface EngineContext extends Context {
  readonly engine: Engine;
  readonly session: EngineSession;
}

/// The engine as commands beside it see it. Where the engine has a thread of its own, sample buffers are prepared here and handed over.
export interface EngineFace {
  readonly target: Target;
  readonly nodes: Pick<Nodes, "unitCount" | "synthCount" | "groupCount">;
  readonly definitions: Pick<Definitions, "count">;
  readonly buffers: SampleBuffers;
}

export type SampleBuffers = Pick<Buffers, keyof Buffers>;

/// What the handlers of commands beside the engine may touch.
export interface BesideContext extends Context {
  readonly engine: EngineFace;
  readonly files: ServerFiles;
  /// Turns a SynthDef file into definitions that fit the engine. Throws what is wrong with it.
  compile(file: Uint8Array): Promise<readonly CompiledDefinition[]> | readonly CompiledDefinition[];
  /// Gives the engine a definition.
  install(definition: CompiledDefinition): void;
  readonly streams: Streams;
  /// Resolves when every asynchronous command begun before is done.
  settled(): Promise<void>;
  readonly session: BesideSession;
}

/// Everything: of a server whose engine has no thread of its own.
export interface CommandContext extends EngineContext, BesideContext {
  readonly engine: Engine;
  readonly session: Session;
}

/// The part of a session that the engine's commands need.
export interface EngineSession {
  readonly clients: Pick<Clients, "notify">;
  /// Whether failures are told: in general, and until the end of the bundle where that says otherwise.
  readonly errors: { everywhere: boolean; bundle: boolean | undefined };
  /// Drops everything that waits for its time.
  clearSchedule(): void;
}

/// The part of a session that the commands beside the engine need: clients, console modes, the server's life.
export interface BesideSession {
  readonly clients: Clients;
  /// 0 none, 1 parsed, 2 hexadecimal, 3 both.
  dumpMode: number;
  quit(): void;
  /// Average and peak load of the engine's thread in percent, and its measured sample rate.
  load(): { readonly average: number; readonly peak: number; readonly sampleRate: number };
  /// Commands that `/cmd` finds, by name.
  readonly plugins: ReadonlyMap<string, BesideHandler>;
  /// What drives the engine in real time, where something does.
  readonly host?: HostControls;
}

/// The side of a server that is not sound.
export interface Session extends EngineSession, BesideSession {
  readonly clients: Clients;
}

export type Handler = (args: OscArguments, context: EngineContext) => Result;
export type BesideHandler = (args: OscArguments, context: BesideContext) => Result | Promise<Result>;

/// Carried out by the engine's thread, in its turn.
export interface EngineCommand {
  /// scsynth's number for it; none for commands scsynth does not have.
  readonly number?: number;
  readonly beside?: undefined;
  readonly done?: undefined;
  readonly run: Handler;
}

/// Carried out beside the engine, begun in its turn: what takes time, and what is about clients and files.
export interface BesideCommand {
  readonly number?: number;
  readonly beside: true;
  /// Answers `/done` when it has been carried out, and then runs a completion message: its last argument. Buffer commands name their buffer.
  readonly done?: "plain" | "buffer";
  readonly run: BesideHandler;
}

export type Command = EngineCommand | BesideCommand;

/// Commands by name, without the slash.
export type CommandTable = Readonly<Record<string, Command>>;

/// Repeats `handler` as long as there are at least `least` arguments; a shorter rest is ignored. The first failure ends it, and what was done
/// stays done.
export function each(least: number, handler: Handler): Handler {
  return (args, context) => repeat(least, args, context, 0, handler);
}

/// The same for a handler with a subject that was read before: a node, a buffer. A loop and no closure, since it runs on the engine's thread.
export function repeat(
  least: number,
  args: OscArguments,
  context: EngineContext,
  subject: number,
  handler: (args: OscArguments, context: EngineContext, subject: number) => Result,
): Result {
  while (args.left >= least) {
    const result = handler(args, context, subject);
    if (result !== null) return result;
  }
  return null;
}
