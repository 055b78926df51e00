export { version } from "@heddle/core";
export * from "./offline/index.ts";
export * from "./picture/index.ts";
export * from "./soundfile/index.ts";
