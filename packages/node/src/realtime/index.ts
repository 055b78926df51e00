/// Servers that play in real time.
export type { ClientLink, ServerCore, ServerOptions } from "./core.ts";
export { InThreadServer } from "./inthread.ts";
export { startServer } from "./server.ts";
export { type LiveOptions, LiveSession } from "./session.ts";
