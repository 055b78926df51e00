/// What clients and servers tell each other, as plain data: an address and its arguments.

/// An argument as people write it. Arrays become OSC arrays; `{ type, value }` forces a type tag.
export type Argument =
  | number
  | bigint
  | string
  | boolean
  | null
  | Uint8Array
  | { type: string; value: number | string }
  | readonly Argument[];

/// One command or reply: `["/s_new", "ping", 1000, 0, 1, "freq", 440]`.
export type Message = readonly [address: string, ...args: Argument[]];

/// A value for a control: a number, values for consecutive controls, or a mapping such as `bus.asMap` ("c3", "a16").
/// An object with an index (a `Bus`, a `Buffer`) stands for its number.
export type ControlValue = number | string | readonly (number | string)[] | { readonly index: number };

/// Values by control name.
export type ControlValues = Readonly<Record<string, ControlValue>>;

/// Values for the controls of a definition with controls `C`; a misspelt name is a compile error.
export type ValuesFor<C extends object> = { readonly [Name in keyof C]?: ControlValue };

/// `name, value, name, value ...`, as `/s_new` and `/n_set` take them.
export function controlArguments(values: object): Argument[] {
  return Object.entries(values as ControlValues).flatMap(([name, value]) => [name, controlArgument(value)]);
}

function controlArgument(value: ControlValue): Argument {
  return typeof value === "object" && "index" in value ? value.index : (value as Argument);
}

/// A command that the server refused: `text` is the server's reason.
export class ServerError extends Error {
  readonly code = "server/fail";
  readonly command: string;
  readonly text: string;

  constructor(command: string, text: string) {
    super(`${command}: ${text.trim()}`);
    this.name = "ServerError";
    this.command = command;
    this.text = text;
  }
}
