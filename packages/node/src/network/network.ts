/// What the three networks have in common: where they listen, what they accept, how they end.
import type { PacketSink } from "../realtime/core.ts";

export interface NetworkOptions {
  readonly core: PacketSink;
  /// 127.0.0.1 unless the user says otherwise.
  readonly address: string;
  /// 0 lets the system choose.
  readonly port: number;
  /// Takes a line for the console.
  readonly post: (text: string) => void;
}

export interface Network {
  readonly port: number;
  close(): Promise<void>;
}

/// A port cannot be opened. The message is one for people, as scsynth words it.
export class NetworkError extends Error {
  readonly code = "network/unavailable";

  constructor(kind: string, cause: NodeJS.ErrnoException) {
    const inUse = cause.code === "EADDRINUSE";
    const advice = [
      "This could be because another instance of scsynth is already using it.",
      "You can use SuperCollider (sclang) to kill all running servers by running `Server.killAll`.",
      "You can also kill scsynth using a terminal or your operating system's task manager.",
    ];
    const head = `failed to open ${kind} socket: ${inUse ? "address in use." : cause.message}`;
    super([head, ...(inUse ? advice : [])].join("\n"), { cause });
    this.name = "NetworkError";
  }
}

/// As scsynth reads a port: its low 16 bits.
export const portNumber = (value: number): number => value & 0xffff;
