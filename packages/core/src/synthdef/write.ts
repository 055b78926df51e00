/// Definition graphs to SuperCollider's synth definition files (SCgf). What it writes loads into scsynth.
import { checkGraph, SynthDefError } from "./check.ts";
import type { InputRef, SynthDefGraph, UnitSpec } from "./graph-types.ts";

/// The bytes of a file with `graphs`. Version 2 unless an older reader needs 1 or 0 (0 has no variants).
/// Throws `SynthDefError` for a graph that is not valid or does not fit the format.
export function writeSynthDefs(graphs: readonly SynthDefGraph[], version: 0 | 1 | 2 = 2): Uint8Array {
  const out = new ByteWriter();
  for (const letter of "SCgf") out.int8(letter.charCodeAt(0));
  out.int32(version);
  out.int16(graphs.length);
  for (const graph of graphs) {
    checkGraph(graph);
    new SynthDefWriter(out, graph, version).definition();
  }
  return out.bytes();
}

class SynthDefWriter {
  private readonly out: ByteWriter;
  private readonly graph: SynthDefGraph;
  private readonly version: number;
  private readonly constants: ConstantTable;

  constructor(out: ByteWriter, graph: SynthDefGraph, version: number) {
    this.out = out;
    this.graph = graph;
    this.version = version;
    this.constants = new ConstantTable(graph);
  }

  definition(): void {
    const { name, params, paramNames, units, variants } = this.graph;
    this.string(name);
    this.floats(this.constants.values, "constants");
    this.floats(params, "controls");
    this.int(paramNames.length, "control names");
    for (const entry of paramNames) {
      this.string(entry.name);
      this.int(entry.index, "control index");
    }
    this.int(units.length, "units");
    for (const unit of units) this.unit(unit);
    if (this.version === 0) return;
    this.int16(variants.length, "variants");
    for (const variant of variants) {
      this.string(variant.name);
      for (const value of variant.values) this.out.float32(value);
    }
  }

  private unit({ name, rate, inputs, outputRates, special }: UnitSpec): void {
    this.string(name);
    this.out.int8(rate);
    this.int(inputs.length, "inputs");
    this.int(outputRates.length, "outputs");
    this.int16(special, "special index");
    for (const input of inputs) this.input(input);
    for (const outputRate of outputRates) this.out.int8(outputRate);
  }

  private input(input: InputRef): void {
    const constant = "constant" in input;
    this.int(constant ? -1 : input.unit, "unit index");
    this.int(constant ? this.constants.indexOf(input) : input.output, "input index");
  }

  private floats(values: readonly number[], what: string): void {
    this.int(values.length, what);
    for (const value of values) this.out.float32(value);
  }

  private int(value: number, what: string): void {
    if (this.version < 2) this.int16(value, what);
    else this.out.int32(value);
  }

  private int16(value: number, what: string): void {
    if (value !== (value << 16) >> 16) this.fail(`${what}: ${value} does not fit the 16 bits it has in version ${this.version}`);
    this.out.int16(value);
  }

  private string(text: string): void {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length > 255) this.fail(`the name "${text.slice(0, 40)}..." has ${bytes.length} bytes, but names can have 255`);
    this.out.int8(bytes.length);
    for (const byte of bytes) this.out.int8(byte);
  }

  private fail(message: string): never {
    throw new SynthDefError(this.graph.name, -1, message);
  }
}

/// A graph's constants, those of its own table first, each value once. 0 and -0 are two values.
class ConstantTable {
  readonly values: number[];
  private readonly indices = new Map<number | "-0", number>();

  constructor({ constants, units }: SynthDefGraph) {
    this.values = constants.map(Math.fround);
    for (let k = 0; k < constants.length; k++) {
      const key = keyOf(constants[k]);
      if (!this.indices.has(key)) this.indices.set(key, k);
    }
    for (const { inputs } of units) for (const input of inputs) if ("constant" in input) this.add(input.constant);
  }

  private add(value: number): void {
    const key = keyOf(value);
    if (!this.indices.has(key)) this.indices.set(key, this.values.push(Math.fround(value)) - 1);
  }

  indexOf({ constant, index = -1 }: Extract<InputRef, { constant: number }>): number {
    return Object.is(this.values[index], Math.fround(constant)) ? index : this.indices.get(keyOf(constant))!;
  }
}

const keyOf = (value: number): number | "-0" => (Object.is(value, -0) ? "-0" : Math.fround(value));

/// Big-endian bytes in a buffer that doubles.
class ByteWriter {
  private view = new DataView(new ArrayBuffer(1024));
  private at = 0;

  int8(value: number): void {
    this.room(1).setInt8(this.at - 1, value);
  }

  int16(value: number): void {
    this.room(2).setInt16(this.at - 2, value);
  }

  int32(value: number): void {
    this.room(4).setInt32(this.at - 4, value);
  }

  float32(value: number): void {
    this.room(4).setFloat32(this.at - 4, value);
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.view.buffer.slice(0, this.at));
  }

  /// Moves on by `size` bytes; gives the view that has them.
  private room(size: number): DataView {
    this.at += size;
    if (this.at > this.view.byteLength) {
      const larger = new Uint8Array(this.view.byteLength * 2);
      larger.set(new Uint8Array(this.view.buffer));
      this.view = new DataView(larger.buffer);
    }
    return this.view;
  }
}
