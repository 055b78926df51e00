/// `format`: text from a control string and values.
import { type Definition, def } from "../definition.ts";
import type { Condition } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { FALSE, isChar, isFix, NIL, NONE, TRUE, Type, UNSPECIFIED } from "../words.ts";
import { isSequence, needString } from "./arguments.ts";
import { numberText } from "./numbers/text.ts";
import { writeText } from "./ports.ts";
import { items } from "./sequences.ts";

/// Widest field and longest repetition.
const MAX_WIDTH = 10_000;

interface Arguments {
  values: number[];
  next: number;
}

class Formatter {
  private readonly s: Interpreter;
  private readonly control: string;
  private readonly all: number[];
  private out = "";

  constructor(s: Interpreter, control: string, all: number[]) {
    this.s = s;
    this.control = control;
    this.all = all;
  }

  run(): string {
    const args: Arguments = { values: this.all, next: 0 };
    this.part(0, this.control.length, args, false);
    if (args.next < args.values.length) throw this.fail("too many arguments");
    return this.out;
  }

  private fail(text: string): Condition {
    const { s } = this;
    return s.error("format-error", "format: ~S ~{~S~^ ~}: ~A", s.string(this.control), s.heap.list(...this.all), s.string(text));
  }

  private take(args: Arguments): number {
    if (args.next >= args.values.length) throw this.fail("missing argument");
    return args.values[args.next++];
  }

  /// Formats control[from, to). False when ~^ ended it.
  private part(from: number, to: number, args: Arguments, inLoop: boolean): boolean {
    const { control } = this;
    for (let i = from; i < to; ) {
      if (control[i] !== "~") {
        this.out += control[i++];
        continue;
      }
      i++;
      if (i >= to) throw this.fail("control string ends in tilde");
      const next = this.directive(i, to, args, inLoop);
      if (next < 0) return false;
      i = next;
    }
    return true;
  }

  /// Handles the directive whose text begins at i; returns where the next text is, -1 for ~^ at the end of the values.
  private directive(start: number, to: number, args: Arguments, inLoop: boolean): number {
    const { control } = this;
    let i = start;
    let width = -1;
    let precision = -1;
    let pad = " ";
    let numeric = false;
    const number = (): number => {
      const digits = /^-?\d+/.exec(control.slice(i, i + 12));
      if (digits !== null) {
        i += digits[0].length;
        numeric = true;
        return Number(digits[0]);
      }
      if (control[i] === "N" || control[i] === "n") {
        const v = this.take(args);
        if (!isFix(v)) throw this.fail("~N value should be an integer");
        i++;
        numeric = true;
        return v >> 1;
      }
      return -1;
    };
    width = number();
    if (control[i] === ",") {
      i++;
      if (control[i] !== "'") precision = number();
      if (control[i] === "'") {
        pad = control[i + 1];
        i += 2;
        numeric = true;
      } else if (control[i] === "," && control[i + 1] === "'") {
        pad = control[i + 2];
        i += 3;
      }
    }
    if (width > MAX_WIDTH || precision > MAX_WIDTH) throw this.fail("numeric argument too large");
    if (i >= to) throw this.fail("control string ends in tilde");
    const c = control[i++];
    const lower = c.toLowerCase();
    switch (lower) {
      case "a":
      case "s":
      case "w":
        if (numeric) throw this.fail("unused numeric argument");
        this.out += this.text(this.take(args), lower !== "a");
        return i;
      case "~":
        if (numeric) throw this.fail("unused numeric argument");
        this.out += "~";
        return i;
      case "%":
        this.out += "\n".repeat(Math.max(width, 1));
        return i;
      case "&":
        if (this.out !== "" && !this.out.endsWith("\n")) this.out += "\n";
        return i;
      case "\n":
        while (i < to && /\s/.test(control[i])) i++;
        return i;
      case "*":
        this.take(args);
        return i;
      case "p": {
        const plural = control[start] === "@" ? "ies" : "s";
        const v = this.take(args);
        if (!this.s.tower.isReal(v)) throw this.fail("~P argument is not a real number");
        if (this.s.tower.real(v) !== 1) this.out += plural;
        return i;
      }
      case "@": {
        if (control[i]?.toLowerCase() !== "p") throw this.fail("unknown @ directive");
        const v = this.take(args);
        this.out += this.s.tower.isReal(v) && this.s.tower.real(v) === 1 ? "y" : "ies";
        return i + 1;
      }
      case "c": {
        const v = this.take(args);
        if (!isChar(v)) throw this.fail("~C directive requires a character argument");
        this.out += String.fromCharCode(v >>> 8).repeat(width < 0 ? 1 : width);
        return i;
      }
      case "t":
        if (width > 0) this.out = this.tab(width, precision);
        return i;
      case "{":
        return this.loop(i, to, args);
      case "}":
        throw this.fail("unmatched ~}");
      case "^":
        if (!inLoop) throw this.fail("~^ outside of ~{~}");
        return args.next >= args.values.length ? -1 : i;
      case "d":
      case "x":
      case "o":
      case "b":
      case "f":
      case "e":
      case "g":
        this.out += this.number(lower, this.take(args), width, precision).padStart(Math.max(width, 0), pad);
        return i;
      default:
        throw this.fail("unimplemented format directive");
    }
  }

  private tab(column: number, step: number): string {
    const start = this.out.lastIndexOf("\n") + 1;
    const at = this.out.length - start;
    let target = column;
    if (at > target && step > 0) target += Math.ceil((at - target) / step) * step;
    return this.out + " ".repeat(Math.max(0, target - at - 1));
  }

  private text(v: number, write: boolean): string {
    const method = this.s.environments.method(v, this.s.symbols.objectToString);
    if (method !== NONE) return this.s.display(this.s.call(method, v));
    return write ? this.s.write(v) : this.s.display(v);
  }

  private number(directive: string, v: number, width: number, precision: number): string {
    const { s } = this;
    if (s.tower.rank(v) < 0) throw this.fail(`~${directive.toUpperCase()}: numeric argument is not a number`);
    const radix = directive === "x" ? 16 : directive === "o" ? 8 : directive === "b" ? 2 : 10;
    if (directive === "d" || radix !== 10) return numberText(s, v, radix);
    if (s.tower.rank(v) === 3 || (s.tower.rank(v) < 2 && precision < 0 && width < 0 && directive !== "e")) {
      if (s.tower.rank(v) === 3) return numberText(s, v, 10);
      if (directive === "g") return numberText(s, v, 10);
    }
    const x = s.tower.real(v);
    if (!Number.isFinite(x)) return numberText(s, v, 10);
    const digits = precision < 0 ? 6 : Math.min(precision, 100);
    if (directive === "f") return s.tower.isInteger(v) && precision < 0 ? x.toFixed(6) : x.toFixed(digits);
    if (directive === "e") return exponential(x, digits);
    return general(x, digits);
  }

  private loop(start: number, to: number, args: Arguments): number {
    const { control, s } = this;
    let depth = 1;
    let end = start;
    for (; end < to; end++) {
      if (control[end] !== "~") continue;
      if (control[end + 1] === "{") depth++;
      else if (control[end + 1] === "}" && --depth === 0) break;
      end++;
    }
    if (end >= to) throw this.fail("'{' directive, but no matching '}'");
    const v = this.take(args);
    if (!isSequence(s, v)) throw this.fail("'{' directive argument should be a list or something we can turn into a list");
    const inner: Arguments = { values: items(s, v), next: 0 };
    while (inner.next < inner.values.length) {
      const before = inner.next;
      if (!this.part(start, end, inner, true)) break;
      if (inner.next === before) throw this.fail("'{...}' doesn't consume any arguments!");
    }
    return end + 2;
  }
}

/// C's %e: at least two digits of exponent.
function exponential(x: number, digits: number): string {
  return x.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2");
}

/// C's %g.
function general(x: number, digits: number): string {
  if (x === 0) return "0";
  const precision = Math.max(digits, 1);
  const exponent = Number(x.toExponential(precision - 1).split("e")[1]);
  if (exponent < -4 || exponent >= precision) return exponential(x, precision - 1).replace(/\.?0+e/, "e");
  const text = x.toFixed(Math.max(0, precision - 1 - exponent));
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

export const format = (s: Interpreter, control: string, values: number[]): string => new Formatter(s, control, values).run();

export const formatting: Definition[] = [
  def(
    "format",
    [1, -1],
    "Text from a control string: to a port, #t for the current one, #f for a string.",
    '(format #f "~A ~,2F" 1 3.14159) => "1 3.14"',
    (s, a, b, _c, n, at) => {
      if (s.isString(a)) {
        return s.string(format(s, s.text(a), Array.from(s.w.subarray(at + 1, at + n))));
      }
      if (a !== TRUE && a !== FALSE && a !== NIL && !s.heap.isType(a, Type.OutputPort)) throw s.wrongType(1, a, "an output port");
      if (n < 2) throw s.error("wrong-number-of-args", "format: not enough arguments: ~S", s.heap.list(a));
      needString(s, b, 2);
      const text = format(s, s.text(b), Array.from(s.w.subarray(at + 2, at + n)));
      if (a !== FALSE) writeText(s, a === TRUE || a === NIL ? s.output : a, text);
      return a === NIL ? UNSPECIFIED : s.string(text);
    },
  ),
];
