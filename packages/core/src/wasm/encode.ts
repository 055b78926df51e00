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

  /// A small i64 constant.
  i64(value: number): void {
    this.byte(Op["i64.const"]);
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

  /// A comment on the next instruction.
  note(text: string): void {
    if (text !== "") this.notes?.set(this.length, text);
  }
}

/// Limits of a memory in 64 KiB pages. `shared` needs `max`.
export interface MemoryLimits {
  readonly min: number;
  readonly max?: number;
  readonly shared?: boolean;
}

const Section = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const functionForm = 0x60;
const functionReference = 0x70;

/// What a module imports.
export type Import = { readonly from: string; readonly name: string } & (
  | { readonly kind: "function"; readonly type: number }
  | { readonly kind: "table"; readonly min: number }
  | { readonly kind: "memory"; readonly limits: MemoryLimits }
);
const ImportKind = { function: 0, table: 1, memory: 2 } as const;

export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/// A module in the making: import everything first, then define functions, then `encode`.
export class Module {
  readonly types: FunctionType[] = [];
  readonly imports: Import[] = [];
  readonly exports: { readonly name: string; readonly index: number }[] = [];
  /// Functions defined here; their indices follow those of imported functions.
  readonly functions: { readonly type: number; readonly name: string | undefined; code?: Code }[] = [];
  importedFunctions = 0;
  private readonly typesByKey = new Map<string, number>();

  /// The index of a function type.
  type(params: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${params.join()}:${results.join()}`;
    let index = this.typesByKey.get(key);
    if (index === undefined) {
      index = this.types.push({ params, results }) - 1;
      this.typesByKey.set(key, index);
    }
    return index;
  }

  /// The module's memory, imported.
  importMemory(from: string, name: string, limits: MemoryLimits): void {
    this.imports.push({ from, name, kind: "memory", limits });
  }

  /// The table that `call_indirect` uses, imported, with at least `min` entries.
  importTable(from: string, name: string, min: number): void {
    this.imports.push({ from, name, kind: "table", min });
  }

  /// Returns the function's index. Not after `declare`, since imports come first in the index space.
  importFunction(from: string, name: string, params: readonly ValueType[], results: readonly ValueType[]): number {
    if (this.functions.length > 0) throw new Error(`import ${from}.${name}: imports must precede the functions of the module`);
    this.imports.push({ from, name, kind: "function", type: this.type(params, results) });
    return this.importedFunctions++;
  }

  /// The index of a function whose `define` follows. `name` is for printing.
  declare(params: readonly ValueType[], results: readonly ValueType[], name?: string): number {
    this.functions.push({ type: this.type(params, results), name });
    return this.importedFunctions + this.functions.length - 1;
  }

  define(index: number, code: Code): void {
    const entry = this.functions[index - this.importedFunctions];
    if (entry) entry.code = code;
  }

  exportFunction(name: string, index: number): void {
    this.exports.push({ name, index });
  }

  encode(): Uint8Array<ArrayBuffer> {
    const out = new Bytes(4096);
    out.append(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), 8);
    section(out, Section.type, this.types, appendType);
    section(out, Section.import, this.imports, appendImport);
    section(out, Section.function, this.functions, (to, { type }) => to.u32(type));
    section(out, Section.export, this.exports, appendExport);
    section(out, Section.code, this.functions, (to, { code, name }) => {
      if (!code) throw new Error(`function ${name} was declared and never defined`);
      appendBody(to, code);
    });
    return out.bytes.slice(0, out.length);
  }
}

function section<T>(out: Bytes, id: number, entries: readonly T[], append: (to: Bytes, entry: T) => void): void {
  if (entries.length === 0) return;
  const content = new Bytes(1024);
  content.u32(entries.length);
  for (const entry of entries) append(content, entry);
  out.byte(id);
  out.u32(content.length);
  out.append(content.bytes, content.length);
}

function appendType(out: Bytes, { params, results }: FunctionType): void {
  out.byte(functionForm);
  for (const list of [params, results]) {
    out.u32(list.length);
    for (const type of list) out.byte(type);
  }
}

function appendImport(out: Bytes, entry: Import): void {
  out.name(entry.from);
  out.name(entry.name);
  out.byte(ImportKind[entry.kind]);
  if (entry.kind === "function") {
    out.u32(entry.type);
  } else if (entry.kind === "table") {
    out.byte(functionReference);
    out.byte(0);
    out.u32(entry.min);
  } else {
    const { min, max, shared } = entry.limits;
    out.byte((max === undefined ? 0 : 1) | (shared ? 2 : 0));
    out.u32(min);
    if (max !== undefined) out.u32(max);
  }
}

function appendExport(out: Bytes, { name, index }: Module["exports"][number]): void {
  out.name(name);
  out.byte(0);
  out.u32(index);
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
