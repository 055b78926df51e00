/// The small language of the Scheme machine's sources (`machine/loop.ts`, `heap/marker.ts`), read as TypeScript syntax.
///
/// Numbers are 32-bit integers unless typed `f64`. A variable typed `address` holds a word's index in TypeScript and its byte address in
/// WebAssembly, so that using it as an index costs no shift. `W`, `F` and `B` are the memory as words, doubles and bytes.
import ts from "typescript";
import { ValueType } from "../../packages/core/src/wasm/opcodes.ts";

export type Kind = "i32" | "f64" | "address";

export interface Signature {
  readonly parameters: readonly Kind[];
  readonly result: Kind | undefined;
}

/// How a value of this kind is held.
export const valueTypeOf = (kind: Kind): ValueType => (kind === "f64" ? ValueType.f64 : ValueType.i32);

export const paramsOf = (s: Signature): ValueType[] => s.parameters.map(valueTypeOf);
export const resultsOf = (s: Signature): ValueType[] => (s.result === undefined ? [] : [valueTypeOf(s.result)]);

/// The kind that a type annotation names; undefined for none and for `void`.
export function kindOfType(node: ts.TypeNode | undefined): Kind | undefined {
  const name = node?.getText();
  if (name === undefined || name === "void") return undefined;
  return name === "f64" || name === "address" ? name : "i32";
}

export const signatureOf = (node: ts.SignatureDeclaration): Signature => ({
  parameters: node.parameters.map((p) => kindOfType(p.type) ?? "i32"),
  result: kindOfType(node.type),
});

/// Named numbers, and tables of them.
export type Constants = Readonly<Record<string, unknown>>;

/// The number that a constant expression stands for. `shadowed`: names that are variables here.
export function constantOf(node: ts.Expression, constants: Constants, shadowed: (name: string) => boolean): number | undefined {
  const of = (n: ts.Expression) => constantOf(n, constants, shadowed);
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isParenthesizedExpression(node)) return of(node.expression);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    const v = of(node.operand);
    return v === undefined ? undefined : -v;
  }
  if (ts.isIdentifier(node)) {
    const v = shadowed(node.text) ? undefined : constants[node.text];
    return typeof v === "number" ? v : undefined;
  }
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const table = constants[node.expression.text] as Record<string, number> | undefined;
    return typeof table === "object" ? table[node.name.text] : undefined;
  }
  if (!ts.isBinaryExpression(node)) return undefined;
  const a = of(node.left);
  const b = of(node.right);
  if (a === undefined || b === undefined) return undefined;
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.PlusToken:
      return a + b;
    case ts.SyntaxKind.MinusToken:
      return a - b;
    case ts.SyntaxKind.BarToken:
      return a | b;
    default:
      return undefined;
  }
}

/// Syntax nodes below one: how large a function is.
export function countNodes(node: ts.Node): number {
  let n = 1;
  node.forEachChild((child) => {
    n += countNodes(child);
  });
  return n;
}

/// An error that names the place in the source.
export function misuse(node: ts.Node, what: string): Error {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return new Error(`${file.fileName}:${line + 1}: ${what}: ${node.getText().slice(0, 60)}`);
}
