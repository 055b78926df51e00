/// What scripts import: unit generators and definitions, servers and what plays on them, rendering.
import { fileURLToPath } from "node:url";
import { Server as LiveServers } from "@heddle/node";

export * from "@heddle/core/client";
export * from "@heddle/core/patch";
export { audio, lag, SynthDef, scalar, synthDef, trig } from "@heddle/core/synthdef";
export * from "@heddle/core/ugens";
export {
  connectTcp,
  connectUdp,
  type InternalOptions,
  InternalServer,
  type LocalOptions,
  LocalServer,
  type RemoteOptions,
  RemoteServer,
  renderScore,
  renderScript,
  Server,
  scoreOf,
  version,
} from "@heddle/node";

// Local servers are this package's own command.
LiveServers.program = [process.execPath, fileURLToPath(new URL("../bin/heddle.mjs", import.meta.url)), "scsynth"];
