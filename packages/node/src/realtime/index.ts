/// Servers that play in real time.
export type { ClientLink, ServerCore, ServerOptions } from "./core.ts";
export { startServer } from "./server.ts";
