/// Arguments that mean something beyond a number: nodes, controls, values of controls.
import type { Engine } from "../../engine/engine.ts";
import type { OscArguments } from "../arguments.ts";

/// A node id, or a path and the id where it starts: "hn" 1 is the node after the head of group 1.
export function readNode(args: OscArguments, { nodes }: Engine): number {
  if (args.type !== "s") return args.int();
  const path = args.string().replace(/[^htupn]/g, "");
  const start = args.int();
  // A path that leads nowhere names a node that cannot exist.
  return path === "" ? start : (nodes.follow(path, start) ?? -2);
}

/// A control by name or index.
export const readControl = (args: OscArguments): string | number => (args.type === "s" ? args.string() : args.int());

/// Sets a control to the values that follow: a number, a mapping ("c3", "a16", "c" for none), or an array of these for consecutive elements.
/// Counted values (`count` given) come without array brackets.
export function setControl(
  args: OscArguments,
  { controls }: Engine,
  node: number,
  control: string | number,
  count?: number,
): string | null {
  // Without closures: this runs for every message that sets something, on the engine's thread.
  if (count === undefined && args.type !== "[") return setElement(args, controls, node, control, 0);
  const most = count ?? Number.POSITIVE_INFINITY;
  let outcome: string | null = null;
  for (let element = 0, depth = 0; element < most && args.left > 0 && outcome === null; ) {
    const { type } = args;
    // An inner array's brackets do not matter.
    if (count === undefined && (type === "[" || type === "]")) {
      args.skip();
      depth += type === "[" ? 1 : -1;
      if (depth === 0) break;
    } else outcome = setElement(args, controls, node, control, element++);
  }
  return outcome;
}

function setElement(
  args: OscArguments,
  controls: Engine["controls"],
  node: number,
  control: string | number,
  element: number,
): string | null {
  if (args.type !== "s") return controls.set(node, control, args.float(), element);
  const text = args.string();
  // No digits after the letter unmap; anything else is read as C's atoi does.
  const bus = text.length === 1 ? -1 : Number.parseInt(text.slice(1), 10) || 0;
  if (text[0] === "c") return controls.map(node, control, bus, 1, element);
  if (text[0] === "a") return controls.mapAudio(node, control, bus, 1, element);
  return null;
}
