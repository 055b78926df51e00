/// The graph layer: what runs, in which order, on which wires, how late.
export { leafLevels } from "./levels.ts";
export { type OrderOptions, orderNodes } from "./order.ts";
export { assignWires, type LiveRanges, type Wires, wiresNeeded } from "./wires.ts";
export { CyclicOrderError, type Dag, type Work, workOf } from "./work.ts";
