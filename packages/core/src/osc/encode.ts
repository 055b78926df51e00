/// OSC packets to bytes, in two passes: measure, then fill a buffer of exactly that size.
import {
  isBundle,
  maxBundleDepth,
  type OscBundle,
  OscError,
  type OscMessage,
  type OscPacket,
  type OscValue,
  type TimeTag,
} from "./packet.ts";

/// An argument as people write it: whole numbers become `i`, other numbers `f`, and `{ type, value }` says otherwise.
export type OscInput = OscValue | { type: string; value: OscValue } | readonly OscInput[];

/// A message whose type tags follow from its arguments: `oscMessage("/s_new", "ping", -1, 0, 1, "freq", 440.5)`.
export function oscMessage(address: string | number, ...inputs: readonly OscInput[]): OscMessage {
  const args: OscValue[] = [];
  return { address, types: addInputs(inputs, args), args };
}

function addInputs(inputs: readonly OscInput[], args: OscValue[]): string {
  let types = "";
  for (const input of inputs) {
    if (Array.isArray(input)) {
      args.push(null);
      types += `[${addInputs(input, args)}]`;
      args.push(null);
    } else if (typeof input === "object" && input !== null && "type" in input) {
      args.push(input.value);
      types += input.type;
    } else {
      args.push(input as OscValue);
      types += tagOf(input as OscValue);
    }
  }
  return types;
}

export function tagOf(value: OscValue): string {
  switch (typeof value) {
    case "number":
      return value === Infinity ? "I" : (value | 0) === value && !Object.is(value, -0) ? "i" : "f";
    case "bigint":
      return "h";
    case "string":
      return "s";
    case "boolean":
      return value ? "T" : "F";
    default:
      return value === null ? "N" : value instanceof Uint8Array ? "b" : "t";
  }
}

/// The bytes of `packet`. Throws `OscError` when an argument does not fit its type tag.
export function encodePacket(packet: OscPacket): Uint8Array {
  const out = new Uint8Array(packetSize(packet, 0));
  new PacketEncoder(out).packet(packet);
  return out;
}

const padded = (size: number) => (size + 3) & ~3;
const stringSize = (text: string) => padded(utf8Length(text) + 1);

function utf8Length(text: string): number {
  for (let k = 0; k < text.length; k++) if (text.charCodeAt(k) > 127) return new TextEncoder().encode(text).length;
  return text.length;
}

function packetSize(packet: OscPacket, depth: number): number {
  if (isBundle(packet)) {
    if (depth >= maxBundleDepth) throw new OscError(0, `bundles nest deeper than ${maxBundleDepth}`);
    let size = 16;
    for (const inner of packet.packets) size += 4 + packetSize(inner, depth + 1);
    return size;
  }
  const { address, types, args, untyped } = packet;
  const head = typeof address === "number" ? 4 : stringSize(address);
  if (untyped) return head + padded(untyped.length);
  if (args.length !== types.length) throw new OscError(0, `"${address}" has ${args.length} arguments for ${types.length} type tags`);
  let size = head + stringSize("," + types);
  for (let k = 0; k < types.length; k++) size += valueSize(types[k], args[k], k);
  return size;
}

const fixedSizes: Record<string, number> = { i: 4, f: 4, c: 4, r: 4, m: 4, d: 8, h: 8, t: 8, T: 0, F: 0, N: 0, I: 0, "[": 0, "]": 0 };

function valueSize(type: string, value: OscValue, index: number): number {
  if (!fits(type, value)) throw new OscError(index, `argument ${index} (${String(value)}) does not fit its type tag "${type}"`);
  if (type === "s" || type === "S") return stringSize(value as string);
  if (type === "b") return 4 + padded((value as Uint8Array).length);
  return fixedSizes[type];
}

function fits(type: string, value: OscValue): boolean {
  switch (type) {
    case "i":
    case "f":
    case "d":
    case "r":
    case "m":
      return typeof value === "number";
    case "h":
      return typeof value === "bigint";
    case "s":
    case "S":
      return typeof value === "string" && !value.includes("\0");
    case "c":
      return typeof value === "string" && value.length === 1;
    case "b":
      return value instanceof Uint8Array;
    case "t":
      return typeof value === "object" && value !== null && "seconds" in value;
    default:
      return type in fixedSizes;
  }
}

class PacketEncoder {
  private readonly out: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(out: Uint8Array) {
    this.out = out;
    this.view = new DataView(out.buffer);
  }

  packet(packet: OscPacket): void {
    if (isBundle(packet)) this.bundle(packet);
    else this.message(packet);
  }

  private bundle({ time, packets }: OscBundle): void {
    this.string("#bundle");
    this.time(time);
    for (const packet of packets) {
      const sizeAt = this.advance(4);
      this.packet(packet);
      this.view.setInt32(sizeAt, this.at - sizeAt - 4);
    }
  }

  private message({ address, types, args, untyped }: OscMessage): void {
    if (typeof address === "number") this.view.setUint32(this.advance(4), address & 0xffffff);
    else this.string(address);
    if (untyped) {
      this.bytes(untyped);
    } else {
      this.string("," + types);
      for (let k = 0; k < types.length; k++) this.value(types[k], args[k]);
    }
  }

  private value(type: string, value: OscValue): void {
    switch (type) {
      case "i":
        this.view.setInt32(this.advance(4), value as number);
        break;
      case "f":
        this.view.setFloat32(this.advance(4), value as number);
        break;
      case "d":
        this.view.setFloat64(this.advance(8), value as number);
        break;
      case "h":
        this.view.setBigInt64(this.advance(8), value as bigint);
        break;
      case "r":
      case "m":
        this.view.setUint32(this.advance(4), value as number);
        break;
      case "c":
        this.view.setUint32(this.advance(4), (value as string).charCodeAt(0));
        break;
      case "s":
      case "S":
        this.string(value as string);
        break;
      case "t":
        this.time(value as TimeTag);
        break;
      case "b":
        this.view.setInt32(this.advance(4), (value as Uint8Array).length);
        this.bytes(value as Uint8Array);
    }
  }

  private time(tag: TimeTag): void {
    this.view.setUint32(this.advance(4), tag.seconds);
    this.view.setUint32(this.advance(4), tag.fraction);
  }

  private bytes(bytes: Uint8Array): void {
    this.out.set(bytes, this.advance(padded(bytes.length)));
  }

  private string(text: string): void {
    const length = utf8Length(text);
    const at = this.advance(padded(length + 1));
    if (length === text.length) for (let k = 0; k < length; k++) this.out[at + k] = text.charCodeAt(k);
    else new TextEncoder().encodeInto(text, this.out.subarray(at));
  }

  private advance(size: number): number {
    const at = this.at;
    this.at += size;
    return at;
  }
}
