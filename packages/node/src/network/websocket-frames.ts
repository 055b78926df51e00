/// Frames of the WebSocket protocol (RFC 6455), the server's side: what clients send is masked, what goes to them is not.

export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/// A message, put together from its fragments, or a control frame.
export interface WebSocketMessage {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/// The client breaks the protocol; `status` is what the closing frame says.
export class WebSocketError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const finalBit = 0x80;
const reservedBits = 0x70;
const maskBit = 0x80;
/// Longest payload of a control frame.
const mostControl = 125;

interface Header {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: number;
  readonly length: number;
}

export class WebSocketReader {
  readonly #largest: number;
  #held: Uint8Array = new Uint8Array(0);
  /// Of a message that comes in fragments.
  #parts: Uint8Array[] = [];
  #partsLength = 0;
  #opcode = -1;

  /// `largest`: bytes of a message.
  constructor(largest: number) {
    this.#largest = largest;
  }

  /// The messages that `chunk` completes. Throws `WebSocketError` when the client breaks the protocol or its message is too large.
  *push(chunk: Uint8Array): Generator<WebSocketMessage> {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (let header = this.#header(); header; header = this.#header()) {
      const end = header.payload + header.length;
      if (this.#held.length < end) break;
      const payload = unmasked(this.#held, header);
      this.#held = this.#held.subarray(end);
      const message = header.opcode >= Opcode.close ? { opcode: header.opcode, payload } : this.#fragment(header, payload);
      if (message) yield message;
    }
    // The rest must not keep a large chunk alive, nor be changed with it.
    this.#held = this.#held.slice();
  }

  #header(): Header | undefined {
    const held = this.#held;
    if (held.length < 2) return undefined;
    const [first, second] = held;
    if (first & reservedBits) throw new WebSocketError(1002, "reserved bits are set");
    if (!(second & maskBit)) throw new WebSocketError(1002, "a client's frame is not masked");
    const short = second & 0x7f;
    const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
    const payload = 2 + lengthBytes + 4;
    if (held.length < payload) return undefined;
    const view = new DataView(held.buffer, held.byteOffset);
    const length = short === 127 ? Number(view.getBigUint64(2)) : short === 126 ? view.getUint16(2) : short;
    const final = (first & finalBit) !== 0;
    const opcode = first & 0x0f;
    if (opcode >= Opcode.close && (length > mostControl || !final))
      throw new WebSocketError(1002, "a control frame that is long or in parts");
    if (length + this.#partsLength > this.#largest) throw new WebSocketError(1009, `a message of more than ${this.#largest} bytes`);
    return { final, opcode, payload, length };
  }

  #fragment({ final, opcode }: Header, payload: Uint8Array): WebSocketMessage | undefined {
    if ((opcode === Opcode.continuation) !== this.#opcode >= 0) throw new WebSocketError(1002, "fragments out of order");
    if (opcode > Opcode.binary) throw new WebSocketError(1002, `unknown opcode ${opcode}`);
    if (opcode !== Opcode.continuation) this.#opcode = opcode;
    this.#parts.push(payload);
    this.#partsLength += payload.length;
    if (!final) return undefined;
    const message = { opcode: this.#opcode, payload: this.#parts.length === 1 ? payload : Buffer.concat(this.#parts) };
    this.#parts = [];
    this.#partsLength = 0;
    this.#opcode = -1;
    return message;
  }
}

function unmasked(held: Uint8Array, { payload, length }: Header): Uint8Array {
  const plain = new Uint8Array(length);
  for (let k = 0; k < length; k++) plain[k] = held[payload + k] ^ held[payload - 4 + (k & 3)];
  return plain;
}

/// One whole message as a frame; `mask` (4 bytes) is for clients.
export function webSocketFrame(opcode: number, payload: Uint8Array, mask?: Uint8Array): Uint8Array {
  const { length } = payload;
  const lengthBytes = length > 0xffff ? 8 : length > mostControl ? 2 : 0;
  const header = 2 + lengthBytes;
  const start = header + (mask ? 4 : 0);
  const framed = new Uint8Array(start + length);
  const view = new DataView(framed.buffer);
  framed[0] = finalBit | opcode;
  framed[1] = (mask ? maskBit : 0) | (lengthBytes === 8 ? 127 : lengthBytes === 2 ? 126 : length);
  if (lengthBytes === 8) view.setBigUint64(2, BigInt(length));
  else if (lengthBytes === 2) view.setUint16(2, length);
  framed.set(payload, start);
  if (mask) {
    framed.set(mask, header);
    for (let k = 0; k < length; k++) framed[start + k] ^= mask[k & 3];
  }
  return framed;
}
