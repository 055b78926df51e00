/// OSC packets as `/dumpOSC` prints them: `[ "/s_new", "ping", 1000, 0, 1 ]`.
import { encodePacket } from "../encode.ts";
import { isBundle, type OscMessage, type OscPacket, type OscValue } from "../packet.ts";

const value = (argument: OscValue): string => {
  if (typeof argument === "string") return JSON.stringify(argument);
  if (argument instanceof Uint8Array) return `DATA[${argument.length}]`;
  if (typeof argument === "object" && argument !== null) return `TIME[${argument.seconds}.${argument.fraction}]`;
  return String(argument);
};

/// In mode 1 parsed, in mode 2 as hexadecimal bytes, in mode 3 both; hexadecimal text ends with an empty line.
export function printPacket(packet: OscPacket, mode = 1): string {
  const parts: string[] = [];
  if (mode & 1) parts.push(parsed(packet, ""));
  if (mode & 2) parts.push(...hexadecimal(encodePacket(packet)), "");
  return parts.join("\n");
}

function parsed(packet: OscPacket, indent: string): string {
  if (!isBundle(packet)) return `${indent}[ ${words(packet).join(", ")} ]`;
  const { time, packets } = packet;
  const tag = (BigInt(time.seconds) << 32n) + BigInt(time.fraction);
  const inner = packets.map((element) => parsed(element, `${indent}  `));
  return `${indent}[ "#bundle", ${[tag, ...inner].join(", \n")}\n${indent}]`;
}

function words({ address, types, args }: OscMessage): string[] {
  const name = typeof address === "number" ? String(address) : JSON.stringify(address);
  return [name, ...args.map((argument, k) => (types[k] === "[" || types[k] === "]" ? types[k] : value(argument)))];
}

/// 16 bytes to a line in four fours, with their place and their letters.
function hexadecimal(bytes: Uint8Array): string[] {
  const lines: string[] = [`size ${bytes.length}`];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const digits = row.map((byte, k) => byte.toString(16).padStart(2, "0") + (k % 4 === 3 ? " " : "")).join(" ");
    const letters = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString().padStart(4)}   ${digits.padEnd(51)}  |${letters}|`);
  }
  return lines;
}
