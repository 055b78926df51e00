/// Errors in a kernel, shown with the line of the function they are in.

/// A kernel that cannot be compiled. `message` holds the sentence, the line and a caret; `code` is stable.
export class KernelError extends Error {
  override readonly name = "KernelError";
  constructor(
    readonly code: string,
    readonly sentence: string,
    readonly frame: string,
  ) {
    super(frame === "" ? sentence : `${sentence}\n${frame}`);
  }
}

/// Where in a kernel something stands: the text it was parsed from (the function's source) and a character offset.
export interface Place {
  /// Who the text belongs to, e.g. `OnePole.tick`.
  readonly owner: string;
  readonly text: string;
  readonly offset: number;
}

/// The line at `place` with its number and a caret below the offending column.
export function codeFrame(place: Place): string {
  const before = place.text.slice(0, place.offset);
  const line = before.split("\n").length;
  const start = before.lastIndexOf("\n") + 1;
  const column = place.offset - start;
  const end = place.text.indexOf("\n", place.offset);
  const source = place.text.slice(start, end < 0 ? undefined : end).replaceAll("\t", " ");
  const gutter = `${line} | `;
  return `  in ${place.owner}, line ${line}\n  ${gutter}${source}\n  ${" ".repeat(gutter.length + column)}^`;
}

export function fail(place: Place, code: string, sentence: string): never {
  throw new KernelError(code, sentence, codeFrame(place));
}
