/// Functions of the system's libraries, by way of koffi, an optional dependency. Without it, or without a library, what needs it is not there.
import { createRequire } from "node:module";

/// A C function. Pointers are numbers, bigints, or typed arrays, also on shared memory.
// biome-ignore lint/suspicious/noExplicitAny: a C prototype in a string decides the types
export type CFunction = (...args: any[]) => any;

export interface Library {
  /// From a prototype such as "int close(int fd)". Throws when the library does not have it.
  func(prototype: string): CFunction;
  /// Address of what the library exports as `name`.
  symbol(name: string, type: string): unknown;
}

interface Koffi {
  readonly version: string;
  load(path: string): Library;
  decode(pointer: unknown, offset: number, type: string): unknown;
}

let loaded: Koffi | null | undefined;

/// koffi, or undefined where it is not installed.
function koffi(): Koffi | undefined {
  if (loaded === undefined) {
    try {
      loaded = createRequire(import.meta.url)("koffi") as Koffi;
    } catch {
      loaded = null;
    }
  }
  return loaded ?? undefined;
}

/// koffi's version, undefined where it is not installed.
export const nativeVersion = (): string | undefined => koffi()?.version;

/// The first library of these names that there is.
export function findLibrary(...names: readonly string[]): Library | undefined {
  for (const name of names) {
    try {
      return koffi()?.load(name);
    } catch {
      // The next name, then.
    }
  }
  return undefined;
}

/// The C library.
export const cLibrary = (): Library | undefined => findLibrary("libc.so.6", "libSystem.B.dylib");

/// The strings of a list of pointers that ends with a null.
export function readStrings(list: unknown): string[] {
  const strings: string[] = [];
  for (let text = list && koffi()!.decode(list, 0, "str"); text; text = koffi()!.decode(list, 8 * strings.length, "str")) {
    strings.push(text as string);
  }
  return strings;
}
