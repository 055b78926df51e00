/// One source file of the machine as a WebAssembly module.
import { readFileSync } from "node:fs";
import ts from "typescript";
import { Module } from "../../packages/core/src/wasm/encode.ts";
import { type Constants, countNodes, paramsOf, resultsOf, type Signature, signatureOf } from "./language.ts";
import { translateFunction } from "./statements.ts";

/// A function of the source. Small ones are copied into their callers and have no index.
export interface Fn extends Signature {
  readonly node: ts.FunctionDeclaration;
  readonly inline: boolean;
  readonly index: number;
}

export interface Imported extends Signature {
  readonly index: number;
}

/// A name in a file, given by its path.
export interface Place {
  readonly file: string;
  readonly name: string;
}

export interface Source {
  /// The functions whose inner functions make the module. The last file gives the module its name.
  readonly factories: readonly Place[];
  /// The interface whose methods are imported.
  readonly host: Place;
  /// Inner functions to export.
  readonly exports: readonly string[];
  readonly constants: Constants;
}

/// Functions of more syntax nodes than this are called, not copied; so are those named slow.
const INLINE_NODES = 90;

export class Program {
  readonly functions = new Map<string, Fn>();
  readonly constants: Constants;
  private readonly imports = new Map<string, Imported>();
  private readonly module = new Module();

  constructor(source: Source) {
    const files = source.factories.map(({ file }) => parse(file));
    this.constants = Object.assign({}, source.constants, ...files.map(numbersOf));
    // Shared memory of any size; the host replaces the limits for memory that is not shared.
    this.module.importMemory("host", "memory", { min: 1, max: 65536, shared: true });
    const isHost = (s: ts.Statement) => ts.isInterfaceDeclaration(s) && s.name.text === source.host.name;
    const host = parse(source.host.file).statements.find(isHost) as ts.InterfaceDeclaration;
    for (const member of host.members.filter(ts.isMethodSignature)) {
      const name = member.name.getText();
      const signature = signatureOf(member);
      const index = this.module.importFunction("host", name, paramsOf(signature), resultsOf(signature));
      this.imports.set(name, { ...signature, index });
    }
    files.forEach((file, i) => {
      const isFactory = (s: ts.Statement) => ts.isFunctionDeclaration(s) && s.name?.text === source.factories[i].name;
      const factory = file.statements.find(isFactory) as ts.FunctionDeclaration;
      for (const node of factory.body!.statements.filter(ts.isFunctionDeclaration)) this.declare(node, source.exports);
    });
    for (const fn of this.functions.values()) if (!fn.inline) this.module.define(fn.index, translateFunction(this, fn));
  }

  private declare(node: ts.FunctionDeclaration, exports: readonly string[]): void {
    const name = node.name!.text;
    const signature = signatureOf(node);
    const isExported = exports.includes(name);
    const inline = !isExported && !name.startsWith("slow") && countNodes(node.body!) <= INLINE_NODES;
    const index = inline ? -1 : this.module.declare(paramsOf(signature), resultsOf(signature), name);
    if (isExported) this.module.exportFunction(name, index);
    this.functions.set(name, { ...signature, node, inline, index });
  }

  imported(name: string): Imported | undefined {
    return this.imports.get(name);
  }

  encode(): Uint8Array {
    return this.module.encode();
  }
}

const parse = (file: string) => ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);

/// Numbers that the file names at its top level.
function numbersOf(file: ts.SourceFile): Record<string, number> {
  const found: Record<string, number> = {};
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (initializer !== undefined && ts.isNumericLiteral(initializer)) found[name.getText()] = Number(initializer.text);
    }
  }
  return found;
}
