/// Reads words of records: numbers, strings, and the arguments of messages as commands read them. On the engine's thread: allocates nothing for
/// arguments whose strings are known by number.
import { MessageArguments, type OscArguments } from "../arguments.ts";
import { untypedFlag } from "./records.ts";
import { Tag } from "./scribe.ts";

/// One-character strings by code.
const tags = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

export class Cursor implements OscArguments {
  left = 0;
  /// Index of the next word.
  at = 0;
  /// Strings by number, as the other side tells them.
  readonly strings: string[] = [];
  private words: Int32Array = new Int32Array(0);
  private floats: Float32Array = new Float32Array(0);
  private readonly pair = new Float64Array(1);
  private readonly halves = new Int32Array(this.pair.buffer);
  private untyped: MessageArguments | undefined;

  /// Goes to a place in `words`, of which `floats` is the same memory.
  go(words: Int32Array, floats: Float32Array, at: number): void {
    this.words = words;
    this.floats = floats;
    this.at = at;
  }

  word(): number {
    return this.words[this.at++];
  }

  float32(): number {
    return this.floats[this.at++];
  }

  wide(): number {
    this.halves[0] = this.words[this.at++];
    this.halves[1] = this.words[this.at++];
    return this.pair[0];
  }

  text(): string {
    const length = this.word();
    let text = "";
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.word());
    return text;
  }

  /// A string by its number, or written out.
  known(): string {
    const number = this.word();
    return number < 0 ? this.text() : this.strings[number];
  }

  /// Begins to read arguments, after the word with their number.
  begin(): void {
    const count = this.word();
    this.untyped = undefined;
    if (count & untypedFlag) this.untyped = new MessageArguments({ address: "", types: "", args: [], untyped: this.bytes() });
    this.left = this.untyped ? this.untyped.left : count;
  }

  get type(): string {
    if (this.untyped) return this.untyped.type;
    return this.left === 0 ? "" : tags[this.words[this.at] & 127];
  }

  skip(): void {
    if (this.untyped) this.rest(this.untyped, this.untyped.skip());
    if (this.untyped || this.left === 0) return;
    this.left--;
    const tag = this.words[this.at++];
    switch (tag) {
      case Tag.i:
      case Tag.f:
        this.at++;
        break;
      case Tag.d:
      case Tag.h:
      case Tag.r:
      case Tag.m:
      case Tag.I:
        this.at += 2;
        break;
      case Tag.s:
      case Tag.S:
      case Tag.c:
        this.at += this.words[this.at] < 0 ? 2 + this.words[this.at + 1] : 1;
    }
  }

  int(fallback = 0): number {
    if (this.untyped) return this.rest(this.untyped, this.untyped.int(fallback));
    if (this.left > 0 && this.words[this.at] === Tag.i) {
      this.left--;
      this.at += 2;
      return this.words[this.at - 1];
    }
    const value = this.number();
    return Number.isNaN(value) ? fallback : Math.max(-0x80000000, Math.min(0x7fffffff, Math.trunc(value)));
  }

  float(fallback = 0): number {
    if (this.untyped) return this.rest(this.untyped, this.untyped.float(fallback));
    const isNumber = this.left > 0 && this.isNumber(this.words[this.at]);
    const value = this.number();
    return isNumber ? Math.fround(value) : fallback;
  }

  string(fallback = ""): string {
    if (this.untyped) return this.rest(this.untyped, this.untyped.string(fallback));
    if (this.left > 0 && (this.words[this.at] === Tag.s || this.words[this.at] === Tag.S || this.words[this.at] === Tag.c)) {
      this.left--;
      this.at++;
      return this.known();
    }
    this.skip();
    return fallback;
  }

  /// The next argument as it is, a double; 0 for what is no number.
  double(): number {
    return this.isNumber(this.words[this.at]) ? this.number() : 0;
  }

  /// Blobs do not travel: no command of the engine reads one.
  blob(): undefined {
    this.skip();
  }

  /// The next argument as a number; NaN for anything else.
  private number(): number {
    const at = this.at + 1;
    const tag = this.left > 0 ? this.words[this.at] : 0;
    this.skip();
    if (tag === Tag.i) return this.words[at];
    if (tag === Tag.f) return this.floats[at];
    if (!this.isNumber(tag)) return Number.NaN;
    this.halves[0] = this.words[at];
    this.halves[1] = this.words[at + 1];
    return this.pair[0];
  }

  private isNumber(tag: number): boolean {
    return tag === Tag.i || tag === Tag.f || tag === Tag.d || tag === Tag.h || tag === Tag.r || tag === Tag.m || tag === Tag.I;
  }

  private bytes(): Uint8Array {
    const count = this.word();
    const copy = new Uint8Array(this.words.slice(this.at, this.at + Math.ceil(count / 4)).buffer, 0, count);
    this.at += Math.ceil(count / 4);
    return copy;
  }

  private rest<T>(untyped: MessageArguments, value: T): T {
    this.left = untyped.left;
    return value;
  }
}
