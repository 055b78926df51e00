/// A drawing of a definition: a band for each segment, in it units below those that feed them, a line for each connection.
import type { DefinitionPlan } from "./compile.ts";
import { unitTitle } from "./explain.ts";
import type { SynthDefGraph } from "./graph-types.ts";

const box = { width: 150, height: 28, gap: 24, rowGap: 30, bandGap: 20, margin: 24, perRow: 6 };
const titles = { start: "at the start", block: "once per block", loop: "sample loop", process: "whole block" } as const;

const escapeText = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/// Units of a segment in rows: each stands below what feeds it in the same segment; wide rows are broken.
function rowsOf(graph: SynthDefGraph, units: readonly number[]): number[][] {
  const level = new Map<number, number>();
  const rows: number[][] = [];
  for (const unit of units) {
    const above = graph.units[unit].inputs.map((ref) => ("unit" in ref ? (level.get(ref.unit) ?? -1) : -1));
    const own = Math.max(-1, ...above) + 1;
    level.set(unit, own);
    (rows[own] ??= []).push(unit);
  }
  return rows.flatMap((row) => {
    const parts: number[][] = [];
    for (let k = 0; k < row.length; k += box.perRow) parts.push(row.slice(k, k + box.perRow));
    return parts;
  });
}

/// The drawing as SVG text.
export function drawDefinition({ graph, segments }: DefinitionPlan): string {
  const placed = new Set(segments.flatMap(({ units }) => units));
  const early = graph.units.map((_, i) => i).filter((i) => !placed.has(i));
  const groups: { readonly kind: keyof typeof titles; readonly units: readonly number[] }[] = [
    { kind: "start", units: early },
    ...segments,
  ];
  const bands = groups.filter(({ units }) => units.length > 0).map(({ kind, units }) => ({ kind, rows: rowsOf(graph, units) }));
  const places = new Map<number, { x: number; y: number }>();
  const frames: string[] = [];
  const left = 110;
  const step = box.width + box.gap;
  const columns = Math.max(2, ...bands.flatMap(({ rows }) => rows.map((row) => row.length)));
  const width = left + (columns + 0.5) * step + box.margin;
  let y = box.margin;
  let count = 0;
  for (const { kind, rows } of bands) {
    const top = y;
    for (const row of rows) {
      // Every other row is shifted, so that lines from above pass between its boxes.
      const x = left + (count++ % 2) * (step / 2);
      row.forEach((unit, i) => {
        places.set(unit, { x: x + i * step, y: y + box.rowGap / 2 });
      });
      y += box.height + box.rowGap;
    }
    frames.push(
      `<rect x="8" y="${top}" width="${width - 16}" height="${y - top}" rx="6" fill="#f4f1ea"/>`,
      `<text x="16" y="${top + box.rowGap / 2 + 18}" fill="#777">${titles[kind]}</text>`,
    );
    y += box.bandGap;
  }
  y += box.margin - box.bandGap;
  const lines = graph.units.flatMap(({ inputs }, i) =>
    inputs.flatMap((ref, k) => {
      const [from, to] = ["unit" in ref ? places.get(ref.unit) : undefined, places.get(i)];
      if (!from || !to || !("unit" in ref)) return [];
      const outputs = Math.max(1, graph.units[ref.unit].outputRates.length);
      const x1 = from.x + (box.width * (ref.output + 1)) / (outputs + 1);
      const x2 = to.x + (box.width * (k + 1)) / (inputs.length + 1);
      const [y1, y2] = [from.y + box.height, to.y];
      const bend = Math.max(16, Math.abs(y2 - y1) / 2.5);
      return [`<path d="M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}" fill="none" stroke="#4a6fa5" stroke-width="1.3"/>`];
    }),
  );
  const boxes = [...places].map(
    ([unit, at]) =>
      `<rect x="${at.x}" y="${at.y}" width="${box.width}" height="${box.height}" rx="4" fill="#fff" stroke="#333"/>` +
      `<text x="${at.x + box.width / 2}" y="${at.y + 18}" text-anchor="middle">${escapeText(unitTitle(graph, unit))}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" font-family="sans-serif" font-size="12">`,
    `<title>${escapeText(graph.name)}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...frames,
    ...lines,
    ...boxes,
    "</svg>\n",
  ].join("\n");
}
