/// Modules as WebAssembly text: the printer reads the bytes back, so what it shows is what runs.

import type { Code, FunctionType, Import, Instructions, Module } from "./encode.ts";
import { immediateOf, Op, ValueType } from "./opcodes.ts";

const mnemonics = new Map<number, string>(Object.entries(Op).map(([name, opcode]) => [opcode, name]));
const typeNames = new Map<number, string>(Object.entries(ValueType).map(([name, type]) => [type, name]));

/// The text form of `module`. Assembled again, it gives the bytes of `module.encode()`.
export function printModule(module: Module): string {
  const names = functionNames(module);
  const lines = module.types.map((type) => `  (type (func${signature(type)}))`);
  let imported = 0;
  for (const entry of module.imports) {
    const what = importText(entry, entry.kind === "function" ? (names[imported++] as string) : "");
    lines.push(`  (import ${JSON.stringify(entry.from)} ${JSON.stringify(entry.name)} ${what})`);
  }
  for (const { name, index } of module.exports) lines.push(`  (export ${JSON.stringify(name)} (func ${names[index]}))`);
  module.functions.forEach(({ type, code }, i) => {
    if (!code) return;
    const index = module.importedFunctions + i;
    lines.push("", `  (func ${names[index]} (type ${type})${parameterText(code)}`, ...bodyLines(code, names), "  )");
  });
  return `(module\n${lines.join("\n")}\n)\n`;
}

/// A `$identifier` for each function, in order of their indices.
function functionNames(module: Module): string[] {
  const wanted = [...module.imports.filter((entry) => entry.kind === "function"), ...module.functions].map((f) => f.name);
  return identifiers(wanted);
}

/// Makes names identifiers, each different.
function identifiers(names: readonly (string | undefined)[]): string[] {
  const seen = new Set<string>();
  return names.map((name, i) => {
    let id = `$${(name ?? `t${i}`).replace(/[^\w.+-]/g, "_")}`;
    if (seen.has(id)) id += `.${i}`;
    seen.add(id);
    return id;
  });
}

function signature({ params, results }: FunctionType): string {
  const list = (word: string, types: readonly ValueType[]) =>
    types.length > 0 ? ` (${word} ${types.map((t) => typeNames.get(t)).join(" ")})` : "";
  return list("param", params) + list("result", results);
}

function importText(entry: Import, name: string): string {
  if (entry.kind === "function") return `(func ${name} (type ${entry.type}))`;
  if (entry.kind === "table") return `(table ${entry.min} funcref)`;
  const { min, max, shared } = entry.limits;
  return `(memory ${min}${max === undefined ? "" : ` ${max}`}${shared ? " shared" : ""})`;
}

function localNames(code: Code): string[] {
  return identifiers(code.types.map((_, i) => code.names[i]));
}

function parameterText(code: Code): string {
  const names = localNames(code);
  const params = code.params.map((type, i) => ` (param ${names[i]} ${typeNames.get(type)})`);
  return params.join("") + signature({ params: [], results: code.results });
}

function bodyLines(code: Code, functions: readonly string[]): string[] {
  const names = localNames(code);
  const lines = code.types
    .slice(code.params.length)
    .map((type, i) => `    (local ${names[code.params.length + i]} ${typeNames.get(type)})`);
  const printer = new Printer(names, functions);
  return [...lines, ...printer.print(code.prologue), ...printer.print(code, code.notes)];
}

class Printer {
  private readonly locals: readonly string[];
  private readonly functions: readonly string[];
  private bytes: Uint8Array = new Uint8Array();
  private view = new DataView(new ArrayBuffer(0));
  private at = 0;

  constructor(locals: readonly string[], functions: readonly string[]) {
    this.locals = locals;
    this.functions = functions;
  }

  /// A line per instruction. `notes` are comments by position.
  print(code: Instructions, notes?: ReadonlyMap<number, string>): string[] {
    this.bytes = code.bytes.subarray(0, code.length);
    this.view = new DataView(code.bytes.buffer, 0, code.length);
    this.at = 0;
    const lines: string[] = [];
    let depth = 2;
    while (this.at < code.length) {
      const note = notes?.get(this.at);
      const opcode = this.opcode();
      if (opcode === Op.end || opcode === Op.else) depth--;
      const text = (mnemonics.get(opcode) ?? `0x${opcode.toString(16)}`) + this.immediate(opcode);
      lines.push("  ".repeat(depth) + text + (note === undefined ? "" : ` ;; ${note}`));
      if (immediateOf(opcode) === "block" || opcode === Op.else) depth++;
    }
    return lines;
  }

  private opcode(): number {
    const first = this.byte();
    return first < 0xfc ? first : (first << 8) | this.u32();
  }

  private byte(): number {
    return this.bytes[this.at++] as number;
  }

  private u32(): number {
    let result = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result >>> 0;
    }
  }

  private s32(): number {
    let result = 0;
    for (let shift = 0; ; ) {
      const byte = this.byte();
      result |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) return shift < 32 && byte & 0x40 ? result | (-1 << shift) : result;
    }
  }

  private immediate(opcode: number): string {
    switch (immediateOf(opcode)) {
      case "none":
        return "";
      case "block": {
        const type = this.byte();
        return type === 0x40 ? "" : ` (result ${typeNames.get(type)})`;
      }
      case "index": {
        const index = this.u32();
        if (opcode === Op.call) return ` ${this.functions[index]}`;
        return opcode === Op.br || opcode === Op.br_if ? ` ${index}` : ` ${this.locals[index]}`;
      }
      case "memory":
        return this.memory();
      case "memoryLane":
        return `${this.memory()} ${this.byte()}`;
      case "lane":
        return ` ${this.byte()}`;
      case "shuffle":
        return Array.from({ length: 16 }, () => ` ${this.byte()}`).join("");
      case "i32":
        return ` ${this.s32()}`;
      case "f32":
        this.at += 4;
        return ` ${floatText(this.view.getFloat32(this.at - 4, true))}`;
      case "f64":
        this.at += 8;
        return ` ${floatText(this.view.getFloat64(this.at - 8, true))}`;
      case "v128":
        return ` i8x16${Array.from({ length: 16 }, () => ` ${this.byte()}`).join("")}`;
      case "indirect": {
        const type = this.u32();
        this.u32();
        return ` (type ${type})`;
      }
      case "bulk":
        this.at += opcode === Op["memory.copy"] ? 2 : 1;
        return "";
    }
  }

  private memory(): string {
    const align = this.byte();
    const offset = this.u32();
    return `${offset > 0 ? ` offset=${offset}` : ""} align=${1 << align}`;
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}
