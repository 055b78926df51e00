/// Translates the Scheme machine's loop (`packages/core/src/scheme/machine/loop.ts`) to WebAssembly.
///
/// The loop keeps to a small language, described at its top, so that the translation is short: every function of `makeLoop` becomes a function of the
/// module (or is copied into its callers when it is small), `W` and `F` are the memory, `host.name(...)` is an import.
/// `jiti scripts/scheme-machine.ts` writes `loop.wasm.ts`; a test fails when it no longer matches.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import * as loop from "../packages/core/src/scheme/machine/loop.ts";
import { Op } from "../packages/core/src/scheme/machine/ops.ts";
import * as words from "../packages/core/src/scheme/words.ts";

const SOURCE = fileURLToPath(new URL("../packages/core/src/scheme/machine/loop.ts", import.meta.url));
const TARGET = fileURLToPath(new URL("../packages/core/src/scheme/machine/loop.wasm.ts", import.meta.url));

const I32 = 0x7f;
const F64 = 0x7c;
const VOID = 0x40;
type Kind = typeof I32 | typeof F64;

/// Functions called from more than a hot place are copied only up to this many syntax nodes.
const INLINE_NODES = 90;

const unsigned = (n: number): number[] => {
  const out: number[] = [];
  let v = n;
  do {
    const b = v & 0x7f;
    v >>>= 7;
    out.push(v === 0 ? b : b | 0x80);
  } while (v !== 0);
  return out;
};

const signed = (n: number): number[] => {
  const out: number[] = [];
  let v = n | 0;
  for (;;) {
    const b = v & 0x7f;
    v >>= 7;
    if ((v === 0 && (b & 0x40) === 0) || (v === -1 && (b & 0x40) !== 0)) return [...out, b];
    out.push(b | 0x80);
  }
};

const double = (x: number): number[] => [...new Uint8Array(new Float64Array([x]).buffer)];
const text = (s: string): number[] => [...unsigned(s.length), ...new TextEncoder().encode(s)];
const vector = (items: number[][]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, body: number[]): number[] => [id, ...unsigned(body.length), ...body];

interface Signature {
  parameters: Kind[];
  result: Kind | undefined;
}

interface Fn extends Signature {
  name: string;
  node: ts.FunctionDeclaration;
  index: number;
  inline: boolean;
}

const constants: Record<string, unknown> = { ...words, ...loop, Op };

class Module {
  readonly functions = new Map<string, Fn>();
  readonly imports: { name: string; signature: Signature }[] = [];
  private readonly types: string[] = [];
  private readonly typeBytes: number[][] = [];

  type(s: Signature): number {
    const bytes = [0x60, ...vector(s.parameters.map((p) => [p])), ...(s.result === undefined ? [0] : [1, s.result])];
    const key = bytes.join();
    let i = this.types.indexOf(key);
    if (i < 0) {
      i = this.types.push(key) - 1;
      this.typeBytes.push(bytes);
    }
    return i;
  }

  importIndex(name: string): number {
    const i = this.imports.findIndex((entry) => entry.name === name);
    if (i < 0) throw new Error(`the host has no ${name}`);
    return i;
  }

  build(): Uint8Array {
    const compiled = [...this.functions.values()].filter((f) => !f.inline);
    compiled.forEach((f, i) => {
      f.index = this.imports.length + i;
    });
    const bodies = compiled.map((f) => new Body(this, f).code());
    const imports = this.imports.map((entry) => [...text("host"), ...text(entry.name), 0, ...unsigned(this.type(entry.signature))]);
    const memory = [...text("host"), ...text("memory"), 2];
    const run = this.functions.get("run")!;
    const declared = compiled.map((f) => unsigned(this.type(f)));
    const head = (limits: number[]) => [
      0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
      ...section(1, vector(this.typeBytes)),
      ...section(2, vector([...imports, [...memory, ...limits]])),
    ];
    return Uint8Array.from([
      // Shared memory of any size; the host replaces the limits for memory that is not shared.
      ...head([3, ...unsigned(1), ...unsigned(65536)]),
      ...section(3, vector(declared)),
      ...section(7, vector([[...text("run"), 0, ...unsigned(run.index)]])),
      ...section(10, vector(bodies)),
    ]);
  }
}

interface Local {
  index: number;
  kind: Kind;
}

/// What `break`, `continue` and `return` mean inside nested statements.
interface Target {
  depth: number;
  kind: "loop" | "break" | "switch" | "inline";
}

class Body {
  private readonly module: Module;
  private readonly fn: Fn;
  private readonly locals: Kind[] = [];
  private readonly out: number[] = [];
  private depth = 0;
  private targets: Target[] = [];
  private scopes: Map<string, Local>[] = [new Map()];

  constructor(module: Module, fn: Fn) {
    this.module = module;
    this.fn = fn;
  }

  code(): number[] {
    this.fn.node.parameters.forEach((p, i) => {
      this.scopes[0].set(p.name.getText(), { index: i, kind: this.fn.parameters[i] });
    });
    this.block(this.fn.node.body!);
    if (this.fn.result !== undefined) this.emit(0x00);
    this.emit(0x0b);
    const declared = this.locals.map((kind) => [1, kind]);
    const body = [...vector(declared), ...this.out];
    return [...unsigned(body.length), ...body];
  }

  private emit(...bytes: number[]): void {
    for (const byte of bytes) this.out.push(byte);
  }

  private local(kind: Kind): number {
    return this.fn.parameters.length + this.locals.push(kind) - 1;
  }

  private find(name: string): Local | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const found = this.scopes[i].get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private fail(node: ts.Node, what: string): Error {
    const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
    return new Error(`loop.ts:${line + 1}: ${what}: ${node.getText().slice(0, 60)}`);
  }

  // Statements

  private block(node: ts.Block | ts.CaseOrDefaultClause): void {
    this.scopes.push(new Map());
    for (const statement of node.statements) this.statement(statement);
    this.scopes.pop();
  }

  private statement(node: ts.Statement): void {
    if (ts.isBlock(node)) this.block(node);
    else if (ts.isVariableStatement(node)) {
      for (const d of node.declarationList.declarations) {
        const kind = this.kindOf(d.initializer!);
        const index = this.local(kind);
        this.value(d.initializer!);
        this.scopes[this.scopes.length - 1].set(d.name.getText(), { index, kind });
        this.emit(0x21, ...unsigned(index));
      }
    } else if (ts.isExpressionStatement(node)) this.effect(node.expression);
    else if (ts.isIfStatement(node)) {
      this.condition(node.expression);
      this.emit(0x04, VOID);
      this.depth++;
      this.statement(node.thenStatement);
      if (node.elseStatement !== undefined) {
        this.emit(0x05);
        this.statement(node.elseStatement);
      }
      this.depth--;
      this.emit(0x0b);
    } else if (ts.isWhileStatement(node)) this.loop(node.expression, node.statement);
    else if (ts.isForStatement(node)) this.loop(undefined, node.statement);
    else if (ts.isSwitchStatement(node)) this.switch(node);
    else if (ts.isReturnStatement(node)) this.return(node);
    else if (ts.isBreakStatement(node)) this.jump(node, "break", "switch");
    else if (ts.isContinueStatement(node)) this.jump(node, "loop");
    else throw this.fail(node, "not in the loop's language");
  }

  private loop(test: ts.Expression | undefined, body: ts.Statement): void {
    const before = this.targets.length;
    this.emit(0x02, VOID);
    this.targets.push({ depth: ++this.depth, kind: "break" });
    this.emit(0x03, VOID);
    this.targets.push({ depth: ++this.depth, kind: "loop" });
    if (test !== undefined) {
      this.condition(test);
      this.emit(0x45, 0x0d, 1);
    }
    this.statement(body);
    this.emit(0x0c, 0, 0x0b, 0x0b);
    this.depth -= 2;
    this.targets.length = before;
  }

  private jump(node: ts.Node, ...kinds: Target["kind"][]): void {
    for (let i = this.targets.length - 1; i >= 0; i--) {
      const target = this.targets[i];
      if (!kinds.includes(target.kind)) continue;
      this.emit(0x0c, ...unsigned(this.depth - target.depth));
      return;
    }
    throw this.fail(node, "nowhere to go");
  }

  private return(node: ts.ReturnStatement): void {
    if (node.expression !== undefined) this.value(node.expression);
    const target = this.targets.findLast((t) => t.kind === "inline");
    if (target === undefined) this.emit(0x0f);
    else this.emit(0x0c, ...unsigned(this.depth - target.depth));
  }

  /// A table of jumps; clauses end in a jump of their own or fall through as empty ones do.
  private switch(node: ts.SwitchStatement): void {
    const { clauses } = node.caseBlock;
    const before = this.targets.length;
    this.emit(0x02, VOID);
    this.targets.push({ depth: ++this.depth, kind: "switch" });
    const n = clauses.length;
    for (let i = 0; i < n; i++) this.emit(0x02, VOID);
    this.depth += n;
    const table: number[] = [];
    let fallback = n;
    clauses.forEach((clause, i) => {
      if (ts.isDefaultClause(clause)) fallback = i;
      else table[this.constant(clause.expression)!] = i;
    });
    this.value(node.expression);
    this.emit(0x0e, ...unsigned(table.length));
    for (let k = 0; k < table.length; k++) this.emit(...unsigned(table[k] ?? fallback));
    this.emit(...unsigned(fallback));
    for (const clause of clauses) {
      this.emit(0x0b);
      this.depth--;
      this.block(clause);
    }
    this.emit(0x0b);
    this.depth--;
    this.targets.length = before;
  }

  // Expressions

  /// The number a constant expression stands for.
  private constant(node: ts.Expression): number | undefined {
    if (ts.isNumericLiteral(node)) return Number(node.text);
    if (ts.isParenthesizedExpression(node)) return this.constant(node.expression);
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
      const v = this.constant(node.operand);
      return v === undefined ? undefined : -v;
    }
    if (ts.isIdentifier(node) && this.find(node.text) === undefined && typeof constants[node.text] === "number") return constants[node.text] as number;
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const table = constants[node.expression.text] as Record<string, number> | undefined;
      if (typeof table === "object") return table[node.name.text];
    }
    if (ts.isBinaryExpression(node)) {
      const a = this.constant(node.left);
      const b = this.constant(node.right);
      if (a === undefined || b === undefined) return undefined;
      switch (node.operatorToken.kind) {
        case ts.SyntaxKind.PlusToken:
          return a + b;
        case ts.SyntaxKind.MinusToken:
          return a - b;
        case ts.SyntaxKind.BarToken:
          return a | b;
      }
    }
    return undefined;
  }

  private kindOf(node: ts.Expression): Kind {
    if (ts.isParenthesizedExpression(node)) return this.kindOf(node.expression);
    if (ts.isIdentifier(node)) return this.find(node.text)?.kind ?? I32;
    if (ts.isElementAccessExpression(node)) return node.expression.getText() === "F" ? F64 : I32;
    if (ts.isCallExpression(node)) {
      const name = node.expression.getText();
      if (name === "f64") return F64;
      return this.module.functions.get(name)?.result === F64 ? F64 : I32;
    }
    if (ts.isBinaryExpression(node) && arithmetic.has(node.operatorToken.kind)) return this.kindOf(node.left);
    if (ts.isConditionalExpression(node)) return this.kindOf(node.whenTrue);
    return I32;
  }

  private effect(node: ts.Expression): void {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const target = node.left;
      if (ts.isIdentifier(target)) {
        this.value(node.right);
        this.emit(0x21, ...unsigned(this.find(target.text)!.index));
        return;
      }
      if (ts.isElementAccessExpression(target)) {
        const offset = this.address(target);
        this.value(node.right);
        if (target.expression.getText() === "F") this.emit(0x39, 3, ...unsigned(offset * 8));
        else this.emit(0x36, 2, ...unsigned(offset * 4));
        return;
      }
    }
    if (ts.isCallExpression(node)) {
      if (this.call(node) !== undefined) this.emit(0x1a);
      return;
    }
    throw this.fail(node, "an expression without effect");
  }

  /// Pushes the byte address of an element, leaving out a constant part that is returned for the instruction to add.
  private address(node: ts.ElementAccessExpression): number {
    const shift = node.expression.getText() === "F" ? 3 : 2;
    let index = node.argumentExpression;
    let offset = 0;
    if (ts.isBinaryExpression(index) && index.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      const k = this.constant(index.right);
      if (k !== undefined && k > 0) {
        offset = k;
        index = index.left;
      }
    }
    const all = this.constant(index);
    if (all !== undefined) {
      this.emit(0x41, ...signed(0));
      return all + offset;
    }
    this.value(index);
    this.emit(0x41, ...signed(shift), 0x74);
    return offset;
  }

  /// Pushes 0 or another number for false or true.
  private condition(node: ts.Expression): void {
    this.value(node);
  }

  private value(node: ts.Expression): void {
    const k = this.constant(node);
    if (k !== undefined) {
      this.emit(0x41, ...signed(k));
      return;
    }
    if (ts.isParenthesizedExpression(node)) this.value(node.expression);
    else if (ts.isIdentifier(node)) {
      const local = this.find(node.text);
      if (local === undefined) throw this.fail(node, "unknown name");
      this.emit(0x20, ...unsigned(local.index));
    } else if (ts.isElementAccessExpression(node)) {
      const offset = this.address(node);
      if (node.expression.getText() === "F") this.emit(0x2b, 3, ...unsigned(offset * 8));
      else this.emit(0x28, 2, ...unsigned(offset * 4));
    } else if (ts.isCallExpression(node)) this.call(node);
    else if (ts.isConditionalExpression(node)) {
      this.condition(node.condition);
      this.emit(0x04, this.kindOf(node.whenTrue));
      this.depth++;
      this.value(node.whenTrue);
      this.emit(0x05);
      this.value(node.whenFalse);
      this.depth--;
      this.emit(0x0b);
    } else if (ts.isBinaryExpression(node)) this.binary(node);
    else throw this.fail(node, "not in the loop's language");
  }

  private binary(node: ts.BinaryExpression): void {
    const op = node.operatorToken.kind;
    if (op === ts.SyntaxKind.AmpersandAmpersandToken || op === ts.SyntaxKind.BarBarToken) {
      const isAnd = op === ts.SyntaxKind.AmpersandAmpersandToken;
      this.condition(node.left);
      this.emit(0x04, I32);
      this.depth++;
      if (isAnd) this.condition(node.right);
      else this.emit(0x41, 1);
      this.emit(0x05);
      if (isAnd) this.emit(0x41, 0);
      else this.condition(node.right);
      this.depth--;
      this.emit(0x0b);
      return;
    }
    const code = this.kindOf(node.left) === F64 ? doubles.get(op) : integers.get(op);
    if (code === undefined) throw this.fail(node, "unknown operator");
    this.value(node.left);
    this.value(node.right);
    this.emit(code);
  }

  /// Pushes the result of a call; returns its kind, undefined for none.
  private call(node: ts.CallExpression): Kind | undefined {
    const callee = node.expression;
    if (ts.isPropertyAccessExpression(callee)) {
      for (const a of node.arguments) this.value(a);
      const index = this.module.importIndex(callee.name.text);
      this.emit(0x10, ...unsigned(index));
      return this.module.imports[index].signature.result;
    }
    const name = callee.getText();
    const [argument] = node.arguments;
    if (name === "f64") {
      const k = this.constant(argument);
      if (k !== undefined) this.emit(0x44, ...double(k));
      else {
        this.value(argument);
        this.emit(0xb7);
      }
      return F64;
    }
    if (name === "i32") {
      this.value(argument);
      if (this.kindOf(argument) === F64) this.emit(0xaa);
      return I32;
    }
    const fn = this.module.functions.get(name);
    if (fn === undefined) throw this.fail(node, "unknown function");
    for (const a of node.arguments) this.value(a);
    if (fn.inline) this.inline(fn);
    else this.emit(0x10, ...unsigned(fn.index));
    return fn.result;
  }

  /// Copies a function's body; its arguments are on the stack.
  private inline(fn: Fn): void {
    const scope = new Map<string, Local>();
    const names = fn.node.parameters.map((p, i) => {
      const local = { index: this.local(fn.parameters[i]), kind: fn.parameters[i] };
      scope.set(p.name.getText(), local);
      return local.index;
    });
    for (const index of names.reverse()) this.emit(0x21, ...unsigned(index));
    const { scopes, targets } = this;
    this.scopes = [scope];
    this.emit(0x02, fn.result ?? VOID);
    this.depth++;
    this.targets = [{ depth: this.depth, kind: "inline" }];
    this.block(fn.node.body!);
    if (fn.result !== undefined) this.emit(0x00);
    this.emit(0x0b);
    this.depth--;
    this.scopes = scopes;
    this.targets = targets;
  }
}

const K = ts.SyntaxKind;
const arithmetic = new Set([K.PlusToken, K.MinusToken, K.AsteriskToken]);
const integers = new Map<ts.SyntaxKind, number>([
  [K.PlusToken, 0x6a], [K.MinusToken, 0x6b], [K.AsteriskToken, 0x6c], [K.PercentToken, 0x6f], [K.AmpersandToken, 0x71], [K.BarToken, 0x72],
  [K.CaretToken, 0x73], [K.LessThanLessThanToken, 0x74], [K.GreaterThanGreaterThanToken, 0x75], [K.GreaterThanGreaterThanGreaterThanToken, 0x76],
  [K.EqualsEqualsEqualsToken, 0x46], [K.ExclamationEqualsEqualsToken, 0x47], [K.LessThanToken, 0x48], [K.GreaterThanToken, 0x4a],
  [K.LessThanEqualsToken, 0x4c], [K.GreaterThanEqualsToken, 0x4e],
]);
const doubles = new Map<ts.SyntaxKind, number>([
  [K.PlusToken, 0xa0], [K.MinusToken, 0xa1], [K.AsteriskToken, 0xa2], [K.EqualsEqualsEqualsToken, 0x61], [K.ExclamationEqualsEqualsToken, 0x62],
  [K.LessThanToken, 0x63], [K.GreaterThanToken, 0x64], [K.LessThanEqualsToken, 0x65], [K.GreaterThanEqualsToken, 0x66],
]);

const kindOfType = (node: ts.TypeNode | undefined): Kind | undefined => {
  const name = node?.getText();
  return name === "void" || name === undefined ? undefined : name === "f64" ? F64 : I32;
};

const signatureOf = (node: ts.SignatureDeclaration): Signature => ({
  parameters: node.parameters.map((p) => kindOfType(p.type)!),
  result: kindOfType(node.type),
});

function countNodes(node: ts.Node): number {
  let n = 1;
  node.forEachChild((child) => {
    n += countNodes(child);
  });
  return n;
}

/// The bytes of the module for the loop's present source.
export function translate(): Uint8Array {
  const file = ts.createSourceFile("loop.ts", readFileSync(SOURCE, "utf8"), ts.ScriptTarget.Latest, true);
  const module = new Module();
  for (const statement of file.statements) {
    if (ts.isInterfaceDeclaration(statement) && statement.name.text === "LoopHost") {
      for (const member of statement.members) {
        if (ts.isMethodSignature(member)) module.imports.push({ name: member.name.getText(), signature: signatureOf(member) });
      }
    }
    if (ts.isVariableStatement(statement)) {
      for (const d of statement.declarationList.declarations) {
        if (d.initializer !== undefined && ts.isNumericLiteral(d.initializer)) constants[d.name.getText()] = Number(d.initializer.text);
      }
    }
  }
  for (const statement of file.statements) {
    if (!ts.isFunctionDeclaration(statement) || statement.name?.text !== "makeLoop") continue;
    for (const inner of statement.body!.statements) {
      if (!ts.isFunctionDeclaration(inner)) continue;
      const name = inner.name!.text;
      const inline = name !== "run" && countNodes(inner.body!) <= INLINE_NODES;
      module.functions.set(name, { ...signatureOf(inner), name, node: inner, index: -1, inline });
    }
  }
  return module.build();
}

/// The file that holds those bytes.
export function render(bytes: Uint8Array): string {
  const encoded = Buffer.from(bytes).toString("base64");
  const lines = encoded.match(/.{1,120}/g)!.map((line) => `  "${line}",`);
  return `// Generated by scripts/scheme-machine.ts from loop.ts. Do not edit.
/// The machine's loop as a WebAssembly module.
export const loopModule = [
${lines.join("\n")}
].join("");
`;
}

if (process.argv[1]?.endsWith("scheme-machine.ts")) {
  const bytes = translate();
  writeFileSync(TARGET, render(bytes));
  console.log(`${bytes.length} bytes`);
}
