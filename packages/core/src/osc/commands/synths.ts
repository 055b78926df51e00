/// Commands that make synths and ask them: /s_...
import type { Engine } from "../../engine/engine.ts";
import type { OscArguments } from "../arguments.ts";
import type { OscInput } from "../encode.ts";
import { type CommandTable, type EngineContext, each, type Handler } from "./command.ts";
import { readControl, readNode, setControl } from "./read.ts";

/// `/s_new` and `/s_newargs` differ in how values follow a control, and in when a replaced node gives up its id.
function newSynth(counted: boolean): Handler {
  return (args, { engine, post }) => {
    if (args.type !== "s" && args.type !== "?") return "wrong argument type";
    const name = args.string();
    const id = args.int();
    const action = args.int();
    const outcome = engine.nodes.newSynth(name, id, action, readNode(args, engine), counted);
    if (outcome !== null) {
      if (!engine.definitions.find(name)) post(`*** ERROR: SynthDef ${name} not found`);
      return outcome;
    }
    const synth = engine.nodes.newestId;
    while (args.left >= 2) {
      const control = readControl(args);
      setControl(args, engine, synth, control, counted ? args.int() : undefined);
    }
    return null;
  };
}

/// A reply holds at most this many values, as scsynth's of 64 kB.
const mostValues = 8192;

/// Answers with a synth's own values: `/n_set id, control, value ...` or `/n_setn id, control, count, values ...`.
function getControls(counted: boolean): Handler {
  return (args, { engine, sender }) => {
    const synth = readNode(args, engine);
    if (engine.controls.get(synth, 0) === undefined) return `Node ${synth} not found`;
    const values: OscInput[] = [];
    while (args.left > 0) {
      const control = readControl(args);
      const count = counted ? Math.max(0, args.int()) : 1;
      if (values.length + count > mostValues) return "buffer overflow";
      values.push(control, ...(counted ? [count] : []), ...elements(engine, synth, control, count));
    }
    sender.reply(counted ? "/n_setn" : "/n_set", synth, ...values);
    return null;
  };
}

const elements = (engine: Engine, synth: number, control: string | number, count: number): OscInput[] =>
  Array.from({ length: count }, (_, k) => ({ type: "f", value: engine.controls.get(synth, control, k) ?? 0 }));

/// Commands to single units. None of the units here takes any; the node must still exist.
function unitCommand(args: OscArguments, { engine }: EngineContext): string {
  const node = readNode(args, engine);
  return engine.nodes.find(node) === 0 ? `Node ${node} not found` : "failed";
}

export const synthCommands: CommandTable = {
  s_new: { number: 9, run: newSynth(false) },
  s_newargs: { number: 59, run: newSynth(true) },
  s_get: { number: 44, run: getControls(false) },
  s_getn: { number: 45, run: getControls(true) },
  s_noid: {
    number: 49,
    run: each(1, (args, { engine }) => {
      engine.nodes.hide(readNode(args, engine));
      return null;
    }),
  },
  u_cmd: { number: 20, run: unitCommand },
};
