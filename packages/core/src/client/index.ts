/// The object-style API of scripts: servers, nodes, buses, buffers, routines.
export { NodeIds, RangeAllocator } from "./allocate.ts";
export { Buffer, type BufferInfo, type FillOptions } from "./buffer.ts";
export { Bus } from "./bus.ts";
export { type Clock, TempoClock, VirtualClock } from "./clock.ts";
export type { Connection } from "./connection.ts";
export * from "./desk/index.ts";
export { defaultGroup, Group, GroupNode, ParGroup, rootGroup } from "./group.ts";
export { type LiveOptions, LiveServer, type ServerStatus } from "./live.ts";
export { type Argument, type ControlValue, type ControlValues, type Message, ServerError, type ValuesFor } from "./message.ts";
export { type AddAction, addActions, Node, type Target } from "./node.ts";
export { type OfflineEngine, OfflineServer } from "./offline.ts";
export { PausableClock } from "./pausableclock.ts";
export { Routine, type RoutineBody } from "./routine.ts";
export { type Definition, type ReplyPattern, Server, type ServerSizes } from "./server.ts";
export { type AnyControls, type Playable, Synth } from "./synth.ts";
export { SystemClock, systemTime, type TimeSource } from "./systemclock.ts";
export { Task } from "./task.ts";
export { formatTree, type NodeTree, readTree } from "./tree.ts";
