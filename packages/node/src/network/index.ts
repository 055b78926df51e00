/// OSC over UDP, TCP and WebSocket.
export { FrameReader, FramingError, frame } from "./framing.ts";
export { type Network, NetworkError, type NetworkOptions } from "./network.ts";
export { openTcp, type TcpOptions } from "./tcp.ts";
export { openUdp } from "./udp.ts";
export { openWebSocket, type WebSocketOptions } from "./websocket.ts";
export { Opcode, WebSocketError, WebSocketReader, webSocketFrame } from "./websocket-frames.ts";
