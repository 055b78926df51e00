/// Constant tables that every engine holds, for units whose sound includes the error of a table look-up. Kernels read them as `c.table.NAME[i]`.
///
/// Most units need none: a polynomial is faster than a look-up and closer to the truth.

/// A table's name and its values.
export interface ConstantTable {
  readonly name: string;
  readonly values: Float32Array | Float64Array;
}

const size = 8192;
const sine = Float32Array.from({ length: size + 1 }, (_, i) => Math.sin((2 * Math.PI * i) / size));

let made: readonly ConstantTable[] | undefined;

/// The tables, made once. `sine`: one cycle in 8192 steps and the first value again.
export function constantTables(): readonly ConstantTable[] {
  made ??= [{ name: "sine", values: sine }];
  return made;
}
