export { version } from "@heddle/core";
export * from "./picture/index.ts";
export * from "./soundfile/index.ts";
