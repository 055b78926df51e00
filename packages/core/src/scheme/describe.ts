/// Names of types and of procedures, for messages and for printing.
import type { Interpreter } from "./interpreter.ts";
import { symbolName } from "./symbols.ts";
import { EOF, FALSE, isChar, isFix, isSymbol, isSyntax, NIL, TRUE, Type, UNDEFINED, UNSPECIFIED } from "./words.ts";

const typeNames = new Map<number, string>([
  [Type.Pair, "a pair"],
  [Type.Float, "a real"],
  [Type.Int64, "an integer"],
  [Type.Ratio, "a ratio"],
  [Type.Complex, "a complex number"],
  [Type.String, "a string"],
  [Type.Vector, "a vector"],
  [Type.FloatVector, "a float-vector"],
  [Type.IntVector, "an int-vector"],
  [Type.ByteVector, "a byte-vector"],
  [Type.HashTable, "a hash-table"],
  [Type.Closure, "a procedure"],
  [Type.Macro, "a macro"],
  [Type.Builtin, "a procedure"],
  [Type.Continuation, "a continuation"],
  [Type.Exit, "a goto procedure"],
  [Type.Let, "an environment"],
  [Type.Frame, "an environment"],
  [Type.Iterator, "an iterator"],
  [Type.InputPort, "an input port"],
  [Type.OutputPort, "an output port"],
  [Type.CPointer, "a raw C pointer"],
  [Type.RandomState, "a random state"],
  [Type.Values, "multiple values"],
  [Type.Settings, "an environment"],
]);

export function procedureText(s: Interpreter, v: number): string {
  const type = s.w[v] & 0xff;
  if (type === Type.Builtin) return s.definitions[s.w[v + 1] >> 1].name;
  const closure = type === Type.Macro ? s.w[v + 1] : v;
  const name = s.closureName(closure);
  if (name !== 0) return symbolName(name);
  const source = s.closureSource(closure);
  if (!s.heap.isPair(source)) return "#<lambda ()>";
  const parameters = parametersText(s, s.heap.car(s.heap.cdr(source)));
  return `#<${symbolName(s.heap.car(source))} ${parameters}>`;
}

function parametersText(s: Interpreter, list: number): string {
  if (isSymbol(list)) return symbolName(list);
  const names: string[] = [];
  let l = list;
  for (; s.heap.isPair(l); l = s.heap.cdr(l)) {
    const item = s.heap.car(l);
    names.push(s.display(s.heap.isPair(item) ? s.heap.car(item) : item));
  }
  return `(${names.join(" ")}${l === NIL ? "" : ` . ${s.display(l)}`})`;
}

/// Names of types in messages.
export function describeType(s: Interpreter, v: number): string {
  if (isFix(v)) return "an integer";
  if (isSymbol(v)) return "a symbol";
  if (isChar(v)) return "a character";
  if (v === NIL) return "nil";
  if (v === TRUE || v === FALSE) return "boolean";
  if (v === UNSPECIFIED || v === UNDEFINED) return "untyped";
  if (isSyntax(v)) return "syntactic";
  if (v === EOF) return "an eof object";
  return typeNames.get(s.heap.typeOf(v)) ?? "an object";
}
