/// Tells what came of a command, on the console and to its sender, in scsynth's forms.
import type { Result, Sender } from "./command.ts";
import type { NamedCommand } from "./table.ts";

/// Where failures go, and whether they are told at all (`/error`).
export interface Audience {
  readonly sender: Sender;
  readonly told: boolean;
  post(text: string): void;
}

export function tellResult(command: NamedCommand, result: Result, audience: Audience): void {
  if (result === null || result === "") return;
  if (typeof result === "string") tell(command.name, `FAILURE IN SERVER ${command.name}`, result, audience);
  else {
    audience.post(result.text.trimEnd());
    audience.sender.reply("/fail", command.name, result.text, result.id);
  }
}

/// As in scsynth number 0 means nothing, and other numbers have no name.
export function tellUnknown(address: string | number, audience: Audience): void {
  const name = typeof address === "number" ? "" : address;
  if (address !== 0) tell(name, `FAILURE IN SERVER: ${name}`, "Command not found", audience);
}

/// Failures are told while `/error` has them on, and where the bundle has not switched them off for itself.
export const tellsFailures = ({ everywhere, bundle }: { everywhere: boolean; bundle: boolean | undefined }): boolean =>
  everywhere && bundle !== false;

function tell(name: string, heading: string, text: string, { sender, told, post }: Audience): void {
  if (!told) return;
  post(`${heading} ${text.trimEnd()}`);
  sender.reply("/fail", name, text);
}

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
