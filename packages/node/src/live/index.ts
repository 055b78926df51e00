/// Servers that play now, from Node: in this process, in one of their own, or somewhere on the network.
export { type InternalOptions, InternalServer } from "./internal.ts";
export { type LocalOptions, LocalServer } from "./local.ts";
export { type RemoteOptions, RemoteServer } from "./remote.ts";
export { performScore } from "./score.ts";
export { Server } from "./server.ts";
export { connectTcp } from "./tcp.ts";
export { connectUdp } from "./udp.ts";
