export { version } from "@heddle/core";
export * from "./live/index.ts";
export * from "./offline/index.ts";
export * from "./picture/index.ts";
export type { ClientLink, ServerCore, ServerOptions } from "./realtime/core.ts";
export * from "./soundfile/index.ts";
