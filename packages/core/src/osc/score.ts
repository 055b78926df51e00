/// Non-real-time scores: bundles one after another, each with its size before it, with time tags that count seconds from 0.
import { decodePacket } from "./decode.ts";
import { encodePacket } from "./encode.ts";
import { compareTimeTags, isBundle, type OscBundle, OscError, timeTagSeconds } from "./packet.ts";

/// One bundle of a score and where it lies in the file.
export interface ScoreEntry {
  /// Byte position of the bundle's size.
  position: number;
  /// Of the bundle, without the four bytes of its size.
  size: number;
  bundle: OscBundle;
}

/// A score that cannot be read on from `position`; everything before it was sound. `score/order` when all that is wrong is that it goes back in
/// time.
export class ScoreError extends Error {
  readonly position: number;
  readonly code: "score/malformed" | "score/order";

  constructor(position: number, message: string, code: ScoreError["code"] = "score/malformed") {
    super(`score, byte ${position}: ${message}`);
    this.name = "ScoreError";
    this.position = position;
    this.code = code;
  }
}

/// The bundles of a score in order, decoded one at a time. Throws `ScoreError` at the first that is truncated, malformed, not a bundle,
/// or earlier than the one before it.
export function* readScore(bytes: Uint8Array): Generator<ScoreEntry, void, undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let before: OscBundle | undefined;
  for (let position = 0; position < bytes.length; ) {
    const left = bytes.length - position - 4;
    if (left < 0) throw new ScoreError(position, "the file ends inside the size of a bundle");
    const size = view.getInt32(position);
    if (size < 0 || size > left) {
      throw new ScoreError(position, `a bundle of ${size} bytes, but ${left} are left: the file is truncated or not a binary score`);
    }
    const bundle = decodeBundle(bytes, position, size);
    if (before && compareTimeTags(bundle.time, before.time) < 0) {
      throw new ScoreError(
        position,
        `a bundle at ${timeTagSeconds(bundle.time)} s after one at ${timeTagSeconds(before.time)} s: times must not decrease`,
        "score/order",
      );
    }
    yield { position, size, bundle };
    before = bundle;
    position += 4 + size;
  }
}

function decodeBundle(bytes: Uint8Array, position: number, size: number): OscBundle {
  const start = position + 4;
  try {
    const packet = decodePacket(bytes, start, start + size);
    if (isBundle(packet)) return packet;
    throw new ScoreError(start, `a message (${JSON.stringify(packet.address)}) where a bundle was expected`);
  } catch (error) {
    throw error instanceof OscError ? new ScoreError(error.offset, error.message) : error;
  }
}

/// The bytes of a score. Bundles must be in time order.
export function writeScore(bundles: Iterable<OscBundle>): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  let before: OscBundle | undefined;
  for (const bundle of bundles) {
    if (before && compareTimeTags(bundle.time, before.time) < 0) {
      throw new ScoreError(size, `bundle ${parts.length} is earlier than the one before it: sort bundles by time first`);
    }
    const part = encodePacket(bundle);
    parts.push(part);
    size += 4 + part.length;
    before = bundle;
  }
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const part of parts) {
    view.setInt32(at, part.length);
    out.set(part, at + 4);
    at += 4 + part.length;
  }
  return out;
}
