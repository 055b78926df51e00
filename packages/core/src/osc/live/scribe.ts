/// Writes messages as words. Allocates nothing once its memory is large enough, except for strings seen for the first time.
import type { OscInput } from "../encode.ts";
import { tagOf } from "../encode.ts";
import type { OscValue } from "../packet.ts";
import type { StringNumbers } from "./strings.ts";

/// A record that would be longer is not written.
const mostWords = 1 << 17;

export class Scribe {
  words = new Int32Array(4096);
  length = 0;
  /// The record has become too long; what was written since is lost.
  overflowed = false;
  private readonly strings: StringNumbers | undefined;
  private floats = new Float32Array(this.words.buffer);
  private readonly double = new Float64Array(1);
  private readonly halves = new Int32Array(this.double.buffer);

  /// Without `strings` every string is written itself.
  constructor(strings?: StringNumbers) {
    this.strings = strings;
  }

  /// Begins a record.
  start(kind: number): void {
    this.length = 0;
    this.overflowed = false;
    this.word(kind);
  }

  word(value: number): void {
    this.words[this.place()] = value;
  }

  float(value: number): void {
    this.floats[this.place()] = value;
  }

  wide(value: number): void {
    this.double[0] = value;
    this.word(this.halves[0]);
    this.word(this.halves[1]);
  }

  /// The string itself.
  text(text: string): void {
    this.word(text.length);
    for (let i = 0; i < text.length; i++) this.word(text.charCodeAt(i));
  }

  /// The string's number, or -1 and the string.
  string(text: string): void {
    const number = this.strings ? this.strings.numberOf(text) : -1;
    this.word(number);
    if (number < 0) this.text(text);
  }

  bytes(bytes: Uint8Array): void {
    this.word(bytes.length);
    for (let i = 0; i < bytes.length; i += 4) {
      this.word(bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24));
    }
  }

  argument(tag: number, value: OscValue): void {
    this.word(tag);
    switch (tag) {
      case Tag.i:
        this.word(value as number);
        break;
      case Tag.f:
        this.float(value as number);
        break;
      case Tag.d:
      case Tag.h:
      case Tag.r:
      case Tag.m:
      case Tag.I:
        this.wide(Number(value));
        break;
      case Tag.s:
      case Tag.S:
      case Tag.c:
        this.string(value as string);
    }
  }

  /// An argument as `oscMessage` takes it; how many it came to.
  input(input: OscInput): number {
    if (typeof input === "object" && input !== null) {
      if (Array.isArray(input)) {
        let count = 2;
        this.word(Tag.open);
        for (const inner of input) count += this.input(inner);
        this.word(Tag.close);
        return count;
      }
      if ("type" in input) {
        this.argument(input.type.charCodeAt(0), input.value);
        return 1;
      }
    }
    this.argument(tagOf(input as OscValue).charCodeAt(0), input as OscValue);
    return 1;
  }

  private place(): number {
    if (this.length === this.words.length) this.grow();
    return this.length++;
  }

  private grow(): void {
    if (this.length >= mostWords) {
      this.overflowed = true;
      this.length = 0;
      return;
    }
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    this.floats = new Float32Array(words.buffer);
  }
}

/// Codes of the type tags that carry something, and of brackets.
export const Tag = {
  i: 0x69,
  f: 0x66,
  d: 0x64,
  h: 0x68,
  r: 0x72,
  m: 0x6d,
  I: 0x49,
  s: 0x73,
  S: 0x53,
  c: 0x63,
  open: 0x5b,
  close: 0x5d,
} as const;
