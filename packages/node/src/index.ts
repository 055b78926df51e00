export { version } from "@heddle/core";
export * from "./soundfile/index.ts";
