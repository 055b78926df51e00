/// Constant tables that every engine holds, for units whose sound includes the error of a table look-up. Kernels read them as `c.table.NAME[i]`.
///
/// Most units need none: a polynomial is faster than a look-up and closer to the truth.

import { csineTable } from "./support/csine.ts";
import { loudnessTable } from "./support/equalloudness.ts";

/// A table's name and its values.
export interface ConstantTable {
  readonly name: string;
  readonly values: Float32Array | Float64Array;
}

const size = 8192;
const sine = Float32Array.from({ length: size + 1 }, (_, i) => Math.sin((2 * Math.PI * i) / size));

/// One over the sine, beyond its poles.
const cosecant = Float32Array.from({ length: size + 1 }, (_, i) => (i % (size / 2) === 0 ? 0 : 1 / Math.sin((2 * Math.PI * i) / size)));

/// Of a complex number whose parts are in the ratio (i - 1024) / 1024: magnitude by the larger part, and angle.
const ratios = 1024;
const angles = Array.from({ length: 2 * ratios + 1 }, (_, i) => Math.atan((i - ratios) / ratios));
const polarMagnitude = Float32Array.from(angles, (angle) => 1 / Math.cos(angle));
const polarPhase = Float32Array.from(angles);

let made: readonly ConstantTable[] | undefined;

/// The tables, made once. `sine`: one cycle in 8192 steps and the first value again; `cosecant` likewise, 0 at its poles. `polarMagnitude`, `polarPhase`: for spectra, 2049 ratios each. `csine`:
/// sines and cosines of k / 128 in parts. `loudness`: a row for each band of hearing.
export function constantTables(): readonly ConstantTable[] {
  made ??= [
    { name: "sine", values: sine },
    { name: "cosecant", values: cosecant },
    { name: "polarMagnitude", values: polarMagnitude },
    { name: "polarPhase", values: polarPhase },
    { name: "csine", values: csineTable() },
    { name: "loudness", values: loudnessTable() },
  ];
  return made;
}
