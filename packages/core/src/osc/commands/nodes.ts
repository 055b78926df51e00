/// Commands on any node: /n_...
import type { OscArguments } from "../arguments.ts";
import { type CommandTable, type EngineContext, each, type Handler, repeat } from "./command.ts";
import { readControl, readNode, setControl } from "./read.ts";
import { traceNode } from "./tree.ts";

/// Calls `handler` for the groups of `least` or more arguments that follow a node id. The node must exist.
function onNode(least: number, handler: (args: OscArguments, context: EngineContext, node: number) => string | null): Handler {
  return (args, context) => {
    const node = readNode(args, context.engine);
    if (context.engine.nodes.find(node) === 0) return `Node ${node} not found`;
    return repeat(least, args, context, node, handler);
  };
}

/// A count that comes from outside, kept to what any definition can hold.
const count = (args: OscArguments) => Math.max(0, Math.min(args.int(), 1 << 20));

const move = (action: "moveBefore" | "moveAfter") =>
  each(2, (args, { engine }) => {
    const node = readNode(args, engine);
    return engine.nodes[action](node, readNode(args, engine));
  });

const map = (kind: "map" | "mapAudio", counted: boolean) =>
  onNode(counted ? 3 : 2, (args, { engine }, node) => {
    const control = readControl(args);
    const bus = args.int();
    return engine.controls[kind](node, control, bus, counted ? count(args) : 1);
  });

export const nodeCommands: CommandTable = {
  n_trace: { number: 10, run: each(1, (args, { engine, post }) => traceNode(engine, readNode(args, engine), post)) },
  n_free: { number: 11, run: each(1, (args, { engine }) => engine.nodes.free(readNode(args, engine))) },
  n_run: {
    number: 12,
    run: each(1, (args, { engine }) => {
      const node = readNode(args, engine);
      return engine.nodes.run(node, args.int() !== 0);
    }),
  },
  n_cmd: { number: 13, run: () => "Command not found" },
  n_map: { number: 14, run: map("map", false) },
  n_mapn: { number: 48, run: map("map", true) },
  n_mapa: { number: 60, run: map("mapAudio", false) },
  n_mapan: { number: 61, run: map("mapAudio", true) },
  n_set: { number: 15, run: onNode(2, (args, { engine }, node) => setControl(args, engine, node, readControl(args))) },
  n_setn: {
    number: 16,
    run: onNode(3, (args, { engine }, node) => {
      const control = readControl(args);
      return setControl(args, engine, node, control, args.int());
    }),
  },
  n_fill: {
    number: 17,
    run: onNode(3, (args, { engine }, node) => {
      const control = readControl(args);
      const controls = count(args);
      const value = args.float();
      // scsynth takes one argument more and sets the controls to that.
      return engine.controls.fill(node, control, controls, value, args.float());
    }),
  },
  n_before: { number: 18, run: move("moveBefore") },
  n_after: { number: 19, run: move("moveAfter") },
  n_order: {
    number: 62,
    run: (args, { engine }) => {
      const action = args.int();
      const target = readNode(args, engine);
      const ids: number[] = [];
      while (args.left > 0) ids.push(readNode(args, engine));
      return engine.nodes.order(action, target, ids);
    },
  },
  n_query: { number: 46, run: each(1, (args, { engine }) => engine.nodes.query(readNode(args, engine))) },
};
