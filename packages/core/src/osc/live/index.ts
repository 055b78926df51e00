/// A server whose engine has a thread of its own: what runs on either side, and the records between them.
export type { DeliveredDefinition, DeliveredLanes, Delivery } from "./delivery.ts";
export { Performer, type PerformerParts } from "./performer.ts";
export { PreparedBuffers } from "./prepared.ts";
export { type Lateness, type Link, LiveServer, type LiveServerParts } from "./server.ts";
