/// The desk: volume, recording, scope, mixing strips, and `play`, made of definitions and messages, so that they work on any server.
export { Channel, type ChannelOptions, type Send, type SendOptions } from "./channel.ts";
export { type PlayControls, type PlayOptions, play } from "./play.ts";
export { Recorder, type RecordOptions } from "./recorder.ts";
export { Scope, type ScopeOptions } from "./scope.ts";
export { Volume } from "./volume.ts";
