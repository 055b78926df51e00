/// The rules that make a list of units a definition: references run backwards, and indices lie in range.
import { controlUnits, type SynthDefGraph, type UnitSpec } from "./graph-types.ts";

/// A definition that breaks a rule. `offset` is the place in the file it was read from, -1 for one that was built.
export class SynthDefError extends Error {
  readonly definition: string;
  readonly offset: number;
  readonly code = "synthdef/invalid";

  constructor(definition: string, offset: number, message: string) {
    super(`${definition === "" ? "synth definition file" : `SynthDef "${definition}"`}${offset < 0 ? "" : `, byte ${offset}`}: ${message}`);
    this.name = "SynthDefError";
    this.definition = definition;
    this.offset = offset;
  }
}

/// What is wrong with unit `index`, or undefined. Earlier units are taken to be right.
export function unitFault({ units, params }: Pick<SynthDefGraph, "units" | "params">, index: number): string | undefined {
  const unit = units[index];
  for (let k = 0; k < unit.inputs.length; k++) {
    const input = unit.inputs[k];
    if ("constant" in input) continue;
    const fault = sourceFault(units, index, input.unit, input.output);
    if (fault) return `${unitTitle(unit, index)}, input ${k}: ${fault}`;
  }
  if (controlUnits.has(unit.name)) {
    const end = unit.special + unit.outputRates.length;
    if (unit.special < 0 || end > params.length) {
      return `${unitTitle(unit, index)} gives controls ${unit.special} to ${end - 1}, but the definition has ${params.length}`;
    }
  }
}

/// What is wrong with reading output `output` of unit `source` from unit `reader`, or undefined.
export function sourceFault(units: readonly UnitSpec[], reader: number, source: number, output: number): string | undefined {
  if (source < 0) return `unit ${source} does not exist`;
  if (source >= reader) {
    return `it reads unit ${source}, but a unit can only read those before it${source === reader ? " and not itself" : ""}`;
  }
  const count = units[source].outputRates.length;
  if (output < 0 || output >= count) {
    return `it reads output ${output} of ${unitTitle(units[source], source)}, which has ${count === 0 ? "no outputs" : count === 1 ? "one output" : `outputs 0 to ${count - 1}`}`;
  }
}

/// What is wrong with control name `name` at `index`, or undefined.
export function paramNameFault(name: string, index: number, paramCount: number): string | undefined {
  if (index < 0 || index > paramCount) return `control name "${name}" has index ${index}, but there are ${paramCount} controls`;
}

export const unitTitle = ({ name }: UnitSpec, index: number) => `unit ${index} (${name})`;

/// Throws `SynthDefError` for the first rule that `graph` breaks.
export function checkGraph(graph: SynthDefGraph): void {
  const { name, params, paramNames, units, variants } = graph;
  const refuse = (fault: string | undefined) => {
    if (fault) throw new SynthDefError(name, -1, fault);
  };
  for (const entry of paramNames) refuse(paramNameFault(entry.name, entry.index, params.length));
  for (let k = 0; k < units.length; k++) refuse(unitFault(graph, k));
  for (const variant of variants) {
    if (variant.values.length !== params.length) {
      refuse(`variant "${variant.name}" has ${variant.values.length} values for ${params.length} controls`);
    }
  }
}
