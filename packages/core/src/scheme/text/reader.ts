/// Reads data from bytes. Nesting is kept on a list, not on the host's stack, so no text can be too deep.
import { Condition } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { parseNumber } from "../numbers/parse.ts";
import { intern } from "../symbols.ts";
import { charWord, EOF, FALSE, fix, NIL, TRUE, Type, UNDEFINED, UNSPECIFIED } from "../words.ts";
import { charNames } from "./characters.ts";
import { quasiquote } from "./quasiquote.ts";
import { decode } from "./strings.ts";

/// A datum being read: a list or vector with the items so far, or a prefix such as `'` that waits for one datum.
interface Open {
  kind: "list" | "prefix" | "vector" | "skip";
  items: number[];
  /// Items after a dot: -1 none seen, else the index of the tail.
  dot: number;
  place: number;
  prefix: string;
  /// Element letter and number of dimensions of a vector.
  element: string;
  dimensions: number;
}

const NEWLINE = 10;
const isSpace = (c: number) => c === 32 || (c >= 9 && c <= 13);
const endsWord = (c: number) => isSpace(c) || c === 40 || c === 41 || c === 34 || c === 59;

/// Longest text kept in messages.
const EXCERPT = 32;

export class Reader {
  private readonly s: Interpreter;
  private readonly bytes: Uint8Array;
  /// Next byte to read.
  at: number;
  private readonly end: number;
  line = 1;
  private lineStart: number;

  constructor(s: Interpreter, bytes: Uint8Array, at = 0, end = bytes.length) {
    this.s = s;
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.lineStart = at;
  }

  /// Where the next byte is: line and column from 1.
  get place(): { line: number; column: number } {
    return { line: this.line, column: this.at - this.lineStart + 1 };
  }

  private fail(type: string, text: string): Condition {
    const s = this.s;
    return new Condition(intern(type), s.heap.list(s.string(`${text}, line ${this.line}`)));
  }

  /// The next datum; EOF at the end of the text.
  read(): number {
    const open: Open[] = [];
    for (;;) {
      this.skipSpace();
      if (this.at >= this.end) {
        if (open.length === 0) return EOF;
        throw this.fail("read-error", `missing close paren: ${this.excerpt()}`);
      }
      const place = fix(Math.min(this.line, 0x3ffff) * 256 + Math.min(this.at - this.lineStart + 1, 255));
      const c = this.bytes[this.at];
      let value: number;
      if (c === 40) {
        this.at++;
        open.push(this.opened("list", place));
        continue;
      }
      if (c === 41) {
        const top = open[open.length - 1];
        if (top === undefined || top.kind === "prefix" || top.kind === "skip") throw this.fail("read-error", "unexpected close paren");
        this.at++;
        open.pop();
        value = this.close(top);
      } else if (c === 39 || c === 96 || c === 44) {
        this.at++;
        const frame = this.opened("prefix", place);
        frame.prefix = c === 39 ? "quote" : c === 96 ? "quasiquote" : "unquote";
        if (c === 44 && this.bytes[this.at] === 64 && this.at < this.end) {
          this.at++;
          frame.prefix = "unquote-splicing";
        }
        open.push(frame);
        continue;
      } else if (c === 34) value = this.readString();
      else if (c === 35) {
        const result = this.readSharp(open, place);
        if (result === undefined) continue;
        value = result;
      } else {
        const word = this.word();
        const top = open[open.length - 1];
        if (word === "." && top?.kind === "list" && top.dot < 0 && top.items.length > 0) {
          top.dot = top.items.length;
          continue;
        }
        value = this.atom(word);
      }
      const done = this.place_(open, value);
      if (done) return this.result;
    }
  }

  private result = 0;

  /// Puts a datum where it belongs; true when it is the whole result.
  private place_(open: Open[], datum: number): boolean {
    let value = datum;
    for (;;) {
      const top = open[open.length - 1];
      if (top === undefined) {
        this.result = value;
        return true;
      }
      if (top.kind === "skip") {
        open.pop();
        return false;
      }
      if (top.kind !== "prefix") {
        top.items.push(value);
        return false;
      }
      open.pop();
      const { heap } = this.s;
      if (top.prefix === "quasiquote") value = quasiquote(this.s, value);
      else {
        value = heap.list(intern(top.prefix), value);
        heap.w[value + 3] = top.place;
      }
    }
  }

  private opened(kind: Open["kind"], place: number): Open {
    return { kind, items: [], dot: -1, place, prefix: "", element: "", dimensions: 1 };
  }

  private close(frame: Open): number {
    const { heap } = this.s;
    const { items, dot } = frame;
    if (dot >= 0 && items.length !== dot + 1) throw this.fail("read-error", "stray dot in a list");
    if (frame.kind === "vector") return this.s.vectors.fromNested(frame.element, frame.dimensions, items);
    let list: number = dot >= 0 ? items[dot] : NIL;
    for (let i = (dot >= 0 ? dot : items.length) - 1; i >= 0; i--) list = heap.cons(items[i], list);
    if (list !== NIL) heap.w[list + 3] = frame.place;
    return list;
  }

  private excerpt(): string {
    const from = Math.max(this.lineStart, this.end - EXCERPT);
    return decode(this.bytes, from, this.end - from).trim();
  }

  private skipSpace(): void {
    const { bytes, end } = this;
    while (this.at < end) {
      const c = bytes[this.at];
      if (c === NEWLINE) this.newline();
      else if (isSpace(c)) this.at++;
      else if (c === 59) while (this.at < end && bytes[this.at] !== NEWLINE) this.at++;
      else if (c === 35 && (bytes[this.at + 1] === 124 || bytes[this.at + 1] === 33)) this.skipBlock(bytes[this.at + 1]);
      else return;
    }
  }

  private newline(): void {
    this.at++;
    this.line++;
    this.lineStart = this.at;
  }

  /// `#| ... |#` nests; `#! ... !#` does not.
  private skipBlock(mark: number): void {
    const { bytes, end } = this;
    let depth = 1;
    this.at += 2;
    while (this.at < end) {
      const c = bytes[this.at];
      const next = bytes[this.at + 1];
      if (c === mark && next === 35) {
        this.at += 2;
        if (--depth === 0) return;
      } else if (c === 35 && next === mark && mark === 124) {
        this.at += 2;
        depth++;
      } else if (c === NEWLINE) this.newline();
      else this.at++;
    }
    throw this.fail("read-error", "unterminated block comment");
  }

  private word(): string {
    const from = this.at++;
    while (this.at < this.end && !endsWord(this.bytes[this.at])) this.at++;
    return decode(this.bytes, from, this.at - from);
  }

  private atom(word: string): number {
    const c = word.charCodeAt(0);
    if ((c >= 48 && c <= 57) || c === 43 || c === 45 || c === 46) {
      const n = parseNumber(this.s.heap, this.s.tower, word);
      if (n !== undefined) return n;
    }
    return intern(word);
  }

  private readString(): number {
    const { bytes, end } = this;
    const out: number[] = [];
    this.at++;
    for (;;) {
      if (this.at >= end) throw this.fail("string-read-error", "end of input encountered while in a string");
      const c = bytes[this.at];
      if (c === 34) break;
      if (c === 92) {
        this.at++;
        this.escape(out);
      } else {
        out.push(c);
        if (c === NEWLINE) this.newline();
        else this.at++;
      }
    }
    this.at++;
    return this.s.bytesToString(out);
  }

  private escape(out: number[]): void {
    const { bytes } = this;
    const c = bytes[this.at];
    const simple: Record<string, number> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, "0": 0, "\\": 92, '"': 34, "/": 47 };
    if (c === 120) {
      let value = 0;
      this.at++;
      while (this.at < this.end && bytes[this.at] !== 59) {
        const digit = Number.parseInt(String.fromCharCode(bytes[this.at++]), 16);
        if (Number.isNaN(digit) || value > 0xffffff) throw this.fail("string-read-error", "unknown backslash usage");
        value = value * 16 + digit;
      }
      this.at++;
      if (value < 256) out.push(value);
      else if (value <= 0x10ffff) out.push(...new TextEncoder().encode(String.fromCodePoint(value)));
      return;
    }
    if (isSpace(c)) {
      // A backslash at the end of a line joins it with the next.
      while (this.at < this.end && isSpace(bytes[this.at])) bytes[this.at] === NEWLINE ? this.newline() : this.at++;
      return;
    }
    const value = simple[String.fromCharCode(c)];
    if (value === undefined) throw this.fail("string-read-error", `unknown backslash usage: \\${String.fromCharCode(c)}`);
    out.push(value);
    this.at++;
  }

  /// Syntax that begins with `#`. Undefined when it opened something or was a comment.
  private readSharp(open: Open[], place: number): number | undefined {
    const { bytes, s } = this;
    const next = bytes[this.at + 1];
    if (next === 40) {
      this.at += 2;
      open.push({ ...this.opened("vector", place), element: "" });
      return undefined;
    }
    if (next === 59) {
      this.at += 2;
      open.push(this.opened("skip", place));
      return undefined;
    }
    if (next === 92) return this.readChar();
    if (next === 60) return this.readUnreadable();
    const from = this.at;
    const word = this.word();
    if (bytes[this.at] === 40 && this.at < this.end) {
      const match = /^#([iru]?)(?:8|(\d+)d)?$/.exec(word);
      if (match !== null) {
        this.at++;
        open.push({ ...this.opened("vector", place), element: match[1], dimensions: match[2] === undefined ? 1 : Number(match[2]) });
        return undefined;
      }
    }
    switch (word) {
      case "#t":
      case "#true":
        return TRUE;
      case "#f":
      case "#false":
        return FALSE;
    }
    if (word.startsWith("#_")) return s.globals.initialValue(intern(word.slice(2)));
    const number = parseNumber(s.heap, s.tower, word);
    if (number !== undefined) return number;
    this.at = from + word.length;
    throw this.fail("read-error", `unknown # object: ${word.slice(0, EXCERPT)}`);
  }

  private readChar(): number {
    const from = this.at + 2;
    this.at = from + 1;
    while (this.at < this.end && !endsWord(this.bytes[this.at])) this.at++;
    const name = decode(this.bytes, from, this.at - from);
    if (this.at - from <= 1) return charWord(this.bytes[from]);
    const named = charNames.get(name);
    if (named !== undefined) return charWord(named);
    if (/^x[0-9a-f]+$/i.test(name)) {
      const code = Number.parseInt(name.slice(1), 16);
      if (code < 256) return charWord(code);
    }
    if (name.length === 1) return charWord(name.charCodeAt(0) & 255);
    throw this.fail("read-error", `unknown character name: ${name.slice(0, EXCERPT)}`);
  }

  private readUnreadable(): number {
    const from = this.at;
    while (this.at < this.end && this.bytes[this.at] !== 62) this.at++;
    this.at++;
    const word = decode(this.bytes, from, this.at - from);
    if (word === "#<unspecified>") return UNSPECIFIED;
    if (word === "#<undefined>") return UNDEFINED;
    if (word === "#<eof>") return EOF;
    throw this.fail("read-error", `unknown # object: ${word.slice(0, EXCERPT)}`);
  }
}

/// Types of vectors by the letter of their literals.
export const vectorLetter: Record<string, number> = { "": Type.Vector, i: Type.IntVector, r: Type.FloatVector, u: Type.ByteVector };
