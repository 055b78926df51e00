/// The seam between networks and the server: packets go in with the client they came from, replies go out through that client.
import type { EngineOptions } from "@heddle/core/engine";
import type { HostControls } from "@heddle/core/osc";
import type { DeviceChoice } from "../devices/index.ts";

/// A client as the server core sees it: one per address or connection, the same object for its life.
export interface ClientLink {
  /// For people: "udp 127.0.0.1:57120".
  readonly name: string;
  /// Takes an encoded packet. Must not throw; a client that is gone ignores it.
  send(packet: Uint8Array): void;
}

/// What networks hand packets to. Nothing here throws.
export interface PacketSink {
  /// Carries out an encoded packet. `arrival` is when it came, in milliseconds of `performance.now()`; now by default. The bytes are not kept.
  receive(packet: Uint8Array, from: ClientLink, arrival?: number): void;
  /// The connection is closed: no more replies, no notifications.
  forget(client: ClientLink): void;
}

/// How a server ended: as it was told to, or because the engine's thread did not come back from its device, and was left behind.
export type ServerEnd = "stopped" | "hung";

/// A server without its networks.
export interface ServerCore extends PacketSink {
  /// What plays, as it was opened. Frames per second and per period.
  readonly device: { readonly name: string; readonly sampleRate: number; readonly period: number };
  /// Resolves when the server has ended, after `/quit` or `stop`, or when the engine's thread hangs.
  readonly ended: Promise<ServerEnd>;
  /// How it fares, volume and levels, recording.
  readonly host: HostControls;
  /// Ends the server as `/quit` does: files being written are completed.
  stop(): Promise<void>;
}

/// Unit generators beside the built-in ones. Kernels do not travel between threads: the compiler's thread loads them itself.
export interface UGenModules {
  /// URL of a module that exports `loadUGens(paths)`, which resolves with a registry.
  readonly loader: string;
  readonly paths: readonly string[];
}

/// How to start one.
export interface ServerOptions {
  /// Sizes of the engine.
  readonly engine?: EngineOptions;
  readonly ugens?: UGenModules;
  /// What plays: by default the first that there is, or the system's clock and no sound.
  readonly device?: DeviceChoice;
  /// What relative paths in commands count from, and the folders that commands may read and write.
  readonly cwd: string;
  readonly allow: readonly string[];
  /// Clients that may register with `/notify`, 64.
  readonly logins?: number;
  /// `/s_new` of a definition that is still being compiled fails, as in scsynth; otherwise it waits.
  readonly strict?: boolean;
  /// Files or folders of definitions to load before the first block.
  readonly definitions?: readonly string[];
  /// A folder where compiled definitions are kept for later processes; made when needed.
  readonly cache?: string;
  /// Takes a line for the console: failures, what Poll and `/g_dumpTree` print.
  readonly post: (text: string) => void;
  /// Told at the end how many garbage collections the engine's thread had while it played.
  readonly onCollections?: (count: number) => void;
}
