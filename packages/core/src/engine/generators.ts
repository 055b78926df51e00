/// Random generators in the engine's memory: three words of state each, drawn from by unit generators.
import type { Target } from "../synthdef/abi.ts";
import type { Memory } from "./memory.ts";

/// The 32-bit integer hash of Thomas Wang, all shifts logical: neighbouring seeds become unrelated.
export function hashInteger(key: number): number {
  let h = key | 0;
  h = (h + ~(h << 15)) | 0;
  h ^= h >>> 10;
  h = (h + (h << 3)) | 0;
  h ^= h >>> 6;
  h = (h + ~(h << 11)) | 0;
  h ^= h >>> 16;
  return h;
}

/// Starting words of the combined Tausworthe generator taus88 (P. L'Ecuyer, "Maximally equidistributed combined Tausworthe generators",
/// Mathematics of Computation 65, 1996). Each has a least value below which the component would degenerate.
const startingWords = [
  { word: 1243598713, least: 2 },
  { word: 3093459404, least: 8 },
  { word: 1821928721, least: 16 },
] as const;

/// Seeds generator `index` as RandSeed does.
export function seedGenerator(memory: Memory, target: Target, index: number, seed: number): void {
  seedWords(memory, target.generators + index * 16, seed);
}

/// The same for three words anywhere.
export function seedWords({ i32 }: Memory, address: number, seed: number): void {
  const hash = hashInteger(seed);
  for (let i = 0; i < startingWords.length; i++) {
    const { word, least } = startingWords[i];
    const mixed = (word ^ hash) >>> 0;
    i32[(address >> 2) + i] = mixed < least ? word : mixed;
  }
}
