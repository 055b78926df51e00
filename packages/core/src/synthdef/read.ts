/// SuperCollider's synth definition files (SCgf, versions 0 to 2) to definition graphs. Every count is held against the bytes that are
/// left before anything is made of it, so no file can ask for more memory than a small multiple of its own size.
import { paramNameFault, SynthDefError, sourceFault, unitFault } from "./check.ts";
import type { InputRef, RateNumber, SynthDefGraph, UnitSpec } from "./graph-types.ts";

export interface SynthDefFile {
  version: number;
  /// Empty for a version that is not known, which SuperCollider passes over without an error.
  definitions: SynthDefGraph[];
}

/// Reads every definition of a file. Throws `SynthDefError` with the byte where the first one goes wrong.
export function readSynthDefs(bytes: Uint8Array): SynthDefFile {
  return new SynthDefReader(bytes).file();
}

class SynthDefReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;
  /// Name of the definition being read.
  private definitionName = "";
  private constantRefs: InputRef[] = [];
  /// Before version 2, counts and indices have 16 bits.
  private short = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  file(): SynthDefFile {
    const start = this.take(4, 'the mark "SCgf"');
    const mark = String.fromCharCode(...this.bytes.subarray(start, start + 4));
    if (mark !== "SCgf") this.fail(start, `it begins with ${JSON.stringify(mark)}, but a synth definition file begins with "SCgf"`);
    const version = this.view.getInt32(this.take(4, "the version"));
    if (version < 0 || version > 2) return { version, definitions: [] };
    this.short = version < 2;
    const count = this.int16("the number of definitions");
    if (count < 0) this.fail(this.at - 2, `the number of definitions is ${count}`);
    const definitions: SynthDefGraph[] = [];
    for (let k = 0; k < count; k++) definitions.push(this.definition(version));
    return { version, definitions };
  }

  private definition(version: number): SynthDefGraph {
    this.definitionName = "";
    const name = this.string("the name of a definition");
    this.definitionName = name;
    const constants = this.floats(this.count("constants", 4));
    this.constantRefs = constantRefs(constants);
    const params = this.floats(this.count("controls", 4));
    const graph: SynthDefGraph = { name, constants, params, paramNames: this.paramNames(params.length), units: [], variants: [] };
    const unitCount = this.count("units", this.short ? 8 : 12);
    for (let k = 0; k < unitCount; k++) this.unit(graph);
    if (version > 0) this.variants(graph);
    return graph;
  }

  private paramNames(paramCount: number): SynthDefGraph["paramNames"] {
    const count = this.count("control names", this.short ? 3 : 5);
    const names: SynthDefGraph["paramNames"] = [];
    for (let k = 0; k < count; k++) {
      const at = this.at;
      const name = this.string("a control name");
      const index = this.int("the index of a control name");
      const fault = paramNameFault(name, index, paramCount);
      if (fault) this.fail(at, fault);
      names.push({ name, index });
    }
    return names;
  }

  private unit(graph: SynthDefGraph): void {
    const at = this.at;
    const name = this.string("the name of a unit");
    const rate = this.rate(`unit ${graph.units.length} (${name})`);
    const inputCount = this.count(`inputs of ${name}`, this.short ? 4 : 8);
    const outputCount = this.count(`outputs of ${name}`, 1);
    const special = this.int16("a special index");
    const inputs: InputRef[] = [];
    for (let k = 0; k < inputCount; k++) inputs.push(this.input(graph, name, k));
    const outputRates: RateNumber[] = [];
    for (let k = 0; k < outputCount; k++) outputRates.push(this.rate(`output ${k} of unit ${graph.units.length} (${name})`));
    const unit: UnitSpec = { name, rate, inputs, outputRates, special };
    graph.units.push(unit);
    const fault = unitFault(graph, graph.units.length - 1);
    if (fault) this.fail(at, fault);
  }

  private input({ constants, units }: SynthDefGraph, name: string, index: number): InputRef {
    const at = this.at;
    const unit = this.int("an input");
    const output = this.int("an input");
    if (unit === -1) {
      if (output >= 0 && output < constants.length) return this.constantRefs[output];
      this.fail(at, `unit ${units.length} (${name}), input ${index}: constant ${output}, but there are ${constants.length} constants`);
    }
    const fault = sourceFault(units, units.length, unit, output);
    if (fault) this.fail(at, `unit ${units.length} (${name}), input ${index}: ${fault}`);
    return { unit, output };
  }

  private variants({ params, variants }: SynthDefGraph): void {
    const count = this.int16("the number of variants");
    if (count < 0) this.fail(this.at - 2, `the number of variants is ${count}`);
    for (let k = 0; k < count; k++) {
      const name = this.string("the name of a variant");
      this.need(params.length * 4, `the ${params.length} values of variant "${name}"`);
      variants.push({ name, values: this.floats(params.length) });
    }
  }

  private rate(what: string): RateNumber {
    const rate = this.view.getInt8(this.take(1, `the rate of ${what}`));
    if (rate < 0 || rate > 3) this.fail(this.at - 1, `${what} has rate ${rate}, but rates are 0 to 3`);
    return rate as RateNumber;
  }

  /// A count of things that take at least `size` bytes each.
  private count(what: string, size: number): number {
    const at = this.at;
    const count = this.int(`the number of ${what}`);
    if (count < 0) this.fail(at, `the number of ${what} is ${count}`);
    const left = this.bytes.length - this.at;
    if (count * size > left)
      this.fail(at, `the number of ${what} is ${count}, but only ${left} bytes are left: the file is truncated or damaged`);
    return count;
  }

  private floats(count: number): number[] {
    const values: number[] = [];
    for (let k = 0; k < count; k++, this.at += 4) values.push(this.view.getFloat32(this.at));
    return values;
  }

  private int(what: string): number {
    return this.short ? this.int16(what) : this.view.getInt32(this.take(4, what));
  }

  private int16(what: string): number {
    return this.view.getInt16(this.take(2, what));
  }

  /// A string with its length, one byte, before it.
  private string(what: string): string {
    const size = this.bytes[this.take(1, what)];
    const start = this.take(size, what);
    const bytes = this.bytes.slice(start, start + size);
    return bytes.some((byte) => byte > 127) ? new TextDecoder().decode(bytes) : String.fromCharCode(...bytes);
  }

  private take(size: number, what: string): number {
    this.need(size, what);
    this.at += size;
    return this.at - size;
  }

  private need(size: number, what: string): void {
    const left = this.bytes.length - this.at;
    if (size > left) this.fail(this.at, `the file ends inside ${what} (${size} bytes needed, ${left} left)`);
  }

  private fail(offset: number, message: string): never {
    throw new SynthDefError(this.definitionName, offset, message);
  }
}

/// What an input that names constant `index` holds, for every constant.
function constantRefs(constants: readonly number[]): InputRef[] {
  const seen = new Set<number | "-0">();
  return constants.map((constant, index) => {
    const key = Object.is(constant, -0) ? "-0" : constant;
    if (seen.has(key)) return { constant, index };
    seen.add(key);
    return { constant };
  });
}
