/// The node tree as replies and as text.
import type { Engine } from "../../engine/engine.ts";
import { type ControlState, queryTree as readTree, type TreeEntry } from "../../engine/query.ts";
import type { OscInput } from "../encode.ts";

const shown = ({ mapping, value }: ControlState): string | number => (mapping ? `${mapping.kind}${mapping.bus}` : value);

/// Arguments of a `/g_queryTree.reply`, or the text of a failure.
export function queryTree(engine: Engine, groupId: number, withControls: boolean): OscInput[] | string {
  const entries = readTree(engine, groupId);
  if (!entries) return `Group ${groupId} not found`;
  return [withControls ? 1 : 0, ...entries.flatMap((entry) => entryArguments(entry, withControls))];
}

function entryArguments(entry: TreeEntry, withControls: boolean): OscInput[] {
  if ("children" in entry) return [entry.id, entry.children];
  const { id, definition, controls } = entry;
  if (!withControls) return [id, -1, definition];
  const pairs = controls.flatMap((state): OscInput[] => [state.control, state.mapping ? shown(state) : { type: "f", value: state.value }]);
  return [id, -1, definition, controls.length, ...pairs];
}

/// Posts the nodes in a group, one to a line, in scsynth's form.
export function dumpTree(engine: Engine, groupId: number, withControls: boolean, post: (line: string) => void): string | null {
  const entries = readTree(engine, groupId);
  if (!entries) return `Group ${groupId} not found`;
  // Children that are still to come in each group around the next entry.
  const open: number[] = [];
  for (const entry of entries) {
    while (open.at(-1) === 0) open.pop();
    const indent = "   ".repeat(open.length);
    if (open.length > 0) open[open.length - 1]--;
    if ("children" in entry) {
      post(indent === "" ? `NODE TREE Group ${entry.id}` : `${indent}${entry.id} group`);
      open.push(entry.children);
    } else {
      post(`${indent}${entry.id} ${entry.definition}`);
      if (withControls && entry.controls.length > 0) post(`${indent}  ${describe(entry.controls)}`);
    }
  }
  return null;
}

const describe = (controls: readonly ControlState[]) => controls.map((state) => ` ${state.control}: ${shown(state)}`).join("");

/// Posts what there is to say of one node.
export function traceNode(engine: Engine, id: number, post: (line: string) => void): string | null {
  const group = readTree(engine, id);
  if (group) {
    post(`TRACE ${id}  group of ${group.length - 1} nodes`);
    return null;
  }
  const synth = readTree(engine, 0)?.find((entry) => entry.id === id);
  if (!synth || "children" in synth) return `Node ${id} not found`;
  post(`TRACE ${id}  ${synth.definition} ${describe(synth.controls)}`);
  return null;
}
