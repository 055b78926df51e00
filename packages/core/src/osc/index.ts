/// OSC packets and scores, and the server commands. The codec deals in plain data; what commands mean is the business of `commands/`.
export { MessageArguments, type OscArguments } from "./arguments.ts";
export * from "./commands/index.ts";
export { decodePacket } from "./decode.ts";
export { encodePacket, type OscInput, oscMessage } from "./encode.ts";
export * from "./live/index.ts";
export {
  compareTimeTags,
  immediately,
  isBundle,
  type OscBundle,
  OscError,
  type OscMessage,
  type OscPacket,
  type OscValue,
  type TimeTag,
  timeTag,
  timeTagSeconds,
} from "./packet.ts";
export { readScore, type ScoreEntry, ScoreError, writeScore } from "./score.ts";
