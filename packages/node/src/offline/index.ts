/// Offline rendering of scores and scripts.
export { FolderFiles } from "./files.ts";
export { type DefinitionCost, type NodeCost, type ProfileReport, profileScore } from "./profile.ts";
export { type RenderOptions, renderScore } from "./render.ts";
export type { OrderWarning, Progress, RenderReport, RenderSettings } from "./run.ts";
export { renderScript, type ScriptOptions, scoreOf } from "./script.ts";
export { RenderError } from "./session.ts";
export type { BlockListener } from "./sound.ts";
