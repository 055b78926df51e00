/// Names of characters.
export const charNames = new Map<string, number>([
  ["null", 0],
  ["nul", 0],
  ["alarm", 7],
  ["backspace", 8],
  ["tab", 9],
  ["newline", 10],
  ["linefeed", 10],
  ["return", 13],
  ["escape", 27],
  ["space", 32],
  ["delete", 127],
  ["rubout", 127],
]);

const written = new Map<number, string>([
  [0, "null"],
  [7, "alarm"],
  [8, "backspace"],
  [9, "tab"],
  [10, "newline"],
  [13, "return"],
  [27, "escape"],
  [32, "space"],
  [127, "delete"],
]);

/// A character as source text.
export function writeChar(code: number): string {
  const name = written.get(code);
  if (name !== undefined) return `#\\${name}`;
  if (code < 32 || code > 126) return `#\\x${code.toString(16)}`;
  return `#\\${String.fromCharCode(code)}`;
}
