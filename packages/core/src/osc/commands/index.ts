/// The server commands of scsynth over an engine.

export { Clients } from "./clients.ts";
export type {
  BesideContext,
  BesideHandler,
  BesideSession,
  Command,
  CommandContext,
  CommandTable,
  EngineContext,
  EngineFace,
  Failure,
  Handler,
  Result,
  SampleBuffers,
  Sender,
  Session,
} from "./command.ts";
export { FileError, noFiles, type ServerFiles, type SoundReader, type SoundWriter } from "./files.ts";
export type { Counters, HostControls, Level, RecordingOptions } from "./host.ts";
export { serverVersion } from "./misc.ts";
export { notifications } from "./notifications.ts";
export { printPacket } from "./print.ts";
export { CommandServer, type CommandServerParts } from "./server.ts";
export { diskRequest, Streams } from "./streams.ts";
export { commands, findCommand, type NamedCommand } from "./table.ts";
