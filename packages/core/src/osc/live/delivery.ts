/// What the engine's thread is given of definitions: by message port, since code cannot travel in rings.
import type { CompiledDefinition } from "../../synthdef/abi.ts";

/// A definition, and the number under which code for packs of four can be asked for.
export type DeliveredDefinition = Omit<CompiledDefinition, "laneModule"> & { readonly key: number };

/// Something for the host's side of the engine's thread.
export interface DeliveredToHost {
  readonly host: unknown;
}

export type Delivery = DeliveredDefinition | DeliveredLanes | DeliveredToHost;

export interface DeliveredLanes {
  readonly key: number;
  readonly lanes: WebAssembly.Module;
}
