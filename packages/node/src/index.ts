export { version } from "@heddle/core";
