/// The render loop and everything it touches: memory, node tree, buses, sample buffers, definitions.
export { type BufferGenerator, type BufferInfo, Buffers, type SampleRegion } from "./buffers.ts";
export { Buses } from "./buses.ts";
export { Controls, type Mapping } from "./controls.ts";
export { type Definition, Definitions } from "./definitions.ts";
export { Engine, type Fault } from "./engine.ts";
export { type EventListener, Events, NodeEvent, type NodeEventKind } from "./events.ts";
export type { Outcome } from "./failures.ts";
export * as failures from "./failures.ts";
export type { DiskService } from "./host.ts";
export { type ConstantTable, defaultOptions, type EngineOptions, layOut } from "./layout.ts";
export { BlockLoop, type LoopOptions } from "./loop.ts";
export { MainLoop, type Poll, type Prepared, type Results, type Timer, type Waitable } from "./mainloop.ts";
export { AddAction, anyId, Nodes } from "./nodes.ts";
export { type OfflineOptions, type OfflineResult, renderOffline, type TimedJob } from "./offline.ts";
export { earlyReads, feedbackIn, OrderWatch } from "./ordercheck.ts";
export { type ControlState, queryTree, type TreeEntry } from "./query.ts";
export { RingReader, RingWriter, ringBytes } from "./ring.ts";
export { NodeState, rootId } from "./tree.ts";
