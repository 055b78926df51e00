/// Tables on the console, the machine they were measured on, and the files that `--save` leaves.
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus, platform, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

export type Cell = string | number;

/// Rows under their titles: words to the left, numbers to the right.
export function table(titles: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const text = rows.map((row) => row.map(cellText));
  const widths = titles.map((title, i) => Math.max(title.length, ...text.map((row) => row[i].length)));
  const isNumber = titles.map((_, i) => rows.some((row) => typeof row[i] === "number"));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join("  ")
      .trimEnd();
  return [titles, ...text].map(line).join("\n");
}

/// The same as a page's table.
export function markdownTable(titles: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map((row) => line(row.map(cellText)))].join("\n");
}

/// Three significant digits; a dash for what was not measured.
function cellText(cell: Cell): string {
  if (typeof cell === "string") return cell;
  if (!Number.isFinite(cell)) return "-";
  return cell === 0 || Math.abs(cell) >= 100 ? cell.toFixed(0) : cell.toPrecision(3);
}

/// Processor, cores, memory, operating system and Node, in one line.
export function machine(): string {
  const cores = cpus();
  const model = cores[0]?.model.trim() ?? "unknown processor";
  return `${model}, ${cores.length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GB, ${platform()} ${release()}, Node ${process.version}`;
}

const home = new URL("../", import.meta.url);

/// Keeps a measurement as `bench/results/NAME-DATE.json` and `.md`, with a line in `bench/history.md`.
export function save(name: string, { data, page, line }: { data: unknown; page: string; line: string }): void {
  const date = new Date().toISOString().slice(0, 10);
  const results = new URL("results/", home);
  mkdirSync(results, { recursive: true });
  const heading = `# ${name}, ${date}\n\n${machine()}\n\n`;
  writeFileSync(
    new URL(`${name}-${date}.json`, results),
    `${JSON.stringify({ date, machine: machine(), ...(data as object) }, null, 1)}\n`,
  );
  writeFileSync(new URL(`${name}-${date}.md`, results), `${heading}${page}\n`);
  const history = new URL("history.md", home);
  if (!existsSync(history)) {
    writeFileSync(
      history,
      "# Measurements\n\nA line for each that was kept; the tables are in `results/`.\n\n| date | bench | result | machine |\n| --- | --- | --- | --- |\n",
    );
  }
  appendFileSync(history, `| ${date} | ${name} | ${line} | ${machine()} |\n`);
  console.log(`saved ${fileURLToPath(new URL(`${name}-${date}.md`, results))}`);
}
