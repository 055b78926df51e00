/// Every server command, by name and by number.
import { bufferCommands } from "./buffers.ts";
import { busCommands } from "./buses.ts";
import type { Command } from "./command.ts";
import { definitionCommands } from "./definitions.ts";
import { groupCommands } from "./groups.ts";
import { hostCommands } from "./host.ts";
import { miscCommands } from "./misc.ts";
import { nodeCommands } from "./nodes.ts";
import { orderCommands } from "./order.ts";
import { patchCommands } from "./patches.ts";
import { synthCommands } from "./synths.ts";

/// A command with the name that replies give it.
export type NamedCommand = Command & { readonly name: string };

const families = [
  miscCommands,
  definitionCommands,
  synthCommands,
  nodeCommands,
  groupCommands,
  orderCommands,
  patchCommands,
  busCommands,
  bufferCommands,
  hostCommands,
];

export const commands: readonly NamedCommand[] = families.flatMap((family) =>
  Object.entries(family).map(([name, command]) => ({ ...command, name: `/${name}` })),
);

const byName = new Map(commands.map((command) => [command.name.slice(1), command]));
const byNumber = new Map(commands.filter(({ number }) => number !== undefined).map((command) => [command.number!, command]));

/// The command of an OSC address: its name with or without slash, or its number.
export function findCommand(address: string | number): NamedCommand | undefined {
  if (typeof address === "number") return byNumber.get(address);
  return byName.get(address.startsWith("/") ? address.slice(1) : address);
}
