/// How a server fares, as text.
import { formatTree, readTree } from "@heddle/core/client";

/// An OSC message: address and arguments.
type Message = readonly [string, ...unknown[]];

/// Sends a message and waits for the reply with an address.
export type Ask = (message: [string, ...(string | number)[]], reply: string) => Promise<Message>;

export interface Counters {
  /// By the names of `/heddle_counters.reply`.
  readonly numbers: ReadonlyMap<string, number>;
  readonly margins: readonly number[];
  readonly late: readonly { readonly client: string; readonly count: number; readonly worst: number }[];
}

/// Reads a `/heddle_counters.reply`.
export function readCounters([, ...words]: Message): Counters {
  const numbers = new Map<string, number>();
  const lists = words.indexOf("margins");
  for (let at = 0; at < lists; at += 2) numbers.set(String(words[at]), Number(words[at + 1]));
  const marginCount = Number(words[lists + 1]);
  const clients = lists + 2 + marginCount;
  return {
    numbers,
    margins: words.slice(lists + 2, clients).map(Number),
    late: Array.from({ length: Number(words[clients + 1]) }, (_, k) => {
      const [client, count, worst] = words.slice(clients + 2 + 4 * k);
      return { client: String(client), count: Number(count), worst: Number(worst) };
    }),
  };
}

/// The whole view, in lines that fit.
export async function describeServer(ask: Ask, columns: number, rows: number): Promise<string> {
  const counters = readCounters(await ask(["/heddle_counters"], "/heddle_counters.reply"));
  const [, ...levels] = await ask(["/heddle_levels"], "/heddle_levels.reply");
  const tree = formatTree(readTree((await ask(["/g_queryTree", 0, 0], "/g_queryTree.reply")) as never));
  const lines = [...describeCounters(counters), ...describeLevels(levels.map(Number)), "", ...tree.split("\n")];
  const shown = lines.length > rows - 1 ? [...lines.slice(0, rows - 2), `... ${lines.length - rows + 2} more lines`] : lines;
  return shown.map((line) => line.slice(0, columns)).join("\n");
}

function describeCounters({ numbers, margins, late }: Counters): string[] {
  const get = (name: string, digits = 0) => (numbers.get(name) ?? 0).toFixed(digits);
  const megabytes = (name: string) => ((numbers.get(name) ?? 0) / 2 ** 20).toFixed(1);
  const costliest = numbers.get("costliest") ? `, node ${get("costliest")} took longest after the last` : "";
  const all = margins.reduce((sum, count) => sum + count, 0);
  const share = (count: number) => (count === 0 ? "" : `${((100 * count) / all).toFixed(1)}%`).padStart(6);
  return [
    `load ${bar(numbers.get("load") ?? 0, 100, 30)} ${get("load", 1)} %  peak ${get("peak", 1)} %`,
    `${get("units")} units  ${get("synths")} synths  ${get("groups")} groups  ${get("definitions")} definitions`,
    `memory of synths ${megabytes("memoryUsed")} of ${megabytes("memorySize")} MB, of the engine ${megabytes("memoryTotal")} MB`,
    `${get("sampleRate", 2)} frames per second, clock known to ${get("clockError", 3)} ms`,
    `missed ${get("xruns")}${costliest}; not finite ${get("spoiled")}; synths failed ${get("faults")}; replies lost ${get("lost")}`,
    `time left   late  <10%  <20%  <30%  <40%  <50%  <60%  <70%  <80%  <90% <100%`,
    `         ${margins.map(share).join("")}`,
    ...late.map(({ client, count, worst }) => `late: ${client} ${count} bundles, at most ${(1000 * worst).toFixed(1)} ms`),
  ];
}

/// Peaks and means of channels, in dB from -60 to 0.
function describeLevels(levels: readonly number[]): string[] {
  const decibels = (level: number) => (level > 0 ? Math.max(-99, 20 * Math.log10(level)) : -99);
  return Array.from({ length: levels.length / 2 }, (_, channel) => {
    const [peak, rms] = [decibels(levels[2 * channel]), decibels(levels[2 * channel + 1])];
    return `${String(channel).padStart(3)} ${bar(rms + 60, 60, 30)} ${rms.toFixed(1).padStart(6)} dB  peak ${peak.toFixed(1).padStart(6)} dB`;
  });
}

function bar(value: number, most: number, width: number): string {
  const filled = Math.max(0, Math.min(width, Math.round((value / most) * width)));
  return `[${"#".repeat(filled)}${" ".repeat(width - filled)}]`;
}
