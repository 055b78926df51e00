/// Unit generators by name.
import type { AnySpec, Shape } from "../kernel/language.ts";

/// A unit generator: its name and its kernel, or a kernel for each shape of use (operators by special index).
export interface UGen {
  readonly name: string;
  readonly spec: (shape: Shape) => AnySpec;
  /// The spec of an ordinary use, for reference pages and the builder.
  readonly face: AnySpec;
}

export class UGenRegistry {
  private readonly byName = new Map<string, UGen>();

  constructor(ugens: Iterable<UGen> = []) {
    for (const ugen of ugens) this.add(ugen);
  }
  add(ugen: UGen): void {
    this.byName.set(ugen.name, ugen);
  }
  get(name: string): UGen | undefined {
    return this.byName.get(name);
  }
  names(): string[] {
    return [...this.byName.keys()];
  }
  [Symbol.iterator](): Iterator<UGen> {
    return this.byName.values();
  }
}
