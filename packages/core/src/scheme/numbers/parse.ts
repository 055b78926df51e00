/// Number syntax: integers, ratios, decimals and complex numbers in any radix from 2 to 16.

import type { Heap } from "../heap/heap.ts";
import { Type } from "../words.ts";
import type { Tower } from "./tower.ts";

const digitsOf = (radix: number) => (radix <= 10 ? `[0-${radix - 1}]` : `[0-9a-${String.fromCharCode(86 + radix)}]`);

interface Patterns {
  integer: RegExp;
  ratio: RegExp;
  decimal: RegExp;
}

const patterns = new Map<number, Patterns>();

function patternsFor(radix: number): Patterns {
  let p = patterns.get(radix);
  if (p === undefined) {
    const d = digitsOf(radix);
    p = {
      integer: new RegExp(`^[+-]?${d}+$`, "i"),
      ratio: new RegExp(`^[+-]?${d}+/${d}+$`, "i"),
      decimal: new RegExp(radix === 10 ? `^[+-]?(?:${d}+\\.?${d}*|\\.${d}+)(?:e[+-]?[0-9]+)?$` : `^[+-]?(?:${d}+\\.?${d}*|\\.${d}+)$`, "i"),
    };
    patterns.set(radix, p);
  }
  return p;
}

function bigFrom(text: string, radix: number): bigint {
  const negative = text.startsWith("-");
  const body = text.replace(/^[+-]/, "");
  let n = 0n;
  if (radix === 10) n = BigInt(body);
  else for (const c of body) n = n * BigInt(radix) + BigInt(Number.parseInt(c, radix));
  return negative ? -n : n;
}

function doubleFrom(text: string, radix: number): number {
  if (radix === 10) return Number(text);
  const negative = text.startsWith("-");
  const [whole, fraction = ""] = text.replace(/^[+-]/, "").split(".");
  let x = 0;
  for (const c of whole) x = x * radix + Number.parseInt(c, radix);
  let scale = 1 / radix;
  for (const c of fraction) {
    x += Number.parseInt(c, radix) * scale;
    scale /= radix;
  }
  return negative ? -x : x;
}

/// The number that `text` denotes, or undefined. Never throws; 0 as a denominator denotes no number.
export function parseNumber(heap: Heap, tower: Tower, source: string, defaultRadix = 10): number | undefined {
  let text = source;
  let radix = defaultRadix;
  let exactness = "";
  while (text.startsWith("#")) {
    const mark = text[1]?.toLowerCase();
    if (mark === "x") radix = 16;
    else if (mark === "o") radix = 8;
    else if (mark === "b") radix = 2;
    else if (mark === "d") radix = 10;
    else if (mark === "e" || mark === "i") exactness = mark;
    else return undefined;
    text = text.slice(2);
  }
  if (text.length === 0 || text.length > 4096) return undefined;
  const value = parseReal(heap, tower, text, radix) ?? parseComplex(heap, tower, text, radix);
  if (value === undefined || exactness === "") return value;
  if (exactness === "i") return tower.isReal(value) ? heap.float(tower.real(value)) : value;
  if (!heap.isType(value, Type.Float)) return value;
  const x = heap.floatValue(value);
  if (!Number.isFinite(x)) return undefined;
  let d = 1n;
  let n = x;
  while (!Number.isInteger(n)) {
    n *= 2;
    d *= 2n;
  }
  return tower.ratio(BigInt(n), d);
}

function parseReal(heap: Heap, tower: Tower, text: string, radix: number): number | undefined {
  if (text === "+nan.0" || text === "-nan.0") return heap.float(Number.NaN);
  if (text === "+inf.0") return heap.float(Number.POSITIVE_INFINITY);
  if (text === "-inf.0") return heap.float(Number.NEGATIVE_INFINITY);
  const c = text.charCodeAt(text.length - 1);
  // Most words that are not numbers end in a letter no digit can be.
  if (c > 102 || (text.charCodeAt(0) > 57 && radix === 10)) return undefined;
  const { integer, ratio, decimal } = patternsFor(radix);
  if (integer.test(text)) return text.length < 10 && radix === 10 ? heap.integer(Number(text)) : tower.fromBig(bigFrom(text, radix));
  if (ratio.test(text)) {
    const [n, d] = text.split("/");
    const denominator = bigFrom(d, radix);
    return denominator === 0n ? undefined : tower.ratio(bigFrom(n, radix), denominator);
  }
  return decimal.test(text) ? heap.float(doubleFrom(text, radix)) : undefined;
}

function parseComplex(heap: Heap, tower: Tower, text: string, radix: number): number | undefined {
  if (/@/.test(text)) {
    const [m, a] = text.split("@");
    const magnitude = parseReal(heap, tower, m, radix);
    const angle = a === undefined ? undefined : parseReal(heap, tower, a, radix);
    if (magnitude === undefined || angle === undefined) return undefined;
    const r = tower.real(magnitude);
    const t = tower.real(angle);
    return tower.complex(r * Math.cos(t), r * Math.sin(t));
  }
  if (!text.endsWith("i")) return undefined;
  const body = text.slice(0, -1);
  for (let k = body.length - 1; k >= 0; k--) {
    const c = body[k];
    if ((c !== "+" && c !== "-") || (k > 0 && radix === 10 && /e/i.test(body[k - 1]))) continue;
    const real = k === 0 ? heap.integer(0) : parseReal(heap, tower, body.slice(0, k), radix);
    const rest = body.slice(k);
    const imaginary = rest.length === 1 ? heap.integer(rest === "+" ? 1 : -1) : parseReal(heap, tower, rest, radix);
    if (real === undefined || imaginary === undefined) return undefined;
    return tower.complex(tower.real(real), tower.real(imaginary));
  }
  return undefined;
}
