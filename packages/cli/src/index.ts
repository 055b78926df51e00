export { version } from "@heddle/node";
