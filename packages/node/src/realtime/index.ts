/// Servers that play in real time.
export type { ClientLink, PacketSink, ServerCore, ServerEnd, ServerOptions, UGenModules } from "./core.ts";
export { startServer } from "./server.ts";
