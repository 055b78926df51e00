/// Commands on control buses: /c_...
import { indexOutOfRange } from "../../engine/failures.ts";
import type { OscArguments } from "../arguments.ts";
import type { OscInput } from "../encode.ts";
import { type CommandTable, each } from "./command.ts";

/// As many values as the message says and holds.
export function readValues(args: OscArguments, count: number): number[] {
  const values: number[] = [];
  while (values.length < count && args.left > 0) values.push(args.float());
  return values;
}

export const float = (value: number): OscInput => ({ type: "f", value });

export const busCommands: CommandTable = {
  c_set: { number: 25, run: each(2, (args, { engine }) => engine.buses.set(args.int(), args.float())) },
  c_setn: {
    number: 26,
    run: each(2, (args, { engine }) => {
      const bus = args.int();
      return engine.buses.setAll(bus, readValues(args, args.int()));
    }),
  },
  c_fill: { number: 27, run: each(3, (args, { engine }) => engine.buses.fill(args.int(), args.int(), args.float())) },
  c_get: {
    number: 40,
    run: (args, { engine, sender }) => {
      const values: OscInput[] = [];
      while (args.left > 0) {
        const bus = args.int();
        const value = engine.buses.get(bus);
        if (value === undefined) return indexOutOfRange;
        values.push(bus, float(value));
      }
      sender.reply("/c_set", ...values);
      return null;
    },
  },
  c_getn: {
    number: 41,
    run: (args, { engine, sender }) => {
      const values: OscInput[] = [];
      while (args.left > 0) {
        const bus = args.int();
        const count = Math.max(0, args.int());
        if (values.length + count > mostValues) return "buffer overflow";
        // As in scsynth the last one must exist, even where none is asked for.
        if (bus + count <= 0 || !engine.buses.exist(bus, count)) return indexOutOfRange;
        values.push(bus, count, ...Array.from({ length: count }, (_, k) => float(engine.buses.get(bus + k)!)));
      }
      sender.reply("/c_setn", ...values);
      return null;
    },
  },
};

/// A reply holds at most this many values, as scsynth's of 64 kB.
export const mostValues = 8192;
