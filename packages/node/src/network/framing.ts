/// Packets in a stream of bytes: each after its length, 4 bytes big-endian.

/// A length that no client means: the stream is out of step, or not OSC at all.
export class FramingError extends Error {
  readonly code = "network/framing";
}

/// Takes a stream apart. Holds no more than one unfinished packet.
export class FrameReader {
  readonly #largest: number;
  /// Of the packet that is coming; its length first.
  #parts: Uint8Array[] = [];
  #held = 0;
  /// Bytes of the packet being read; -1 while its length is.
  #length = -1;

  /// `largest`: bytes of a packet.
  constructor(largest: number) {
    this.#largest = largest;
  }

  /// The packets that `chunk` completes; they do not share its memory when they began in an earlier one. Throws `FramingError` for an impossible length.
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    let at = 0;
    for (;;) {
      const wanted = (this.#length < 0 ? 4 : this.#length) - this.#held;
      const end = Math.min(chunk.length, at + wanted);
      if (end - at < wanted) {
        if (end > at) this.#parts.push(chunk.slice(at, end));
        this.#held += end - at;
        return;
      }
      const whole = this.#whole(chunk.subarray(at, end));
      at = end;
      if (this.#length >= 0) {
        this.#length = -1;
        yield whole;
      } else this.#length = this.#lengthFrom(whole);
    }
  }

  #whole(last: Uint8Array): Uint8Array {
    if (this.#held === 0) return last;
    const whole = new Uint8Array(this.#held + last.length);
    let at = 0;
    for (const part of [...this.#parts, last]) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#held = 0;
    return whole;
  }

  #lengthFrom(bytes: Uint8Array): number {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0);
    if (length < 0 || length > this.#largest) {
      throw new FramingError(`a packet of ${length} bytes, expected 0 to ${this.#largest}: is this OSC with a length before each packet?`);
    }
    return length;
  }
}

/// `packet` with its length before it.
export function frame(packet: Uint8Array): Uint8Array {
  const framed = new Uint8Array(4 + packet.length);
  new DataView(framed.buffer).setUint32(0, packet.length);
  framed.set(packet, 4);
  return framed;
}
