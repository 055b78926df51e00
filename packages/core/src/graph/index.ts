/// The graph layer: what runs, in which order, on which wires, how late. Pure: plain data in, plain data out.

// Trees of synths that meet on buses.
export { type BusOrder, checkOrder, type EarlyRead, orderSynths, type TreeOp, type TreeSynth } from "./bus-order.ts";
export { BusSorter } from "./bus-sort.ts";
export { type BusOp, type BusProgram, type BusSynth, busProgram } from "./buses.ts";
// Cases and facts, for tools.
export { type BusCase, CaseError, type EditCase, type GraphCase, readBusCase, readEditCase, readGraphCase } from "./case.ts";
export { type LoopTree, loopTree, maxUniformStep, minCycleLookahead } from "./cycles.ts";
export { minimizeDelayMemory, type Shifts } from "./delay-memory.ts";
export { drawPlan } from "./draw.ts";
export { EarlyReads } from "./early-reads.ts";
export { applyEdits, comparePlans, type Edit, type EditEffect, editEffect } from "./edits.ts";
export { explainNode, explainPlan } from "./explain.ts";
export { busFacts, editFacts, type Facts, graphFacts } from "./facts.ts";
export { type GeneratorSpec, generateGraph } from "./generate.ts";
// Patches: nodes with ports, feedback, latency.
export {
  type ConnectionSpec,
  type GraphError,
  type GraphErrorCode,
  type GraphOptions,
  type GraphSpec,
  InvalidGraphError,
  type Network,
  type NodeFlag,
  type NodeSpec,
  networkOf,
  type PortSpec,
} from "./graph.ts";
export { delayMemory, type Latency } from "./latency.ts";
// Plain graphs, for definitions.
export { leafLevels } from "./levels.ts";
export { type OrderOptions, orderNodes } from "./order.ts";
export { type ParallelPlan, planParallel } from "./parallel.ts";
export { compileGraph, compileNetwork, graphErrors, type Plan } from "./plan.ts";
export { type Schedule, type ScheduleStep, scheduleOf } from "./schedule.ts";
export { type Activation, type ActivationTransaction, activationOf, activeNodes, listenersOf } from "./suspend.ts";
export { assignWires, type LiveRanges, type Wires, wiresNeeded } from "./wires.ts";
export { CyclicOrderError, type Dag, type Work, workOf } from "./work.ts";
