import { readFileSync } from "node:fs";
import { buildParser } from "@lezer/generator";
import { ExternalTokenizer } from "@lezer/lr";
import { describe, expect, test } from "vitest";

const source = readFileSync(new URL("../../packages/core/src/scheme/editor/scheme.grammar", import.meta.url), "utf8");

const HASH = 35;
const BAR = 124;

const parser = buildParser(source, {
  externalTokenizer: (_name, terms) =>
    new ExternalTokenizer((input) => {
      if (input.next !== HASH || input.peek(1) !== BAR) return;
      let depth = 0;
      for (let c: number = input.next; c >= 0; c = input.next) {
        const next = input.peek(1);
        input.advance();
        if (c === HASH && next === BAR) depth++;
        else if (c === BAR && next === HASH) depth--;
        else continue;
        input.advance();
        if (depth === 0) break;
      }
      input.acceptToken(terms.BlockComment);
    }),
});

/// Node names, without the parentheses that are nodes for the sake of bracket matching.
const tree = (text: string) =>
  parser
    .parse(text)
    .toString()
    .replace(/"[()]",|,"[()]"/g, "");

describe("the editor's grammar", () => {
  test.each([
    ["(define x 1)", "Program(List(Symbol,Symbol,Number))"],
    ["'(a . b)", "Program(Quoted(Quote,List(Symbol,Symbol,Symbol)))"],
    ['`(1 ,x ,@y "s")', "Program(Quoted(Quasiquote,List(Number,Quoted(Unquote,Symbol),Quoted(UnquoteSplicing,Symbol),String)))"],
    ["#2d((1 2) (3 4))", "Program(Vector(VectorOpen,List(Number,Number),List(Number,Number)))"],
    ["#t #\\space #\\( :key key: a+ -1/2 1.5e-7 #xff", "Program(Boolean,Character,Character,Keyword,Symbol,Symbol,Number,Number,Number)"],
    [
      "; note\n(f #;(no) x) #| a #| b |# c |# y",
      "Program(LineComment,List(Symbol,Skipped(SkipMark,List(Symbol)),Symbol),BlockComment,Symbol)",
    ],
    ["(a", "Program(List(Symbol,⚠))"],
  ])("%s", (text, expected) => expect(tree(text)).toBe(expected));

  test("reads the examples without an error", () => {
    for (const name of ["markov", "euclid", "every"]) {
      expect(tree(readFileSync(new URL(`../../examples/scheme/${name}.scm`, import.meta.url), "utf8"))).not.toContain("⚠");
    }
  });
});
