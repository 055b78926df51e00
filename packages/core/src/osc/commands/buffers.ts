/// Commands on sample buffers: /b_... that need no file.
import { indexOutOfRange } from "../../engine/failures.ts";
import type { OscArguments } from "../arguments.ts";
import type { OscInput } from "../encode.ts";
import { fileCommands } from "./bufferfiles.ts";
import { float, mostValues, readValues } from "./buses.ts";
import { type CommandTable, type EngineContext, type Handler, type Result, repeat } from "./command.ts";

/// Calls `handler` for the groups of `least` or more arguments that follow a buffer number.
function onBuffer(least: number, handler: (args: OscArguments, context: EngineContext, buffer: number) => Result): Handler {
  return (args, context) => repeat(least, args, context, args.int(), handler);
}

/// Arguments of a generator: numbers and names up to the completion message.
function generatorArguments(args: OscArguments): (number | string)[] {
  const values: (number | string)[] = [];
  while (args.left > 0 && args.type !== "b") values.push(args.type === "s" ? args.string() : args.float());
  return values;
}

export const bufferCommands: CommandTable = {
  ...fileCommands,
  b_alloc: {
    number: 28,
    beside: true,
    done: "buffer",
    run: (args, { engine, post }) => {
      const buffer = args.int();
      const frames = args.int();
      const channels = args.int(1);
      if (args.type === "b" || args.type === "i" || args.type === "N") args.skip();
      const rate = args.float();
      const outcome = engine.buffers.allocate(buffer, frames, channels, rate > 0 ? rate : undefined);
      if (outcome !== null) post("/b_alloc: memory allocation failed");
      return outcome;
    },
  },
  b_zero: { number: 34, beside: true, done: "buffer", run: (args, { engine }) => engine.buffers.zero(args.int()) },
  b_set: { number: 35, run: onBuffer(2, (args, { engine }, buffer) => engine.buffers.set(buffer, args.int(), args.float())) },
  b_setn: {
    number: 36,
    run: onBuffer(2, (args, { engine }, buffer) => {
      const start = args.int();
      return engine.buffers.setAll(buffer, start, readValues(args, args.int()));
    }),
  },
  b_fill: { number: 37, run: onBuffer(3, (args, { engine }, buffer) => engine.buffers.fill(buffer, args.int(), args.int(), args.float())) },
  b_gen: {
    number: 38,
    beside: true,
    done: "buffer",
    run: (args, { engine }) => {
      const buffer = args.int();
      if (args.type !== "s" && args.type !== "?") return "wrong argument type";
      const name = args.string();
      return engine.buffers.generate(buffer, name, generatorArguments(args));
    },
  },
  b_get: {
    number: 42,
    run: (args, { engine, sender }) => {
      const buffer = args.int();
      const values: OscInput[] = [];
      while (args.left > 0) {
        const index = args.int();
        const value = engine.buffers.get(buffer, index);
        if (value === undefined) return indexOutOfRange;
        values.push(index, float(value));
      }
      sender.reply("/b_set", buffer, ...values);
      return null;
    },
  },
  b_getn: {
    number: 43,
    run: (args, { engine, sender }) => {
      const buffer = args.int();
      const values: OscInput[] = [];
      while (args.left > 0) {
        const start = args.int();
        const count = Math.max(0, args.int());
        // As in scsynth the last one must exist, even where none is asked for.
        const samples = start + count > 0 ? engine.buffers.getAll(buffer, start, count) : undefined;
        if (!samples) return indexOutOfRange;
        if (values.length + count > mostValues) return "buffer overflow";
        values.push(start, count, ...Array.from(samples, float));
      }
      sender.reply("/b_setn", buffer, ...values);
      return null;
    },
  },
  b_query: {
    number: 47,
    run: (args, { engine, sender }) => {
      const values: OscInput[] = [];
      while (args.left > 0) {
        const buffer = args.int();
        const { frames, channels, sampleRate } = engine.buffers.info(buffer);
        values.push(buffer, frames, channels, float(sampleRate));
      }
      sender.reply("/b_info", ...values);
      return null;
    },
  },
  /// The rate that a buffer is said to have; 0 for the server's. Not in scsynth 3.13, later versions have it.
  b_setSampleRate: {
    beside: true,
    run: (args, { engine }) => {
      const buffer = args.int();
      const rate = args.float();
      const { channels } = engine.buffers.info(buffer);
      return engine.buffers.overwrite(buffer, 0, new Float32Array(0), channels, rate > 0 ? rate : engine.target.sampleRate);
    },
  },
};
