export { version } from "@heddle/core";
export { FolderCodeStore } from "./codestore.ts";
export { type DeviceChoice, DeviceError, diagnose, listDevices } from "./devices/index.ts";
export * from "./live/index.ts";
export * from "./network/index.ts";
export * from "./offline/index.ts";
export * from "./picture/index.ts";
export * from "./realtime/index.ts";
export * from "./soundfile/index.ts";
