/// One expression of the corpus against Heddle's Scheme.
import { Interpreter, type InterpreterOptions, SchemeError } from "@heddle/core/scheme";

export interface Row {
  id: string;
  area: string;
  tier: number;
  source: string;
  kind: "value" | "error" | "output";
  expected: string;
  env?: string;
  s7_10_5?: { kind: string; expected: string };
}

/// A fresh interpreter evaluates the row's source; what it gives is compared with either version of s7.
export function judge(row: Row, options: InterpreterOptions = {}): { passed: boolean; got: string } {
  let output = "";
  const interpreter = new Interpreter({
    bare: row.env !== "s4m",
    heapMax: 48 << 20,
    stackWords: 1 << 21,
    ...options,
    output: (text) => {
      output += text;
    },
  });
  let kind = "value";
  let got: string;
  try {
    got = interpreter.runToText(row.source);
  } catch (error) {
    if (!(error instanceof SchemeError)) throw error;
    kind = "error";
    got = error.type;
  }
  if (row.kind === "output") {
    got = output;
    kind = kind === "error" ? "error" : "output";
  }
  const matches = (wanted: { kind: string; expected: string }) => wanted.kind === kind && wanted.expected === got;
  const passed = matches(row) || (row.s7_10_5 !== undefined && matches(row.s7_10_5));
  return { passed, got: kind === "error" ? `error ${got}` : got };
}
