/// Modules in plain TypeScript: the quickest way to try something, a hundred times slower than a kernel.

/// What a script hears and says in one call. Ticks `from` to `to` of the block are to be run: `inputs[k][j]`, `outputs[k][j]` for from <= j < to.
export interface ScriptCall {
  /// By port, in the order in which they were declared; unconnected ones are silent. Not to be written to.
  readonly inputs: readonly Float32Array[];
  readonly outputs: readonly Float32Array[];
  from: number;
  to: number;
  /// Frame of the engine at which the block begins.
  frame: number;
}

/// An instance of a script. It must not allocate: it runs where the sound is made. Any division of time into calls must give the same sound.
export interface ScriptModule {
  /// An ordinary module: outputs from inputs.
  process?(call: ScriptCall): void;
  /// A deferred module: outputs from its state, and state from inputs.
  emit?(call: ScriptCall): void;
  absorb?(call: ScriptCall): void;
  /// Back to the state before the first call.
  reset?(): void;
  /// What jobs may ask for by name.
  readonly operations?: Readonly<Record<string, (args: readonly number[]) => void>>;
}
