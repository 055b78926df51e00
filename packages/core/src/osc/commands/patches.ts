/// Patches in the tree. What a patch is made of does not fit into messages: scripts in the engine's process make it, and this command gives it its
/// place, in the order of all others. From then on it is a node like a synth.
import { type CommandTable, each } from "./command.ts";
import { readNode } from "./read.ts";

export const patchCommands: CommandTable = {
  /// (id, add action, target, number of the patch, name) ...
  heddle_patch: {
    run: each(5, (args, { engine }) => {
      const id = args.int();
      const action = args.int();
      const target = readNode(args, engine);
      return engine.patches.place(args.int(), args.string(), id, action, target);
    }),
  },
};
