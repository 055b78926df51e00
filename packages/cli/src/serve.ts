/// A server that plays, from its start to its end: networks around a core, the lines that clients wait for, signals.
import { randomBytes } from "node:crypto";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { encodePacket, oscMessage } from "@heddle/core/osc";
import {
  type Network,
  NetworkError,
  type NetworkOptions,
  openTcp,
  openUdp,
  openWebSocket,
  type ServerCore,
  startServer,
} from "@heddle/node";
import { definitionFolders } from "./folders.ts";
import { liveUGens } from "./live.ts";
import type { LiveFlags, ScsynthFlags } from "./scsynth-flags.ts";

/// Plays until `/quit` or a signal. Returns the exit code: 1 also when the engine's thread hangs in its device. Everything is printed on
/// standard output, as scsynth does.
export async function serve(flags: ScsynthFlags): Promise<number> {
  const { engine, live, verbosity, restricted, allow, loadDefinitions, cache } = flags;
  const post = verbosity <= -2 ? () => {} : print;
  const inform = verbosity <= -1 ? () => {} : print;
  const core = await startServer({
    engine,
    ugens: await liveUGens(flags.ugens),
    cache,
    post,
    cwd: process.cwd(),
    allow: restricted === undefined ? [...ownFolders(), ...allow] : [restricted, ...allow],
    logins: live.logins,
    strict: live.strict,
  });
  const networks: Network[] = [];
  const stop = () => void core.stop();
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    if (loadDefinitions) for (const folder of definitionFolders()) core.receive(encodePacket(oscMessage("/d_loadDir", folder)), nobody);
    await open(live, core, networks, { post, inform });
    inform("SuperCollider 3 server ready.");
    return (await core.ended) === "stopped" ? 0 : 1;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    print(`\n*** ERROR: ${error.message}`);
    return 1;
  } finally {
    await core.stop();
    await Promise.all(networks.map((network) => network.close()));
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

const nobody = { name: "startup", send: () => {} };

/// What a server that plays may touch unless `-P` says otherwise: where clients leave files for it, and where SuperCollider keeps its own.
function ownFolders(): string[] {
  const home = homedir();
  const owned = ["Music", ".local/share/SuperCollider"].map((name) => join(home, name));
  return [process.cwd(), tmpdir(), "/tmp", ...owned, "/usr/share/SuperCollider", ...definitionFolders()];
}

interface Console {
  readonly post: (text: string) => void;
  readonly inform: (text: string) => void;
}

async function open(live: LiveFlags, core: ServerCore, networks: Network[], { post, inform }: Console): Promise<void> {
  const { address, udp, tcp, websocket, logins, password, origins } = live;
  const on = (port: number): NetworkOptions => ({ core, address, port, post });
  if (udp !== undefined) networks.push(await openUdp(on(udp)));
  if (tcp !== undefined) networks.push(await openTcp({ ...on(tcp), logins, password }));
  if (websocket === undefined) return;
  const token = live.token ?? randomBytes(16).toString("hex");
  const network = await openWebSocket({ ...on(websocket), logins, token, origins });
  networks.push(network);
  inform(`WebSocket: ws://${address}:${network.port}/?token=${token}`);
}

/// Clients read lines through a pipe: each goes out at once.
function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
