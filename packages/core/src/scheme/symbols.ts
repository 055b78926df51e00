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
