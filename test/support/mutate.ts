/// Damage to bytes of the kinds that find faults in readers, the same for the same seed.

/// A whole number from 0 to `below` - 1.
export type Random = (below: number) => number;

/// Mulberry32: a small generator with a full period of 2^32.
export function randomStream(seed: number): Random {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/// Numbers at the edges of what fields can hold.
const edges = [0, 1, -1, 127, 128, 255, 32767, -32768, 65535, 0x7fffffff, -0x80000000, 1e9, 0x7fc00000, 0x7f800000];

type Damage = (bytes: Uint8Array, random: Random) => Uint8Array;

const damages: Damage[] = [
  function flipBit(bytes, random) {
    bytes[random(bytes.length)] ^= 1 << random(8);
    return bytes;
  },
  function setByte(bytes, random) {
    bytes[random(bytes.length)] = random(256);
    return bytes;
  },
  function setNumber(bytes, random) {
    if (bytes.length < 4) return bytes;
    const value = edges[random(edges.length)];
    new DataView(bytes.buffer).setInt32(random(bytes.length - 3), value, random(2) === 0);
    return bytes;
  },
  function cut(bytes, random) {
    return bytes.slice(0, random(bytes.length + 1));
  },
  function removePart(bytes, random) {
    const from = random(bytes.length);
    const to = from + random(Math.min(64, bytes.length - from) + 1);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  function repeatPart(bytes, random) {
    const from = random(bytes.length);
    const to = from + random(Math.min(64, bytes.length - from) + 1);
    return joined(bytes.subarray(0, to), bytes.subarray(from));
  },
];

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/// A copy of `bytes`, damaged in one to four ways.
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let damaged = Uint8Array.from(bytes);
  for (let count = 1 + random(4); count > 0 && damaged.length > 0; count--)
    damaged = Uint8Array.from(damages[random(damages.length)](damaged, random));
  return damaged;
}
