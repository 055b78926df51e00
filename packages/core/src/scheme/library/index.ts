/// Every builtin, in one list.
import type { Definition } from "../definition.ts";
import { access } from "./access.ts";
import { control } from "./control.ts";
import { environments } from "./environments.ts";
import { formatting } from "./format.ts";
import { iterators } from "./iterators.ts";
import { lists } from "./lists.ts";
import { numbers } from "./numbers/index.ts";
import { ports } from "./ports.ts";
import { sequences } from "./sequences.ts";
import { strings } from "./strings.ts";
import { system } from "./system.ts";
import { vectors } from "./vectors.ts";

/// Families as the reference shows them.
export const families: Record<string, Definition[]> = {
  control,
  numbers,
  lists,
  strings,
  vectors,
  sequences,
  environments,
  access,
  iterators,
  ports,
  format: formatting,
  system,
};

export const builtins: Definition[] = Object.values(families).flat();
