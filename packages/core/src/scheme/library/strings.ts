/// Strings, characters and symbols.
import { type Definition, def } from "../definition.ts";
import type { Interpreter } from "../interpreter.ts";
import { allSymbols, gensym, intern, internBytes, isGensym, isKeyword, keywordSymbol, symbolName } from "../symbols.ts";
import { bool, charCode, charWord, FALSE, Flag, fix, isChar, isSymbol, NIL, NONE, TRUE, Type, UNBOUND, UNDEFINED } from "../words.ts";
import { needChar, needEnvironment, needIndex, needInteger, needLength, needList, needRange, needString, needSymbol } from "./arguments.ts";

const isUpper = (c: number) => c >= 65 && c <= 90;
const isLower = (c: number) => c >= 97 && c <= 122;
const up = (c: number) => (isLower(c) ? c - 32 : c);
const down = (c: number) => (isUpper(c) ? c + 32 : c);

function compareStrings(s: Interpreter, a: number, b: number, fold: (c: number) => number): number {
  const { heap } = s;
  const x = heap.data(a) * 4;
  const y = heap.data(b) * 4;
  const n = heap.length(a);
  const m = heap.length(b);
  for (let i = 0; i < n && i < m; i++) {
    const d = fold(heap.b[x + i]) - fold(heap.b[y + i]);
    if (d !== 0) return d;
  }
  return n - m;
}

const same = (c: number) => c;

function orders(
  prefix: string,
  check: (s: Interpreter, v: number, n: number) => number,
  order: (s: Interpreter, a: number, b: number, fold: (c: number) => number) => number,
): Definition[] {
  const holds: Record<string, (o: number) => boolean> = {
    "=?": (o) => o === 0,
    "<?": (o) => o < 0,
    ">?": (o) => o > 0,
    "<=?": (o) => o <= 0,
    ">=?": (o) => o >= 0,
  };
  const out: Definition[] = [];
  for (const [suffix, test] of Object.entries(holds)) {
    for (const ci of ["", "-ci"]) {
      const fold = ci === "" ? same : down;
      out.push(
        def(
          `${prefix}${ci}${suffix}`,
          [1, -1],
          `Whether each ${prefix} and the next are in this order${ci === "" ? "" : ", without regard to case"}.`,
          "",
          (s, _a, _b, _c, n, at) => {
            let ok = true;
            for (let i = 0; i < n; i++) {
              check(s, s.w[at + i], i + 1);
              if (i > 0) ok &&= test(order(s, s.w[at + i - 1], s.w[at + i], fold));
            }
            return bool(ok);
          },
        ),
      );
    }
  }
  return out;
}

function charTest(name: string, doc: string, test: (c: number) => boolean): Definition {
  return def(name, [1, 1], doc, "", (s, a) => bool(test(needChar(s, a, 1))));
}

function part(s: Interpreter, v: number, from: number, to: number): number {
  const { heap } = s;
  const out = heap.numberVector(Type.String, to - from);
  heap.copyBytes(heap.data(out) * 4, heap.data(v) * 4 + from, to - from);
  return out;
}

function mapped(s: Interpreter, v: number, map: (c: number) => number): number {
  needString(s, v, 1);
  const out = part(s, v, 0, s.heap.length(v));
  const at = s.heap.data(out) * 4;
  for (let i = 0; i < s.heap.length(out); i++) s.heap.b[at + i] = map(s.heap.b[at + i]);
  return out;
}

function appendStrings(s: Interpreter, n: number, at: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += s.heap.length(needString(s, s.w[at + i], i + 1));
  const out = s.heap.numberVector(Type.String, total);
  let to = s.heap.data(out) * 4;
  for (let i = 0; i < n; i++) {
    const v = s.w[at + i];
    const length = s.heap.length(v);
    s.heap.copyBytes(to, s.heap.data(v) * 4, length);
    to += length;
  }
  return out;
}

function charPosition(s: Interpreter, a: number, b: number, c: number): number {
  needString(s, b, 2);
  const wanted = new Set<number>();
  if (isChar(a)) wanted.add(charCode(a));
  else if (s.isString(a)) for (let i = 0; i < s.heap.length(a); i++) wanted.add(s.heap.b[s.heap.data(a) * 4 + i]);
  else throw s.wrongType(1, a, "a character or a string");
  const start = c === NONE ? 0 : needInteger(s, c, 3);
  if (start < 0) throw s.wrongType(3, c, "a non-negative integer");
  for (let i = start; i < s.heap.length(b); i++) if (wanted.has(s.heap.b[s.heap.data(b) * 4 + i])) return fix(i);
  return FALSE;
}

function stringPosition(s: Interpreter, a: number, b: number, c: number): number {
  needString(s, a, 1);
  needString(s, b, 2);
  const start = c === NONE ? 0 : needInteger(s, c, 3);
  if (start < 0) throw s.wrongType(3, c, "a non-negative integer");
  const length = s.heap.length(a);
  const x = s.heap.data(a) * 4;
  const y = s.heap.data(b) * 4;
  if (length === 0) return FALSE;
  for (let i = start; i + length <= s.heap.length(b); i++) {
    let k = 0;
    while (k < length && s.heap.b[x + k] === s.heap.b[y + i + k]) k++;
    if (k === length) return fix(i);
  }
  return FALSE;
}

function symbolFrom(s: Interpreter, text: number): number {
  const length = s.heap.length(text);
  if (length === 0) throw s.wrongType(1, text, "a non-null string");
  return internBytes(s.heap.b, s.heap.data(text) * 4, length, () => s.text(text));
}

export const strings: Definition[] = [
  def("string?", [1, 1], "Whether a value is a string.", '(string? "a") => #t', (s, a) => bool(s.isString(a))),
  def("string-length", [1, 1], "Length in bytes.", '(string-length "hello") => 5', (s, a) => fix(s.heap.length(needString(s, a, 1)))),
  def("string-ref", [2, 2], "The character at a position.", '(string-ref "abc" 1) => #\\b', (s, a, b) => {
    needString(s, a, 1);
    return charWord(s.heap.b[s.heap.data(a) * 4 + needIndex(s, b, 2, s.heap.length(a))]);
  }),
  def(
    "string-set!",
    [3, 3],
    "Changes the character at a position.",
    '(let ((s (copy "abc"))) (string-set! s 0 #\\z) s) => "zbc"',
    (s, a, b, c) => {
      needString(s, a, 1);
      const i = needIndex(s, b, 2, s.heap.length(a));
      s.heap.b[s.heap.data(a) * 4 + i] = needChar(s, c, 3);
      return c;
    },
  ),
  def("make-string", [1, 2], "A string of so many equal characters.", '(make-string 3 #\\x) => "xxx"', (s, a, b) => {
    const out = s.heap.numberVector(Type.String, needLength(s, a, 1));
    const c = b === NONE ? 32 : needChar(s, b, 2);
    const at = s.heap.data(out) * 4;
    s.heap.b.fill(c, at, at + s.heap.length(out));
    return out;
  }),
  def("string", [0, -1], "A string of characters.", '(string #\\a #\\b) => "ab"', (s, _a, _b, _c, n, at) => {
    const bytes: number[] = [];
    for (let i = 0; i < n; i++) bytes.push(needChar(s, s.w[at + i], i + 1));
    return s.bytesToString(bytes);
  }),
  def("string-append", [0, -1], "Strings joined to a new one.", '(string-append "a" "bc") => "abc"', (s, _a, _b, _c, n, at) =>
    appendStrings(s, n, at),
  ),
  def("substring", [2, 3], "A part of a string, copied.", '(substring "hello" 1 3) => "el"', (s, a, b, c) => {
    needString(s, a, 1);
    const [from, to] = needRange(s, b, c, 2, s.heap.length(a));
    return part(s, a, from, to);
  }),
  def("string-copy", [1, 4], "A copy of a string, or of a part into another.", '(string-copy "abc") => "abc"', (s, a, b, c, n, at) => {
    needString(s, a, 1);
    if (n === 1) return part(s, a, 0, s.heap.length(a));
    needString(s, b, 2);
    const [from] = needRange(s, c, n > 3 ? s.w[at + 3] : NONE, 3, s.heap.length(b));
    const count = Math.min(s.heap.length(a), s.heap.length(b) - from);
    s.heap.b.copyWithin(s.heap.data(b) * 4 + from, s.heap.data(a) * 4, s.heap.data(a) * 4 + count);
    return b;
  }),
  def(
    "string-fill!",
    [2, 4],
    "Fills a string or a part of it with a character.",
    '(let ((s (make-string 2))) (string-fill! s #\\z) s) => "zz"',
    (s, a, b, c, n, at) => {
      needString(s, a, 1);
      const [from, to] = needRange(s, c, n > 3 ? s.w[at + 3] : NONE, 3, s.heap.length(a));
      s.heap.b.fill(needChar(s, b, 2), s.heap.data(a) * 4 + from, s.heap.data(a) * 4 + to);
      return b;
    },
  ),
  def("string-upcase", [1, 1], "In capital letters.", '(string-upcase "abc") => "ABC"', (s, a) => mapped(s, a, up)),
  def("string-downcase", [1, 1], "In small letters.", '(string-downcase "ABC") => "abc"', (s, a) => mapped(s, a, down)),
  def("string->list", [1, 3], "The characters of a string or a part of it.", '(string->list "abc") => (#\\a #\\b #\\c)', (s, a, b, c) => {
    needString(s, a, 1);
    const [from, to] = needRange(s, b, c, 2, s.heap.length(a));
    let list: number = NIL;
    for (let i = to - 1; i >= from; i--) list = s.heap.cons(charWord(s.heap.b[s.heap.data(a) * 4 + i]), list);
    return list;
  }),
  def("list->string", [1, 1], "A string of the characters of a list.", '(list->string \'(#\\a #\\b)) => "ab"', (s, a) => {
    needList(s, a, 1);
    const bytes: number[] = [];
    s.listItems(a).forEach((v, i) => {
      if (!isChar(v)) throw s.wrongTypeIn("list->string", i + 1, v, "a character");
      bytes.push(charCode(v));
    });
    return s.bytesToString(bytes);
  }),
  def("string-position", [2, 3], "Where a string occurs in another, or #f.", '(string-position "l" "hello") => 2', stringPosition),
  def(
    "char-position",
    [2, 3],
    "Where a character, or one of several, occurs in a string, or #f.",
    '(char-position #\\l "hello") => 2',
    charPosition,
  ),
  ...orders("string", needString, compareStrings),
  ...orders(
    "char",
    (s, v, n) => charWord(needChar(s, v, n)),
    (_s, a, b, fold) => fold(charCode(a)) - fold(charCode(b)),
  ),
  def("char?", [1, 1], "Whether a value is a character.", "(char? #\\a) => #t", (_s, a) => bool(isChar(a))),
  def("char->integer", [1, 1], "The code of a character.", "(char->integer #\\a) => 97", (s, a) => fix(needChar(s, a, 1))),
  def("integer->char", [1, 1], "The character of a code below 256.", "(integer->char 97) => #\\a", (s, a) => {
    const c = needInteger(s, a, 1);
    if (c < 0 || c > 255) throw s.outOfRange(1, a, "it doen't fit in an unsigned byte");
    return charWord(c);
  }),
  def("char-upcase", [1, 1], "The capital letter.", "(char-upcase #\\a) => #\\A", (s, a) => charWord(up(needChar(s, a, 1)))),
  def("char-downcase", [1, 1], "The small letter.", "(char-downcase #\\A) => #\\a", (s, a) => charWord(down(needChar(s, a, 1)))),
  charTest("char-alphabetic?", "Whether a character is a letter.", (c) => isUpper(c) || isLower(c)),
  charTest("char-numeric?", "Whether a character is a digit.", (c) => c >= 48 && c <= 57),
  charTest("char-whitespace?", "Whether a character is white space.", (c) => c === 32 || (c >= 9 && c <= 13)),
  charTest("char-upper-case?", "Whether a character is a capital letter.", isUpper),
  charTest("char-lower-case?", "Whether a character is a small letter.", isLower),
  def("digit-value", [1, 1], "The value of a digit, or #f.", "(digit-value #\\7) => 7", (s, a) => {
    const c = needChar(s, a, 1);
    return c >= 48 && c <= 57 ? fix(c - 48) : FALSE;
  }),
  def("symbol?", [1, 1], "Whether a value is a symbol.", "(symbol? 'a) => #t", (_s, a) => bool(isSymbol(a))),
  def("symbol->string", [1, 1], "The name of a symbol.", '(symbol->string \'abc) => "abc"', (s, a) =>
    s.string(symbolName(needSymbol(s, a, 1))),
  ),
  def("string->symbol", [1, 1], "The symbol of a name.", '(string->symbol "foo") => foo', (s, a) => symbolFrom(s, needString(s, a, 1))),
  def("symbol", [1, -1], "The symbol whose name is the strings together.", '(symbol "a" "b") => ab', (s, _a, _b, _c, n, at) =>
    symbolFrom(s, appendStrings(s, n, at)),
  ),
  def("gensym", [0, 1], "A symbol that no program text contains.", "(gensym? (gensym)) => #t", (s, a) =>
    gensym(a === NONE ? "gensym" : s.text(needString(s, a, 1))),
  ),
  def("gensym?", [1, 1], "Whether a symbol was made by gensym.", "(gensym? 'a) => #f", (_s, a) => bool(isGensym(a))),
  def("keyword?", [1, 1], "Whether a value is a keyword.", "(keyword? :a) => #t", (_s, a) => bool(isKeyword(a))),
  def("keyword->symbol", [1, 1], "The symbol of a keyword.", "(keyword->symbol :foo) => foo", (s, a) => {
    if (!isKeyword(a)) throw s.wrongType(1, a, "a keyword");
    return keywordSymbol(a);
  }),
  def("symbol->keyword", [1, 1], "The keyword of a symbol.", "(symbol->keyword 'foo) => :foo", (s, a) =>
    intern(`:${symbolName(needSymbol(s, a, 1))}`),
  ),
  def("string->keyword", [1, 1], "The keyword of a name.", '(string->keyword "abc") => :abc', (s, a) =>
    intern(`:${s.text(needString(s, a, 1))}`),
  ),
  def("symbol->value", [1, 2], "The value of a symbol in an environment.", "(symbol->value 'car) => car", (s, a, b) => {
    needSymbol(s, a, 1);
    if (isKeyword(a)) return a;
    const e = b === NONE ? s.w[s.reg.Env] : b === TRUE ? NIL : needEnvironment(s, b, 2);
    const at = s.environments.lookup(e, a);
    return at === 0 || s.w[at] === UNBOUND ? UNDEFINED : s.w[at];
  }),
  def("symbol->dynamic-value", [1, 1], "The value of a symbol.", "(symbol->dynamic-value 'car) => car", (s, a) => {
    const at = s.environments.lookup(s.w[s.reg.Env], needSymbol(s, a, 1));
    return at === 0 ? UNDEFINED : s.w[at];
  }),
  def("{set-symbol-value}", [2, 3], "", "", (s, a, b, c, n) => {
    const e = n === 3 && b !== s.rootlet ? b : NIL;
    const at = s.environments.lookup(e, needSymbol(s, a, 1));
    if (at === 0) throw s.error("unbound-variable", "~S is unbound", a);
    s.heap.put(at, n === 3 ? c : b);
    return n === 3 ? c : b;
  }),
  def("symbol-table", [0, 0], "A vector of all symbols.", "(vector? (symbol-table)) => #t", (s) => {
    const names = allSymbols();
    const v = s.heap.vector(names.length);
    for (let i = 0; i < names.length; i++) s.w[s.heap.data(v) + i] = intern(names[i]);
    return v;
  }),
  def("string->byte-vector", [1, 1], "The bytes of a string.", '(string->byte-vector "ab") => #u(97 98)', (s, a) => {
    needString(s, a, 1);
    const out = part(s, a, 0, s.heap.length(a));
    s.w[out] = Type.ByteVector;
    return out;
  }),
  def("byte-vector->string", [1, 1], "The string of some bytes.", '(byte-vector->string #u(97 98)) => "ab"', (s, a) => {
    if (!s.heap.isType(a, Type.ByteVector)) throw s.wrongType(1, a, "a byte-vector");
    return part(s, a, 0, s.heap.length(a));
  }),
  def("immutable!", [1, 1], "Makes a value immutable.", "(immutable? (immutable! (list 1))) => #t", (s, a) => {
    if (isSymbol(a)) {
      s.w[s.globals.cell(a)] |= Flag.Immutable;
      s.w[s.globals.cell(a) + 3] = TRUE;
    } else if ((a & 3) === 0) s.w[a] |= Flag.Immutable;
    return a;
  }),
  def("immutable?", [1, 1], "Whether a value cannot be changed.", "(immutable? (list 1)) => #f", (s, a) => {
    if (isSymbol(a)) {
      const cell = s.globals.existing(a);
      return bool(isKeyword(a) || (cell !== 0 && (s.w[cell] & Flag.Immutable) !== 0));
    }
    if ((a & 3) !== 0) return bool(a === TRUE || a === FALSE || a === NIL);
    return bool(s.isImmutable(a));
  }),
];
