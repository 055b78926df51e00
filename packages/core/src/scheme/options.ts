/// What an interpreter is told and what it asks of its host.

export interface InterpreterOptions {
  /// Upper bound of the heap in bytes; 128 MiB unless given.
  heapMax?: number;
  /// Upper bound of the stack in words; 4 Mi words unless given.
  stackWords?: number;
  /// Where text written to the standard ports goes. Nowhere unless given.
  output?: (text: string) => void;
  errors?: (text: string) => void;
  /// File access, where the host allows any.
  files?: FileAccess;
  /// Milliseconds from any origin, for timing collections.
  now?: () => number;
  /// Calls and loop rounds an evaluation may use before it ends with the error `timeout`; unlimited unless given.
  fuel?: number;
  /// Leaves out the library of Scheme For Max's names (`range`, `filter`, `stringify` ...).
  bare?: boolean;
  /// Uses the machine's reference loop where the faster one would be available.
  reference?: boolean;
}

export interface FileAccess {
  /// The file's bytes, undefined when it cannot be read.
  read(path: string): Uint8Array | undefined;
  write(path: string, bytes: Uint8Array): boolean;
  exists(path: string): boolean;
  remove(path: string): boolean;
}

/// Thrown through the host by `(exit)`.
export class ExitRequest extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/// Settings of `*s7*`.
export interface Settings {
  printLength: number;
  equivalentFloatEpsilon: number;
  defaultRationalizeError: number;
  floatFormatPrecision: number;
  [name: string]: number;
}
