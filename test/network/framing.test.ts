/// Streams come in pieces of any size; what is framed comes out whole and in order.
import { FrameReader, FramingError, frame, Opcode, WebSocketError, WebSocketReader, webSocketFrame } from "@heddle/node";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const packets = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
/// Where a stream is cut.
const cuts = fc.array(fc.nat(3000), { maxLength: 12 });

function pieces(parts: readonly Uint8Array[], at: readonly number[]): Uint8Array[] {
  const stream = Buffer.concat(parts);
  const places = [0, ...at.filter((place) => place < stream.length).sort((a, b) => a - b), stream.length];
  return places.slice(1).map((end, k) => new Uint8Array(stream.subarray(places[k], end)));
}

describe("TCP", () => {
  test("packets survive any cutting of the stream", () => {
    fc.assert(
      fc.property(packets, cuts, (sent, at) => {
        const reader = new FrameReader(1000);
        const got = pieces(sent.map(frame), at).flatMap((piece) => [...reader.push(piece)].map((packet) => [...packet]));
        expect(got).toEqual(sent.map((packet) => [...packet]));
      }),
    );
  });

  test.each([-1, 1001, 0x47455420])("a length of %d is refused before anything is kept", (length) => {
    const reader = new FrameReader(1000);
    expect(() => [...reader.push(new Uint8Array(new Int32Array([length]).buffer).reverse())]).toThrow(FramingError);
  });
});

describe("WebSocket", () => {
  const mask = Uint8Array.of(1, 2, 3, 255);

  test("messages survive masking, every length field and any cutting", () => {
    const sizes = fc.constantFrom(0, 1, 125, 126, 127, 65535, 65536, 70000);
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 4 }), cuts, (lengths, at) => {
        const sent = lengths.map((length) => Uint8Array.from({ length }, (_, k) => k * 7));
        const reader = new WebSocketReader(1 << 20);
        const framed = sent.map((payload) => webSocketFrame(Opcode.binary, payload, mask));
        const got = pieces(framed, at).flatMap((piece) => [...reader.push(piece)]);
        expect(got).toHaveLength(sent.length);
        got.forEach(({ opcode, payload }, k) => {
          expect([opcode, Buffer.compare(payload, sent[k])]).toEqual([Opcode.binary, 0]);
        });
      }),
      { numRuns: 40 },
    );
  });

  test("a message in fragments comes as one, with a ping between them", () => {
    const part = (opcode: number, final: boolean, text: string) => {
      const bytes = webSocketFrame(opcode, Buffer.from(text), mask);
      if (!final) bytes[0] &= 0x7f;
      return bytes;
    };
    const reader = new WebSocketReader(100);
    const stream = [part(Opcode.binary, false, "/sy"), part(Opcode.ping, true, "?"), part(Opcode.continuation, true, "nc")];
    const got = stream.flatMap((bytes) => [...reader.push(bytes)]).map(({ opcode, payload }) => [opcode, Buffer.from(payload).toString()]);
    expect(got).toEqual([
      [Opcode.ping, "?"],
      [Opcode.binary, "/sync"],
    ]);
  });

  test.each([
    ["not masked", webSocketFrame(Opcode.binary, new Uint8Array(4)), 1002],
    ["reserved bits", Uint8Array.of(0xc2, 0x80, 0, 0, 0, 0), 1002],
    ["a continuation of nothing", webSocketFrame(Opcode.continuation, new Uint8Array(4), mask), 1002],
    ["an unknown opcode", webSocketFrame(5, new Uint8Array(4), mask), 1002],
    ["a long ping", webSocketFrame(Opcode.ping, new Uint8Array(126), mask), 1002],
    ["too large", webSocketFrame(Opcode.binary, new Uint8Array(1001), mask), 1009],
    ["2^63 bytes", Uint8Array.of(0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4), 1009],
  ])("%s is refused", (_, bytes, status) => {
    try {
      const messages = [...new WebSocketReader(1000).push(bytes)];
      expect.fail(`${messages.length} messages where an error was expected`);
    } catch (error) {
      expect(error).toBeInstanceOf(WebSocketError);
      expect((error as WebSocketError).status).toBe(status);
    }
  });
});
