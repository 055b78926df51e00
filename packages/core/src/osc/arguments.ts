/// Reads a message's arguments in order, coercing as scsynth does, whether the message has type tags or not.
import { OscError, type OscMessage, type OscValue } from "./packet.ts";

/// A cursor over arguments. A number can be read as float or int from any number type; what is missing or of another kind gives the fallback.
export interface OscArguments {
  /// How many arguments are left; for a message without tags, how many 4-byte words.
  readonly left: number;
  /// The next argument's type tag; `"?"` without tags, `""` at the end.
  readonly type: string;
  /// Skips one argument (one word without tags).
  skip(): void;
  /// Truncates a float towards zero, saturating at 32 bits.
  int(fallback?: number): number;
  /// The value as a 32-bit float.
  float(fallback?: number): number;
  string(fallback?: string): string;
  blob(): Uint8Array | undefined;
}

/// The arguments of a decoded message. Where it has no type tags the bytes are read as what is asked for.
export class MessageArguments implements OscArguments {
  private readonly message: OscMessage;
  private readonly untyped: Uint8Array | undefined;
  /// Index of the next argument, or byte offset of it where there are no tags.
  private at = 0;

  constructor(message: OscMessage) {
    this.message = message;
    this.untyped = message.untyped;
  }

  get left(): number {
    return this.untyped ? (this.untyped.length - this.at) >> 2 : this.message.args.length - this.at;
  }

  get type(): string {
    return this.left === 0 ? "" : this.untyped ? "?" : this.message.types[this.at];
  }

  /// Gives the argument's value, undefined without tags or at the end.
  skip(): OscValue | undefined {
    if (this.left === 0) return undefined;
    if (!this.untyped) return this.message.args[this.at++];
    this.at += 4;
  }

  int(fallback = 0): number {
    if (this.untyped) return this.left === 0 ? fallback : this.view(4).getInt32(0);
    const value = this.number();
    if (value === undefined || Number.isNaN(value)) return fallback;
    return Math.max(-0x80000000, Math.min(0x7fffffff, Math.trunc(value)));
  }

  float(fallback = 0): number {
    if (this.untyped) return this.left === 0 ? fallback : this.view(4).getFloat32(0);
    const value = this.number();
    return value === undefined ? fallback : Math.fround(value);
  }

  string(fallback = ""): string {
    if (!this.untyped) {
      const value = this.skip();
      return typeof value === "string" ? value : fallback;
    }
    if (this.left === 0) return fallback;
    const end = this.untyped.indexOf(0, this.at);
    if (end < 0) throw new OscError(this.at, "a string without its terminating zero");
    const text = new TextDecoder().decode(this.untyped.slice(this.at, end));
    this.at = (end + 4) & ~3;
    return text;
  }

  blob(): Uint8Array | undefined {
    if (!this.untyped) {
      const value = this.skip();
      return value instanceof Uint8Array ? value : undefined;
    }
    if (this.left === 0) return undefined;
    const size = this.view(4).getInt32(0);
    if (size < 0 || size > this.untyped.length - this.at) throw new OscError(this.at - 4, `a blob of ${size} bytes, but fewer are left`);
    const blob = this.untyped.subarray(this.at, this.at + size);
    this.at = Math.min(this.untyped.length, this.at + ((size + 3) & ~3));
    return blob;
  }

  private number(): number | undefined {
    const value = this.skip();
    return typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : undefined;
  }

  private view(size: number): DataView {
    const { buffer, byteOffset } = this.untyped!;
    this.at += size;
    return new DataView(buffer, byteOffset + this.at - size, size);
  }
}
