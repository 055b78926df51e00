/// OSC messages as people read them: `[ "/s_new", "ping", 1000, 0, 1 ]`, and the notation of transcripts.
import { encodePacket } from "../encode.ts";
import type { OscMessage, OscValue } from "../packet.ts";

const value = (argument: OscValue): string => {
  if (typeof argument === "string") return JSON.stringify(argument);
  if (argument instanceof Uint8Array) return `DATA[${argument.length}]`;
  if (typeof argument === "object" && argument !== null) return `TIME[${argument.seconds}.${argument.fraction}]`;
  return String(argument);
};

/// In mode 1 parsed, in mode 2 as hexadecimal bytes, in mode 3 both.
export function printMessage(message: OscMessage, mode = 1): string {
  const parts = [typeof message.address === "number" ? String(message.address) : JSON.stringify(message.address)];
  message.types.split("").forEach((type, k) => {
    parts.push(type === "[" || type === "]" ? type : value(message.args[k]));
  });
  const lines: string[] = [];
  if (mode & 1) lines.push(`[ ${parts.join(", ")} ]`);
  if (mode & 2) lines.push(...hexadecimal(encodePacket(message)));
  return lines.join("\n");
}

/// 16 bytes to a line, with their place and their letters.
function hexadecimal(bytes: Uint8Array): string[] {
  const lines: string[] = [`size ${bytes.length}`];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const digits = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const letters = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString().padStart(4)}   ${digits.padEnd(47)}   |${letters}|`);
  }
  return lines;
}
