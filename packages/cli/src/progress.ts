/// How far a rendering has come: a line that rewrites itself on a terminal, JSON lines for programs, nothing otherwise.
import type { Progress, RenderReport } from "@heddle/node";
import { describeLevels } from "@heddle/node";

export interface Console {
  progress(progress: Progress): void;
  /// A line from the server, or about what is being done.
  post(text: string): void;
  report(report: RenderReport): void;
  error(message: string, code: string): void;
}

/// One JSON object to a line on standard output: `type` is progress, message, report or error.
export function jsonConsole(): Console {
  const write = (type: string, values: object) => console.log(JSON.stringify({ type, ...values }));
  return {
    progress: (progress) => write("progress", progress),
    post: (text) => write("message", { text }),
    report: (report) => write("report", report),
    error: (message, code) => write("error", { code, message }),
  };
}

export function textConsole(stream = process.stderr): Console {
  let shown = false;
  const clear = () => {
    if (shown) stream.write("\r\x1b[2K");
    shown = false;
  };
  return {
    progress(progress) {
      if (!stream.isTTY) return;
      clear();
      stream.write(progressLine(progress, stream.columns ?? 80));
      shown = true;
    },
    post(text) {
      clear();
      console.error(text);
    },
    report(report) {
      clear();
      for (const line of reportLines(report)) console.log(line);
    },
    error(message) {
      clear();
      console.error(`error: ${message}`);
    },
  };
}

/// `[=====>    ] 12.0 of 60.0 s, 85 x real time, 0.6 s left`, in as many columns as there are.
export function progressLine({ seconds, total, elapsed }: Progress, columns: number): string {
  const speed = elapsed > 0 ? seconds / elapsed : 0;
  const facts = [
    `${seconds.toFixed(1)}${total === undefined ? "" : ` of ${total.toFixed(1)}`} s`,
    `${speed.toFixed(speed < 10 ? 1 : 0)} x real time`,
  ];
  if (total === undefined || speed === 0) return facts.join(", ").slice(0, columns - 1);
  facts.push(`${Math.max(0, (total - seconds) / speed).toFixed(1)} s left`);
  const text = facts.join(", ");
  const width = Math.min(40, columns - text.length - 4);
  if (width < 5) return text.slice(0, columns - 1);
  const done = Math.min(width, Math.round((width * seconds) / Math.max(total, 1e-9)));
  return `[${"=".repeat(done)}${" ".repeat(width - done)}] ${text}`;
}

function reportLines({ output, seconds, channels, sampleRate, elapsed, speed, failures, levels }: RenderReport): string[] {
  const sound = `${seconds.toFixed(2)} s, ${channels === 1 ? "1 channel" : `${channels} channels`}, ${sampleRate} Hz`;
  const lines = [`${output ?? "no file"}: ${sound}; rendered in ${elapsed.toFixed(2)} s, ${speed.toFixed(1)} times real time`];
  lines.push(...describeLevels(levels, sampleRate).map((line) => `  ${line}`));
  if (failures > 0) lines.push(`  ${failures === 1 ? "1 command failed" : `${failures} commands failed`}, see above`);
  return lines;
}
