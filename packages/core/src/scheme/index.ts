/// Scheme in the dialect of s7: reader, compiler, virtual machine, own heap and library.
export type { Definition } from "./definition.ts";
export { SchemeError } from "./errors.ts";
export { ExitRequest, type FileAccess, Interpreter, type InterpreterOptions } from "./interpreter.ts";
export { families } from "./library/index.ts";
export { intern, isKeyword, symbolName } from "./symbols.ts";
export * as words from "./words.ts";
