/// WebAssembly bytes: integers and floats, function bodies, and the sections of a module (WebAssembly core specification, chapter "Binary Format").

import { Op, type ValueType } from "./opcodes.ts";

const utf8 = new TextEncoder();

/// A growing array of bytes with the number formats of the WebAssembly binary format.
export class Bytes {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  private view: DataView;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /// Makes room for `count` more bytes.
  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /// LEB128 of an unsigned 32-bit integer.
  u32(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /// LEB128 of a signed 32-bit integer.
  s32(value: number): void {
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.byte(rest & 0x7f);
  }

  f32(value: number): void {
    this.reserve(4);
    this.view.setFloat32(this.length, value, true);
    this.length += 4;
  }

  f64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  name(text: string): void {
    const encoded = utf8.encode(text);
    this.u32(encoded.length);
    this.append(encoded, encoded.length);
  }

  append(source: Uint8Array, length: number): void {
    this.reserve(length);
    this.bytes.set(length === source.length ? source : source.subarray(0, length), this.length);
    this.length += length;
  }
}

/// A sequence of instructions.
export class Instructions extends Bytes {
  op(opcode: number): void {
    if (opcode < 0x100) {
      this.byte(opcode);
    } else {
      this.byte(opcode >> 8);
      this.u32(opcode & 0xff);
    }
  }

  get(local: number): void {
    this.byte(Op["local.get"]);
    this.u32(local);
  }

  set(local: number): void {
    this.byte(Op["local.set"]);
    this.u32(local);
  }

  tee(local: number): void {
    this.byte(Op["local.tee"]);
    this.u32(local);
  }

  i32(value: number): void {
    this.byte(Op["i32.const"]);
    this.s32(value);
  }

  f32Const(value: number): void {
    this.byte(Op["f32.const"]);
    this.f32(value);
  }

  f64Const(value: number): void {
    this.byte(Op["f64.const"]);
    this.f64(value);
  }

  constant(type: "i32" | "f32" | "f64", value: number): void {
    if (type === "i32") this.i32(value);
    else if (type === "f32") this.f32Const(value);
    else this.f64Const(value);
  }

  /// A load or store: `align` is the logarithm of the access size, `offset` a constant added to the address.
  memory(opcode: number, align: number, offset: number): void {
    this.op(opcode);
    this.byte(align);
    this.u32(offset);
  }

  /// `block`, `loop` or `if` with no result or one.
  open(opcode: number, result?: ValueType): void {
    this.byte(opcode);
    this.byte(result ?? 0x40);
  }

  end(): void {
    this.byte(Op.end);
  }

  branch(opcode: number, depth: number): void {
    this.byte(opcode);
    this.u32(depth);
  }

  call(index: number): void {
    this.byte(Op.call);
    this.u32(index);
  }

  /// Calls entry (on the stack) of table 0 with a type of `Module.type`.
  callIndirect(type: number): void {
    this.byte(Op.call_indirect);
    this.u32(type);
    this.byte(0);
  }
}

/// The instructions of one function and its local variables, parameters first.
export class Code extends Instructions {
  /// What runs first; filled while the rest is emitted.
  readonly prologue = new Instructions(0);
  readonly types: ValueType[];
  /// For printing; undefined for temporaries.
  readonly names: (string | undefined)[] = [];
  /// Comments by byte position of the instruction they belong to, when somebody will print them.
  readonly notes: Map<number, string> | undefined;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  private readonly free = new Map<ValueType, number[]>();

  constructor(params: readonly ValueType[], results: readonly ValueType[], annotate = false) {
    super();
    this.params = params;
    this.results = results;
    this.types = [...params];
    this.notes = annotate ? new Map() : undefined;
  }

  /// A new local variable, 0 when the function starts.
  local(type: ValueType, name?: string): number {
    this.types.push(type);
    this.names[this.types.length - 1] = name;
    return this.types.length - 1;
  }

  /// A local variable to hold something for a while; its first value is arbitrary. Give it back with `release`.
  temporary(type: ValueType): number {
    return this.free.get(type)?.pop() ?? this.local(type);
  }

  release(local: number): void {
    const type = this.types[local] as ValueType;
    const list = this.free.get(type);
    if (list) list.push(local);
    else this.free.set(type, [local]);
  }

  note(text: string): void {
    this.notes?.set(this.length, text);
  }
}

/// Limits of a memory in 64 KiB pages. `shared` needs `max`.
export interface MemoryLimits {
  readonly min: number;
  readonly max?: number;
  readonly shared?: boolean;
}

const Section = { type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, start: 8, element: 9, code: 10 } as const;
const functionForm = 0x60;
const functionReference = 0x70;

/// A module in the making: import everything first, then define functions, then `encode`.
export class Module {
  private readonly types = new Map<string, number>();
  private readonly typeBytes = new Bytes();
  private readonly imports = new Bytes();
  private importCount = 0;
  private readonly exports = new Bytes();
  private exportCount = 0;
  private importedFunctions = 0;
  private readonly codes: { readonly type: number; code?: Code }[] = [];

  /// The index of a function type.
  type(params: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${params.join()}:${results.join()}`;
    const known = this.types.get(key);
    if (known !== undefined) return known;
    const out = this.typeBytes;
    out.byte(functionForm);
    for (const list of [params, results]) {
      out.u32(list.length);
      for (const type of list) out.byte(type);
    }
    this.types.set(key, this.types.size);
    return this.types.size - 1;
  }

  private importEntry(from: string, name: string, kind: number): void {
    this.imports.name(from);
    this.imports.name(name);
    this.imports.byte(kind);
    this.importCount++;
  }

  /// The module's memory, imported.
  importMemory(from: string, name: string, limits: MemoryLimits): void {
    this.importEntry(from, name, 2);
    this.imports.byte((limits.max === undefined ? 0 : 1) | (limits.shared ? 2 : 0));
    this.imports.u32(limits.min);
    if (limits.max !== undefined) this.imports.u32(limits.max);
  }

  /// The table that `call_indirect` uses, imported, with at least `min` entries.
  importTable(from: string, name: string, min: number): void {
    this.importEntry(from, name, 1);
    this.imports.byte(functionReference);
    this.imports.byte(0);
    this.imports.u32(min);
  }

  /// Returns the function's index. Not after `declare`, since imports come first in the index space.
  importFunction(from: string, name: string, params: readonly ValueType[], results: readonly ValueType[]): number {
    if (this.codes.length > 0) throw new Error(`import ${from}.${name}: imports must precede the functions of the module`);
    this.importEntry(from, name, 0);
    this.imports.u32(this.type(params, results));
    return this.importedFunctions++;
  }

  /// The index of a function whose `define` follows.
  declare(params: readonly ValueType[], results: readonly ValueType[]): number {
    this.codes.push({ type: this.type(params, results) });
    return this.importedFunctions + this.codes.length - 1;
  }

  define(index: number, code: Code): void {
    const entry = this.codes[index - this.importedFunctions];
    if (entry) entry.code = code;
  }

  exportFunction(name: string, index: number): void {
    this.exports.name(name);
    this.exports.byte(0);
    this.exports.u32(index);
    this.exportCount++;
  }

  encode(): Uint8Array<ArrayBuffer> {
    const out = new Bytes(4096);
    out.append(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), 8);
    vectorSection(out, Section.type, this.types.size, this.typeBytes);
    vectorSection(out, Section.import, this.importCount, this.imports);
    const functions = new Bytes();
    for (const { type } of this.codes) functions.u32(type);
    vectorSection(out, Section.function, this.codes.length, functions);
    vectorSection(out, Section.export, this.exportCount, this.exports);
    const bodies = new Bytes(4096);
    for (const { code } of this.codes) {
      if (!code) throw new Error("a declared function was never defined");
      appendBody(bodies, code);
    }
    vectorSection(out, Section.code, this.codes.length, bodies);
    return out.bytes.slice(0, out.length);
  }
}

function vectorSection(out: Bytes, id: number, count: number, content: Bytes): void {
  if (count === 0) return;
  const prefix = new Bytes(8);
  prefix.u32(count);
  out.byte(id);
  out.u32(prefix.length + content.length);
  out.append(prefix.bytes, prefix.length);
  out.append(content.bytes, content.length);
}

/// Local variables come as runs of one type, in order of their indices.
function appendBody(out: Bytes, code: Code): void {
  const head = new Bytes(64);
  let runs = 0;
  for (let i = code.params.length; i < code.types.length; ) {
    let j = i + 1;
    while (j < code.types.length && code.types[j] === code.types[i]) j++;
    head.u32(j - i);
    head.byte(code.types[i] as ValueType);
    runs++;
    i = j;
  }
  const count = new Bytes(8);
  count.u32(runs);
  out.u32(count.length + head.length + code.prologue.length + code.length + 1);
  out.append(count.bytes, count.length);
  out.append(head.bytes, head.length);
  out.append(code.prologue.bytes, code.prologue.length);
  out.append(code.bytes, code.length);
  out.byte(Op.end);
}
