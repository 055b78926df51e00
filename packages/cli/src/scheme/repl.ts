/// Reads expressions, which may span lines, evaluates them and prints their values; history and completion while typing.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { ExitRequest, type Interpreter, SchemeError, symbolName, words } from "@heddle/core/scheme";
import { report } from "./report.ts";

const HISTORY = join(homedir(), ".heddle_scheme_history");
const MAX_HISTORY = 1000;

/// Returns the exit code when the input ends or `(exit)` is called.
export async function repl(interpreter: Interpreter): Promise<number> {
  const terminal = process.stdin.isTTY === true;
  const history =
    terminal && existsSync(HISTORY) ? readFileSync(HISTORY, "utf8").split("\n").filter(Boolean).slice(-MAX_HISTORY).reverse() : [];
  const lines = createInterface({
    input: process.stdin,
    output: terminal ? process.stdout : undefined,
    terminal,
    history,
    completer: (line: string) => complete(interpreter, line),
  });
  let pending = "";
  const prompt = () => terminal && ask(lines, pending === "" ? "> " : "  ");
  lines.on("SIGINT", () => {
    pending = "";
    process.stdout.write("\n");
    prompt();
  });
  prompt();
  for await (const line of lines) {
    pending += pending === "" ? line : `\n${line}`;
    if (pending.trim() === "") pending = "";
    else if (isComplete(pending)) {
      const text = pending;
      pending = "";
      if (terminal) remember(text);
      const code = evaluate(interpreter, text);
      if (code !== undefined) return code;
    }
    prompt();
  }
  return pending === "" ? 0 : (evaluate(interpreter, pending) ?? 0);
}

function ask(lines: Interface, text: string): void {
  lines.setPrompt(text);
  lines.prompt();
}

function remember(text: string): void {
  try {
    appendFileSync(HISTORY, `${text.replaceAll("\n", " ")}\n`);
  } catch {
    // A history that cannot be kept is no reason to stop.
  }
}

/// The exit code when the program asked to end, undefined otherwise.
function evaluate(interpreter: Interpreter, text: string): number | undefined {
  try {
    const value = interpreter.run(text);
    if (value !== words.UNSPECIFIED) console.log(interpreter.write(value));
  } catch (error) {
    if (error instanceof ExitRequest) return error.code;
    if (!(error instanceof SchemeError)) throw error;
    process.stderr.write(report(error, "*repl*", text, process.stderr.isTTY === true));
  }
  return undefined;
}

/// Whether every parenthesis, string and block comment of a text is closed.
export function isComplete(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === ";") {
      while (i < text.length && text[i] !== "\n") i++;
    } else if (c === "#" && text[i + 1] === "|") {
      const end = text.indexOf("|#", i + 2);
      if (end < 0) return false;
      i = end + 1;
    } else if (c === "#" && text[i + 1] === "\\") i += 2;
    else if (c === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++;
      if (i >= text.length) return false;
    } else if (c === "(") depth++;
    else if (c === ")") depth--;
  }
  return depth <= 0;
}

/// Global names that begin like the last word of the line.
export function complete(interpreter: Interpreter, line: string): [string[], string] {
  const word = /[^\s()'`,"]*$/.exec(line)![0];
  if (word === "") return [[], word];
  const names: string[] = [];
  interpreter.globals.each((symbol) => {
    const name = symbolName(symbol);
    if (name.startsWith(word) && !name.startsWith("{")) names.push(name);
  });
  return [names.sort(), word];
}
