/// Order of execution: auto groups and the order check. scsynth has none of these commands; their names begin with what it will never use.
import type { Engine } from "../../engine/engine.ts";
import { earlyReads, feedbackIn } from "../../engine/ordercheck.ts";
import type { EarlyRead } from "../../graph/bus-order.ts";
import type { OscInput } from "../encode.ts";
import { type CommandTable, each, type Handler } from "./command.ts";
import { readNode } from "./read.ts";

/// Reader, definition, rate, bus, writer, definition, and 1 where they hear each other.
const fieldsOf = ({ reader, writer, bus, rate, feedback }: EarlyRead): OscInput[] => [
  reader.id,
  reader.name,
  rate,
  bus,
  writer.id,
  writer.name,
  feedback ? 1 : 0,
];

/// (group): the reply has the group, then seven fields for each read that comes too early.
const report = (address: string, find: (engine: Engine, group: number) => readonly EarlyRead[]): Handler =>
  each(1, (args, { engine, sender }) => {
    const group = readNode(args, engine);
    if (engine.nodes.findGroup(group) === 0) return `Group ${group} not found`;
    sender.reply(address, group, ...find(engine, group).flatMap(fieldsOf));
    return null;
  });

export const orderCommands: CommandTable = {
  /// (id, add action, target) ...: makes groups, as /g_new does, that keep their nodes in the order the buses ask for.
  heddle_autoGroup: {
    run: each(1, (args, { engine }) => {
      const id = args.int();
      const action = args.int();
      return engine.nodes.newGroup(id, action, readNode(args, engine)) ?? engine.autoGroups.make(id);
    }),
  },
  /// (node, flag) ...: in a loop of nodes that hear each other this one runs first, and hears the block before.
  heddle_late: {
    run: each(2, (args, { engine }) => {
      const node = readNode(args, engine);
      return engine.autoGroups.setLate(node, args.int() !== 0);
    }),
  },
  /// Every synth in the group that hears silence because it reads a bus before another one writes it.
  heddle_checkOrder: { run: report("/heddle_checkOrder.reply", earlyReads) },
  /// The loops in an auto group: who hears the block before, and from whom.
  heddle_feedback: { run: report("/heddle_feedback.reply", feedbackIn) },
};
