/// The symbol table, one for all interpreters of a process: a symbol is the same word in each of them.
import { symbolId, symbolWord } from "./words.ts";

const names: string[] = [];
const numbers = new Map<string, number>();
/// Per symbol: 1 keyword, 2 made by `gensym`.
const kinds: number[] = [];

const KEYWORD = 1;
const GENSYM = 2;

export function intern(name: string): number {
  let id = numbers.get(name);
  if (id === undefined) {
    id = names.length;
    names.push(name);
    kinds.push(name.length > 1 && (name.startsWith(":") || name.endsWith(":")) ? KEYWORD : 0);
    numbers.set(name, id);
  }
  return symbolWord(id);
}

/// Symbols already asked for by bytes, found through a hash of them; 0 for a free place.
let byBytes = new Int32Array(1024);
let byBytesCount = 0;

/// The symbol whose name is these bytes. Makes no garbage when it was asked for before.
export function internBytes(bytes: Uint8Array, at: number, length: number, decode: () => string): number {
  let hash = length;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[at + i], 16777619);
  let place = (hash ^ (hash >>> 15)) & (byBytes.length - 1);
  for (; byBytes[place] !== 0; place = (place + 1) & (byBytes.length - 1)) {
    if (isName(names[symbolId(byBytes[place])], bytes, at, length)) return byBytes[place];
  }
  const symbol = intern(decode());
  if (!isName(symbolName(symbol), bytes, at, length)) return symbol;
  byBytes[place] = symbol;
  if (++byBytesCount * 2 > byBytes.length) growByBytes();
  return symbol;
}

/// Whether a name of ASCII characters is these bytes.
function isName(name: string, bytes: Uint8Array, at: number, length: number): boolean {
  if (name.length !== length) return false;
  for (let i = 0; i < length; i++) if (name.charCodeAt(i) !== bytes[at + i] || bytes[at + i] > 127) return false;
  return true;
}

function growByBytes(): void {
  const old = byBytes;
  byBytes = new Int32Array(old.length * 2);
  for (const symbol of old) {
    if (symbol === 0) continue;
    const name = symbolName(symbol);
    let hash = name.length;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
    let place = (hash ^ (hash >>> 15)) & (byBytes.length - 1);
    while (byBytes[place] !== 0) place = (place + 1) & (byBytes.length - 1);
    byBytes[place] = symbol;
  }
}

export const symbolName = (symbol: number): string => names[symbolId(symbol)];

export const isKeyword = (v: number): boolean => (v & 7) === 6 && kinds[symbolId(v)] === KEYWORD;

/// `:name` and `name:` both stand for the symbol `name`.
export function keywordSymbol(keyword: number): number {
  const name = symbolName(keyword);
  return intern(name.startsWith(":") ? name.slice(1) : name.slice(0, -1));
}

let serial = 0;

/// A symbol that no program text contains.
export function gensym(prefix: string): number {
  let name: string;
  do name = `{${prefix}}-${++serial}`;
  while (numbers.has(name));
  const symbol = intern(name);
  kinds[symbolId(symbol)] = GENSYM;
  return symbol;
}

export const isGensym = (v: number): boolean => (v & 7) === 6 && kinds[symbolId(v)] === GENSYM;

/// Every name interned so far, for completion and `apropos`.
export const allSymbols = (): readonly string[] => names;
