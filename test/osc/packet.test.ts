import {
  decodePacket,
  encodePacket,
  isBundle,
  MessageArguments,
  OscError,
  type OscInput,
  type OscMessage,
  type OscPacket,
  oscMessage,
  timeTag,
  timeTagSeconds,
} from "@heddle/core/osc";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/// Bytes from text in which `.` is a zero and `\xNN` a byte.
const bytes = (text: string) => Uint8Array.from([...text].map((letter) => (letter === "." ? 0 : letter.charCodeAt(0))));
const message = (packet: OscPacket) => (isBundle(packet) ? expect.fail("a bundle where a message was expected") : packet);

describe("messages", () => {
  const cases: [string, OscMessage][] = [
    ["/ok.,...", { address: "/ok", types: "", args: [] }],
    ["/ok.", { address: "/ok", types: "", args: [] }],
    ["/a..,i..\x00\x00\x01\x02", { address: "/a", types: "i", args: [258] }],
    ["/a..,f..\x3f\x80\x00\x00", { address: "/a", types: "f", args: [1] }],
    ["/a..,s..four....", { address: "/a", types: "s", args: ["four"] }],
    ["/a..,b..\x00\x00\x00\x03abc.", { address: "/a", types: "b", args: [bytes("abc")] }],
    ["/a..,d..\x3f\xf8......", { address: "/a", types: "d", args: [1.5] }],
    ["/a..,h..\xff\xff\xff\xff\xff\xff\xff\xfe", { address: "/a", types: "h", args: [-2n] }],
    ["/a..,t..\x00\x00\x00\x07\x80...", { address: "/a", types: "t", args: [{ seconds: 7, fraction: 2 ** 31 }] }],
    [
      "/a..,[ii]TFNI...\x00\x00\x00\x01\x00\x00\x00\x02",
      { address: "/a", types: "[ii]TFNI", args: [null, 1, 2, null, true, false, null, Infinity] },
    ],
    [
      "/a..,cSrm...\x00\x00\x00Asym.\xff\x00\x00\x01\x01\x90\x3c\x7f",
      { address: "/a", types: "cSrm", args: ["A", "sym", 0xff000001, 0x01903c7f] },
    ],
    ["\x00\x00\x00\x09,si.sine....\x00\x00\x03\xe8", { address: 9, types: "si", args: ["sine", 1000] }],
    ["status..", { address: "status", types: "", args: [] }],
  ];
  test.each(cases)("%j", (text, expected) => {
    const decoded = decodePacket(bytes(text));
    expect(decoded).toEqual(expected);
    const again = encodePacket(decoded);
    expect(decodePacket(again)).toEqual(expected);
    if (text !== "/ok." && text !== "status..") expect(again).toEqual(bytes(text));
  });

  test("without type tags the bytes are kept, and read as what the command expects", () => {
    const raw = bytes("/s_new..sine....\x00\x00\x00\x05\x3f\x80\x00\x00");
    const decoded = message(decodePacket(raw));
    expect(decoded.untyped).toEqual(raw.subarray(8));
    const args = new MessageArguments(decoded);
    expect([args.type, args.left, args.string(), args.int(), args.float(), args.left, args.int(7), args.string("x")]).toEqual([
      "?",
      4,
      "sine",
      5,
      1,
      0,
      7,
      "x",
    ]);
    expect(encodePacket(decoded)).toEqual(raw);
  });

  test("text beyond ASCII is UTF-8, blobs are views", () => {
    const packet = oscMessage("/größe", "♪ 音", new Uint8Array([1, 2]));
    const encoded = encodePacket(packet);
    expect(decodePacket(encoded)).toEqual(packet);
    expect((message(decodePacket(encoded)).args[1] as Uint8Array).buffer).toBe(encoded.buffer);
  });

  test("arguments are coerced, and missing ones give the fallback", () => {
    const args = () => new MessageArguments(oscMessage("/x", 2.75, { type: "d", value: -1e20 }, 5n, "text", -3));
    const ints = args();
    expect([ints.int(), ints.int(), ints.int(), ints.int(9), ints.int(), ints.int(4)]).toEqual([2, -0x80000000, 5, 9, -3, 4]);
    const floats = args();
    expect([floats.float(), floats.float(), floats.float(), floats.string(), floats.type]).toEqual([
      2.75,
      Math.fround(-1e20),
      5,
      "text",
      "i",
    ]);
  });
});

describe("malformed packets name the place", () => {
  const bundle = "#bundle.\x00\x00\x00\x00\x00\x00\x00\x01";
  test.each([
    ["", 0, "shortest"],
    ["/ok", 0, "shortest"],
    ["/okay.", 0, "multiple of 4"],
    ["/abc", 0, "the address is a string without its terminating zero"],
    ["/a..,iiiiiii", 5, "the type tags is a string without"],
    ["/a..,i..", 8, 'argument 0 of type "i" needs 4 bytes, but 0 are left'],
    ["/a..,id.\x00\x00\x00\x00\x00\x00\x00\x00", 12, "needs 8 bytes, but 4"],
    ["/a..,b..\x7f\xff\xff\xff", 8, "a blob of 2147483647 bytes, but 0 are left"],
    ["/a..,b..\xff\xff\xff\xff", 8, "a blob of -1 bytes"],
    ["/a..,x..", 8, 'unknown type tag "x"'],
    ["/a..,[..", 8, '"[" without "]"'],
    ["/a..,]..", 8, '"]" without "["'],
    ["#bundle.\x00\x00\x00\x00", 0, "need 16"],
    [bundle + "\x00\x00\x10\x00", 16, "4096 bytes, but 0 bytes are left"],
    [bundle + "\xff\xff\xff\xfc", 16, "-4 bytes"],
    [bundle + "\x00\x00\x00\x04/abc", 20, "terminating zero"],
  ])("%j", (text, offset, reason) => {
    const error = thrown(() => decodePacket(bytes(text)));
    expect(error.message).toContain(reason);
    expect(error.offset).toBe(offset);
  });

  test("bundles nested without end", () => {
    const depth = 10_000;
    const packet = new Uint8Array(depth * 20 + 16);
    const view = new DataView(packet.buffer);
    for (let k = 0; k <= depth; k++) {
      packet.set(bytes("#bundle."), k * 20);
      if (k < depth) view.setInt32(k * 20 + 16, packet.length - k * 20 - 20);
    }
    expect(thrown(() => decodePacket(packet)).message).toContain("nest deeper than 128");
  });

  test("arguments that do not fit their tags are not encoded", () => {
    expect(thrown(() => encodePacket({ address: "/x", types: "si", args: ["a", "b"] })).message).toContain(
      'argument 1 (b) does not fit its type tag "i"',
    );
    expect(thrown(() => encodePacket({ address: "/x", types: "i", args: [] })).message).toContain("0 arguments for 1 type tags");
  });
});

function thrown(action: () => unknown): OscError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(OscError);
    return error as OscError;
  }
  return expect.fail("nothing was thrown");
}

const argument: fc.Arbitrary<OscInput> = fc.letrec<{ any: OscInput; array: OscInput[] }>((tie) => ({
  array: fc.array(tie("any"), { maxLength: 3 }),
  any: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    fc.float({ noNaN: true }),
    fc.double({ noNaN: true }).map((value) => ({ type: "d", value })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
    fc.uint8Array({ maxLength: 9 }),
    fc.constantFrom(true, false, null, Infinity),
    fc.record({ seconds: fc.nat(2 ** 32 - 1), fraction: fc.nat(2 ** 32 - 1) }),
    tie("array"),
  ),
})).any;

const packets: fc.Arbitrary<OscPacket> = fc.letrec<{ packet: OscPacket }>((tie) => ({
  packet: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc
      .tuple(fc.constantFrom<string | number>("/s_new", "n_set", 15), fc.array(argument, { maxLength: 6 }))
      .map(([address, args]) => oscMessage(address, ...args)),
    fc.record({ time: fc.constant({ seconds: 1, fraction: 2 }), packets: fc.array(tie("packet"), { maxLength: 4 }) }),
  ),
})).packet;

test("what is encoded decodes to the same packet", () => {
  fc.assert(
    fc.property(packets, (packet) => {
      const encoded = encodePacket(packet);
      expect(decodePacket(encoded)).toEqual(packet);
      expect(encodePacket(decodePacket(encoded))).toEqual(encoded);
    }),
    { numRuns: 300 },
  );
});

test("no change to a packet's bytes does more than throw an OscError", () => {
  fc.assert(
    fc.property(packets, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), fc.nat(), (packet, changes, cut) => {
      const damaged = encodePacket(packet);
      for (const [at, value] of changes) damaged[at % damaged.length] = value;
      const end = cut % 3 === 0 ? damaged.length - (cut % damaged.length) : damaged.length;
      try {
        decodePacket(damaged, 0, end);
      } catch (error) {
        expect(error).toBeInstanceOf(OscError);
        expect((error as OscError).offset).toBeLessThanOrEqual(end);
      }
    }),
    { numRuns: 2000 },
  );
});

test("time tags drop what is below 2^-32 s", () => {
  expect(timeTag(0.5)).toEqual({ seconds: 0, fraction: 2 ** 31 });
  expect(timeTag(64 / 48000)).toEqual({ seconds: 0, fraction: 5726623 });
  expect(timeTagSeconds({ seconds: 3, fraction: 2 ** 30 })).toBe(3.25);
});
