/// OSC packets from bytes. Every count is checked against the bytes that are there before anything is made of it.
import { maxBundleDepth, type OscBundle, OscError, type OscMessage, type OscPacket, type OscValue } from "./packet.ts";

/// Decodes the packet in `bytes[start, end)`. Blobs are views of `bytes`, not copies.
/// Throws `OscError` with the offset into `bytes` of whatever is malformed.
export function decodePacket(bytes: Uint8Array, start = 0, end = bytes.length): OscPacket {
  return new PacketDecoder(bytes, end).packet(start, end, 0);
}

const bundleTag = "#bundle";

class PacketDecoder {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  /// The next byte to read.
  private at = 0;

  constructor(bytes: Uint8Array, end: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, end);
  }

  packet(start: number, end: number, depth: number): OscPacket {
    const size = end - start;
    if (size < 4) throw new OscError(start, `a packet of ${size} bytes: the shortest has 4`);
    if (size % 4 !== 0) throw new OscError(start, `a packet of ${size} bytes: its size must be a multiple of 4`);
    return this.bytes[start] === 0x23 && this.isBundleTag(start, end) ? this.bundle(start, end, depth) : this.message(start, end);
  }

  private isBundleTag(start: number, end: number): boolean {
    if (end - start < 8 || this.bytes[start + 7] !== 0) return false;
    for (let k = 1; k < 7; k++) if (this.bytes[start + k] !== bundleTag.charCodeAt(k)) return false;
    return true;
  }

  private bundle(start: number, end: number, depth: number): OscBundle {
    if (depth >= maxBundleDepth) throw new OscError(start, `bundles nest deeper than ${maxBundleDepth}`);
    if (end - start < 16) throw new OscError(start, `a bundle of ${end - start} bytes: its name and time tag need 16`);
    const time = { seconds: this.view.getUint32(start + 8), fraction: this.view.getUint32(start + 12) };
    const packets: OscPacket[] = [];
    let at = start + 16;
    while (at < end) {
      if (end - at < 4) throw new OscError(at, "a bundle ends inside the size of an element");
      const size = this.view.getInt32(at);
      if (size < 0 || size > end - at - 4) {
        throw new OscError(at, `a bundle element of ${size} bytes, but ${end - at - 4} bytes are left in the bundle`);
      }
      packets.push(this.packet(at + 4, at + 4 + size, depth + 1));
      at += 4 + size;
    }
    return { time, packets };
  }

  private message(start: number, end: number): OscMessage {
    let address: string | number;
    if (this.bytes[start] === 0) {
      address = this.view.getUint32(start);
      this.at = start + 4;
    } else {
      this.at = start;
      address = this.string(end, "the address");
    }
    if (this.at === end) return { address, types: "", args: [] };
    if (this.bytes[this.at] !== 0x2c) return { address, types: "", args: [], untyped: this.bytes.subarray(this.at, end) };
    this.at++;
    const types = this.string(end, "the type tags", start);
    return { address, types, args: this.values(types, this.at, end) };
  }

  private values(types: string, start: number, end: number): OscValue[] {
    const values: OscValue[] = new Array(types.length);
    let open = 0;
    this.at = start;
    for (let k = 0; k < types.length; k++) {
      const type = types.charCodeAt(k);
      if (type === 0x5b) open++;
      else if (type === 0x5d && --open < 0) throw new OscError(this.at, `type tags "${shown(types)}": "]" without "["`);
      values[k] = this.value(type, k, end);
    }
    if (open > 0) throw new OscError(this.at, `type tags "${shown(types)}": "[" without "]"`);
    return values;
  }

  private value(type: number, index: number, end: number): OscValue {
    const at = this.at;
    switch (type) {
      case 0x69: // i
        return this.view.getInt32(this.take(4, type, index, end));
      case 0x66: // f
        return this.view.getFloat32(this.take(4, type, index, end));
      case 0x73: // s
      case 0x53: // S
        return this.string(end, `argument ${index}`);
      case 0x62: // b
        return this.blob(index, end);
      case 0x64: // d
        return this.view.getFloat64(this.take(8, type, index, end));
      case 0x68: // h
        return this.view.getBigInt64(this.take(8, type, index, end));
      case 0x74: // t
        this.take(8, type, index, end);
        return { seconds: this.view.getUint32(at), fraction: this.view.getUint32(at + 4) };
      case 0x63: // c
        return String.fromCharCode(this.view.getUint32(this.take(4, type, index, end)) & 0xffff);
      case 0x72: // r
      case 0x6d: // m
        return this.view.getUint32(this.take(4, type, index, end));
      case 0x54: // T
        return true;
      case 0x46: // F
        return false;
      case 0x49: // I
        return Infinity;
      case 0x4e: // N
      case 0x5b: // [
      case 0x5d: // ]
        return null;
    }
    throw new OscError(at, `argument ${index} has the unknown type tag "${String.fromCharCode(type)}"`);
  }

  private take(size: number, type: number, index: number, end: number): number {
    const at = this.at;
    if (end - at < size) {
      throw new OscError(at, `argument ${index} of type "${String.fromCharCode(type)}" needs ${size} bytes, but ${end - at} are left`);
    }
    this.at = at + size;
    return at;
  }

  private blob(index: number, end: number): Uint8Array {
    const at = this.take(4, 0x62, index, end);
    const size = this.view.getInt32(at);
    if (size < 0 || size > end - this.at) {
      throw new OscError(at, `argument ${index} is a blob of ${size} bytes, but ${end - this.at} are left`);
    }
    const blob = this.bytes.subarray(this.at, this.at + size);
    this.at = Math.min(end, this.at + ((size + 3) & ~3));
    return blob;
  }

  /// A zero-terminated string, padded to a multiple of 4 counted from `origin`. Plain ASCII is the common case.
  private string(end: number, what: string, origin = this.at): string {
    const { bytes, at: start } = this;
    let at = start;
    let ascii = 0;
    let text = "";
    for (; at < end && bytes[at] !== 0; at++) {
      ascii |= bytes[at];
      if (ascii < 128) text += String.fromCharCode(bytes[at]);
    }
    if (at === end) throw new OscError(start, `${what} is a string without its terminating zero`);
    this.at = origin + ((at - origin + 4) & ~3);
    return ascii < 128 ? text : new TextDecoder().decode(bytes.slice(start, at));
  }
}

const shown = (types: string) => (types.length > 40 ? types.slice(0, 40) + "..." : types);
