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

export function tellUnknown(name: string, audience: Audience): void {
  tell(name, `FAILURE IN SERVER: ${name}`, "Command not found", audience);
}

function tell(name: string, heading: string, text: string, { sender, told, post }: Audience): void {
  if (!told) return;
  post(`${heading} ${text.trimEnd()}`);
  sender.reply("/fail", name, text);
}

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
