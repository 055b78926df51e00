/// Values as text, in the notation s7 prints.
import { describeType, procedureText } from "../describe.ts";
import type { Interpreter } from "../interpreter.ts";
import { isKeyword, symbolName } from "../symbols.ts";
import {
  charCode,
  EOF,
  FALSE,
  Flag,
  isChar,
  isSymbol,
  isSyntax,
  MANY,
  NIL,
  NONE,
  TRUE,
  Type,
  UNBOUND,
  UNDEFINED,
  UNSPECIFIED,
} from "../words.ts";
import { writeChar } from "./characters.ts";
import { formatFloat } from "./floats.ts";
import { decode } from "./strings.ts";

const constants = new Map<number, string>([
  [NIL, "()"],
  [TRUE, "#t"],
  [FALSE, "#f"],
  [UNSPECIFIED, "#<unspecified>"],
  [UNDEFINED, "#<undefined>"],
  [EOF, "#<eof>"],
  [UNBOUND, "#<undefined>"],
]);

/// Nodes looked at before a structure is searched for cycles with a table.
const EASY = 2000;
/// Nesting beyond which the rest is left out.
const MAX_DEPTH = 1500;

export interface PrintOptions {
  /// Strings and characters as source (`write`) or as their text (`display`).
  write: boolean;
  /// Longest text wanted; the rest is cut.
  limit?: number;
  /// Whole structures whatever `print-length` says.
  whole?: boolean;
}

export function print(s: Interpreter, value: number, options: PrintOptions): string {
  return new Printer(s, options).print(value);
}

class Printer {
  private readonly s: Interpreter;
  private readonly options: PrintOptions;
  private readonly parts: string[] = [];
  private size = 0;
  private depth = 0;
  /// Objects that contain themselves: 0 until their label is given.
  private cyclic: Map<number, number> | undefined;
  private labels = 0;
  private readonly limit: number;

  constructor(s: Interpreter, options: PrintOptions) {
    this.s = s;
    this.options = options;
    this.limit = options.limit ?? Number.POSITIVE_INFINITY;
  }

  print(value: number): string {
    this.cyclic = this.findCycles(value);
    this.value(value, this.options.write);
    return this.parts.join("");
  }

  private out(text: string): void {
    this.parts.push(text);
    this.size += text.length;
  }

  private value(v: number, write: boolean): void {
    const { s } = this;
    const { w, heap } = { w: s.w, heap: s.heap };
    if ((v & 1) !== 0) {
      this.out(String(v >> 1));
      return;
    }
    if ((v & 3) !== 0) {
      this.immediate(v, write);
      return;
    }
    if (this.cyclic !== undefined && this.label(v)) return;
    if (this.depth > MAX_DEPTH || this.size > this.limit) {
      this.out("...");
      return;
    }
    this.depth++;
    switch (w[v] & 0xff) {
      case Type.Pair:
        this.pair(v);
        break;
      case Type.Float:
        this.out(formatFloat(heap.floatValue(v)));
        break;
      case Type.Int64:
        this.out(String(s.tower.big(v)));
        break;
      case Type.Ratio:
        this.out(`${s.tower.numerator(v)}/${s.tower.denominator(v)}`);
        break;
      case Type.Complex: {
        const [re, im] = s.tower.parts(v);
        const text = formatFloat(im);
        this.out(`${formatFloat(re)}${text.startsWith("-") || text.startsWith("+") ? text : `+${text}`}i`);
        break;
      }
      case Type.String:
        this.out(write ? quoteString(heap.b, heap.data(v) * 4, heap.length(v)) : s.text(v));
        break;
      case Type.Vector:
      case Type.FloatVector:
      case Type.IntVector:
      case Type.ByteVector:
        this.vector(v);
        break;
      case Type.HashTable:
        this.table(v);
        break;
      case Type.Let:
      case Type.Frame:
        this.environment(v);
        break;
      case Type.Closure:
      case Type.Macro:
        this.out(procedureText(s, v));
        break;
      case Type.Builtin:
        this.out(procedureText(s, v));
        break;
      case Type.Continuation:
        this.out("#<continuation>");
        break;
      case Type.Exit:
        this.out("#<goto>");
        break;
      case Type.Iterator:
        this.out(`#<iterator: ${describeType(s, w[v + 1]).replace(/^an? /, "")}>`);
        break;
      case Type.InputPort:
        this.out("#<input-string-port>");
        break;
      case Type.OutputPort:
        this.out(
          w[v + 3] === NONE ? "#<output-string-port>" : v === s.stdout ? "*stdout*" : v === s.stderr ? "*stderr*" : "#<output-file-port>",
        );
        break;
      case Type.CPointer:
        this.out(`#<c_pointer 0x${s.tower.big(w[v + 1]).toString(16)}>`);
        break;
      case Type.RandomState:
        this.out("#<random-state>");
        break;
      case Type.Values:
        this.sequence("(values", w[v + 1], ")");
        break;
      case Type.Settings:
        this.out("*s7*");
        break;
      default:
        this.out("#<object>");
    }
    this.depth--;
  }

  private immediate(v: number, write: boolean): void {
    if (isSymbol(v)) {
      this.symbol(v);
      return;
    }
    if (isChar(v)) {
      this.out(write ? writeChar(charCode(v)) : String.fromCharCode(charCode(v)));
      return;
    }
    if (isSyntax(v)) {
      this.out(symbolName(((v >>> 8) << 3) | 6));
      return;
    }
    if (v === MANY) {
      this.sequence("(values", this.s.w[this.s.reg.Values], ")");
      return;
    }
    this.out(constants.get(v) ?? "#<unknown>");
  }

  private symbol(v: number): void {
    const name = symbolName(v);
    if (/[\s()";']|^$|^[,`#]/.test(name) && !/^#_/.test(name)) {
      const bytes = new TextEncoder().encode(name);
      this.out(`(symbol ${quoteString(bytes, 0, bytes.length)})`);
    } else this.out(name);
  }

  private sequence(open: string, list: number, close: string): void {
    this.out(open);
    for (let l = list; this.s.heap.isPair(l); l = this.s.w[l + 2]) {
      this.out(" ");
      this.value(this.s.w[l + 1], true);
    }
    this.out(close);
  }

  private pair(v: number): void {
    const { s } = this;
    const { w } = s;
    const rest = w[v + 2];
    if (w[v + 1] === s.symbols.quote && s.heap.isPair(rest) && w[rest + 2] === NIL) {
      this.out("'");
      this.value(w[rest + 1], true);
      return;
    }
    const most = this.options.whole ? Number.POSITIVE_INFINITY : s.settings.printLength;
    this.out("(");
    let l = v;
    for (let n = 0; ; n++) {
      if (n >= most || this.size > this.limit) {
        this.out(n > 0 ? "...)" : "...)");
        return;
      }
      this.value(w[l + 1], true);
      l = w[l + 2];
      if (l === NIL) {
        this.out(")");
        return;
      }
      if (!s.heap.isPair(l) || this.cyclic?.has(l)) {
        this.out(" . ");
        this.value(l, true);
        this.out(")");
        return;
      }
      this.out(" ");
    }
  }

  private vector(v: number): void {
    const { s } = this;
    const type = s.w[v] & 0xff;
    const letter = type === Type.FloatVector ? "r" : type === Type.IntVector ? "i" : type === Type.ByteVector ? "u" : "";
    const dimensions = s.vectors.dimensions(v);
    if (dimensions.length > 1) {
      this.out(`#${letter}${dimensions.length}d`);
      const total = dimensions.reduce((a, b) => a * b, 1);
      if (total === 0) {
        this.out("()");
        return;
      }
      this.slice(v, dimensions, 0, 0, total);
      return;
    }
    this.out(`#${letter}`);
    this.slice(v, [s.heap.length(v)], 0, 0, s.heap.length(v));
  }

  private slice(v: number, dimensions: number[], level: number, from: number, size: number): void {
    const { s } = this;
    const count = dimensions[level];
    const most = this.options.whole ? Number.POSITIVE_INFINITY : s.settings.printLength;
    const stride = count === 0 ? 0 : size / count;
    this.out("(");
    for (let i = 0; i < count; i++) {
      if (i > 0) this.out(" ");
      if (i >= most || this.size > this.limit) {
        this.out("...");
        break;
      }
      if (level + 1 < dimensions.length) this.slice(v, dimensions, level + 1, from + i * stride, stride);
      else this.element(v, from + i);
    }
    this.out(")");
  }

  private element(v: number, i: number): void {
    const { heap } = this.s;
    switch (this.s.w[v] & 0xff) {
      case Type.Vector:
        this.value(this.s.w[heap.data(v) + i], true);
        return;
      case Type.FloatVector:
        this.out(formatFloat(heap.f[(heap.data(v) >> 1) + i]));
        return;
      case Type.ByteVector:
        this.out(String(heap.b[heap.data(v) * 4 + i]));
        return;
      default: {
        const at = heap.data(v) + i * 2;
        this.out(String((BigInt(this.s.w[at + 1]) << 32n) | BigInt(this.s.w[at] >>> 0)));
      }
    }
  }

  private table(v: number): void {
    const { s } = this;
    this.out((s.w[v] & Flag.Weak) !== 0 ? "(weak-hash-table" : "(hash-table");
    let n = 0;
    s.tables.each(v, (key, value) => {
      if (n++ >= s.settings.printLength && !this.options.whole) return;
      this.binding(key, value);
    });
    if (n > s.settings.printLength && !this.options.whole) this.out(" ...");
    this.out(")");
  }

  private binding(key: number, value: number): void {
    this.out(" ");
    this.quoted(key);
    this.out(" ");
    this.quoted(value);
  }

  /// Symbols are quoted, as in the call that makes the object; lists are not, as s7 leaves them.
  private quoted(v: number): void {
    if (isSymbol(v) && !isKeyword(v)) this.out("'");
    this.value(v, true);
  }

  private environment(v: number): void {
    const { s } = this;
    if (v === s.rootlet) {
      this.out("(rootlet)");
      return;
    }
    if (s.environments.hasMethod(v, s.symbols.objectToString)) {
      this.out("#<let>");
      return;
    }
    this.out("(inlet");
    let n = 0;
    s.environments.each(v, (symbol, value) => {
      if (n++ < s.settings.printLength || this.options.whole) this.binding(symbol, value);
    });
    if (n > s.settings.printLength && !this.options.whole) this.out(" ...");
    this.out(")");
  }

  /// Writes the label of an object that contains itself; true when it has been written before.
  private label(v: number): boolean {
    const n = this.cyclic!.get(v);
    if (n === undefined) return false;
    if (n > 0) {
      this.out(`#${n}#`);
      return true;
    }
    this.cyclic!.set(v, ++this.labels);
    this.out(`#${this.labels}=`);
    return false;
  }

  private children(v: number, visit: (child: number) => void): void {
    const { s } = this;
    const { w } = s;
    switch (w[v] & 0xff) {
      case Type.Pair:
        visit(w[v + 1]);
        visit(w[v + 2]);
        break;
      case Type.Vector: {
        const data = s.heap.data(v);
        for (let i = 0; i < s.heap.length(v); i++) visit(w[data + i]);
        break;
      }
      case Type.HashTable:
        s.tables.each(v, (key, value) => {
          visit(key);
          visit(value);
        });
        break;
      case Type.Let:
      case Type.Frame:
        s.environments.each(v, (_symbol, value) => visit(value));
    }
  }

  private findCycles(value: number): Map<number, number> | undefined {
    let budget = EASY;
    const isShort = (v: number, depth: number): boolean => {
      if ((v & 3) !== 0 || v === 0) return true;
      if (--budget < 0 || depth > 200) return false;
      let ok = true;
      this.children(v, (child) => {
        ok &&= isShort(child, depth + 1);
      });
      return ok;
    };
    if (isShort(value, 0)) return undefined;
    const found = new Map<number, number>();
    // Depth first with an explicit path: 1 on the path, 2 finished.
    const state = new Map<number, number>();
    const stack: number[] = [value];
    while (stack.length > 0) {
      const v = stack[stack.length - 1];
      const seen = state.get(v);
      if (seen === undefined) {
        state.set(v, 1);
        this.children(v, (child) => {
          if ((child & 3) !== 0 || child === 0) return;
          const type = this.s.w[child] & 0xff;
          if (type !== Type.Pair && type !== Type.Vector && type !== Type.HashTable && type !== Type.Let && type !== Type.Frame) return;
          const mark = state.get(child);
          if (mark === 1) found.set(child, 0);
          else if (mark === undefined) stack.push(child);
        });
      } else {
        stack.pop();
        if (seen === 1) state.set(v, 2);
      }
    }
    return found.size > 0 ? found : undefined;
  }
}

const escapes: Record<number, string> = { 34: '\\"', 92: "\\\\", 9: "\\t", 13: "\\r" };

/// Bytes as a string literal.
export function quoteString(bytes: Uint8Array, at: number, length: number): string {
  let text = '"';
  let plain = at;
  for (let i = at; i < at + length; i++) {
    const c = bytes[i];
    if ((c >= 32 || c === 10) && c !== 34 && c !== 92 && c !== 127) continue;
    text += decode(bytes, plain, i - plain) + (escapes[c] ?? `\\x${c.toString(16).padStart(2, "0")};`);
    plain = i + 1;
  }
  return `${text}${decode(bytes, plain, at + length - plain)}"`;
}
