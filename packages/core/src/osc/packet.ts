/// What an OSC packet holds, as plain data: the decoder makes these, the encoder takes them, front doors read them.

/// An NTP time: whole seconds and 2^-32 second units, both unsigned 32-bit. In a score, seconds count from 0.
export interface TimeTag {
  seconds: number;
  fraction: number;
}

/// The value of one type tag: `i f d r m` number, `h` bigint, `t` TimeTag, `s S c` string, `b` bytes, `T F` boolean, `N [ ]` null, `I` Infinity.
export type OscValue = number | bigint | string | boolean | null | Uint8Array | TimeTag;

/// One command. `types[k]` is the tag of `args[k]`; the brackets of an array are entries of their own.
export interface OscMessage {
  /// A name, with or without its leading slash, or the number of an integer address (bytes 0 0 0 n).
  address: string | number;
  types: string;
  args: readonly OscValue[];
  /// Argument bytes of a message that has no type tags; `types` and `args` are then empty and the command decides how to read them.
  untyped?: Uint8Array;
}

/// Packets to be carried out together at one time.
export interface OscBundle {
  time: TimeTag;
  packets: readonly OscPacket[];
}

export type OscPacket = OscMessage | OscBundle;

export const isBundle = (packet: OscPacket): packet is OscBundle => "packets" in packet;

/// The tag that means "at once".
export const immediately: TimeTag = { seconds: 0, fraction: 1 };

/// Seconds as a time tag. The part below 2^-32 s is dropped, as sclang does.
export function timeTag(seconds: number): TimeTag {
  const whole = Math.floor(seconds);
  return { seconds: whole >>> 0, fraction: Math.floor((seconds - whole) * 2 ** 32) >>> 0 };
}

/// A time tag in seconds, to the 53 bits of a number.
export const timeTagSeconds = (tag: TimeTag): number => tag.seconds + tag.fraction / 2 ** 32;

/// Negative, zero or positive as `a` lies before, at or after `b`.
export const compareTimeTags = (a: TimeTag, b: TimeTag): number => a.seconds - b.seconds || a.fraction - b.fraction;

/// Bundles may nest this deep; OSC sets no limit, but a packet must not be able to exhaust the stack.
export const maxBundleDepth = 128;

/// A packet that cannot be decoded or encoded. `offset` is the byte (decoding) or argument (encoding) where it goes wrong.
export class OscError extends Error {
  readonly offset: number;
  readonly code = "osc/malformed";

  constructor(offset: number, message: string) {
    super(message);
    this.name = "OscError";
    this.offset = offset;
  }
}
