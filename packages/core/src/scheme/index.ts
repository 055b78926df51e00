/// Scheme in the dialect of s7: reader, compiler, virtual machine, own heap and library.
export type { Definition } from "./definition.ts";
export { SchemeError } from "./errors.ts";
export { Interpreter } from "./interpreter.ts";
export { families } from "./library/index.ts";
export { ExitRequest, type FileAccess, type InterpreterOptions } from "./options.ts";
export { intern, isKeyword, symbolName } from "./symbols.ts";
export * as words from "./words.ts";
