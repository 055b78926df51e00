/// Commands on groups: /g_... and /p_new.
import { type CommandTable, each } from "./command.ts";
import { readNode } from "./read.ts";
import { dumpTree, queryTree } from "./tree.ts";

/// (id, add action, target) ...
const newGroup = each(1, (args, { engine }) => {
  const id = args.int();
  const action = args.int();
  return engine.nodes.newGroup(id, action, readNode(args, engine));
});

/// (group, node) ...
const moveInto = (action: "moveToHead" | "moveToTail") =>
  each(2, (args, { engine }) => {
    const group = readNode(args, engine);
    return engine.nodes[action](group, readNode(args, engine));
  });

export const groupCommands: CommandTable = {
  g_new: { number: 21, run: newGroup },
  /// A group whose children may run in parallel.
  p_new: { number: 63, run: newGroup },
  g_head: { number: 22, run: moveInto("moveToHead") },
  g_tail: { number: 23, run: moveInto("moveToTail") },
  g_freeAll: { number: 24, run: each(1, (args, { engine }) => engine.nodes.freeAll(readNode(args, engine))) },
  g_deepFree: { number: 50, run: each(1, (args, { engine }) => engine.nodes.deepFree(readNode(args, engine))) },
  g_dumpTree: {
    number: 56,
    run: each(1, (args, { engine, post }) => {
      const group = readNode(args, engine);
      return dumpTree(engine, group, args.int() !== 0, post);
    }),
  },
  g_queryTree: {
    number: 57,
    run: each(1, (args, { engine, sender }) => {
      const group = readNode(args, engine);
      const reply = queryTree(engine, group, args.int() !== 0);
      if (typeof reply === "string") return reply;
      sender.reply("/g_queryTree.reply", ...reply);
      return null;
    }),
  },
};
