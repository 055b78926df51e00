/// `Server` as programs on Node know it: the kinds of servers, and the one that is meant when none is named.
import { Server as AnyServer } from "@heddle/core/client";
import { InternalServer } from "./internal.ts";
import { LocalServer, localProgram } from "./local.ts";
import { type RemoteOptions, RemoteServer } from "./remote.ts";

let local: LocalServer | undefined;
let internal: InternalServer | undefined;

/// ```ts
/// await Server.local.boot();
/// Server.default = Server.local;
/// const synth = await play(() => SinOsc.ar(440).mul(0.1));
/// ```
export abstract class Server extends AnyServer {
  /// A Heddle process on this machine, on scsynth's port; `new LocalServer(options)` makes others.
  static get local(): LocalServer {
    return (local ??= new LocalServer());
  }

  /// An engine in this process; `new InternalServer(options)` makes others.
  static get internal(): InternalServer {
    return (internal ??= new InternalServer());
  }

  /// A server that runs already: Heddle's or SuperCollider's.
  static remote(host: string, port: number, options?: RemoteOptions): RemoteServer {
    return new RemoteServer(host, port, options);
  }

  /// Command and first arguments that start a local server.
  static get program(): readonly string[] {
    return localProgram.command;
  }

  static set program(command: readonly string[]) {
    localProgram.command = command;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof AnyServer;
  }
}
