/// An error with the line it happened on and a caret under the place.
import type { SchemeError } from "@heddle/core/scheme";

const paint = (code: number, text: string, colour: boolean) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

export function report(error: SchemeError, name: string, text: string, colour: boolean): string {
  const lines = [`${paint(31, error.type, colour)}: ${error.message}`];
  if (error.line !== undefined && (error.file === name || error.file === undefined)) {
    const column = error.column ?? 1;
    const source = text.split("\n")[error.line - 1] ?? "";
    lines[0] = `${paint(1, `${name}:${error.line}:${column}`, colour)} ${lines[0]}`;
    lines.push(`  ${source}`, `  ${" ".repeat(Math.max(0, column - 1))}${paint(33, "^", colour)}`);
  }
  if (error.trace.length > 0) lines.push(`  in ${error.trace.slice(0, 8).join(", in ")}`);
  return `${lines.join("\n")}\n`;
}
