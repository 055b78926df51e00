/// A drawing of a definition: a row of boxes for each segment, a line for each connection.
import type { DefinitionPlan } from "./compile.ts";
import { unitTitle } from "./explain.ts";

const box = { width: 150, height: 28, gap: 24, rowGap: 56, margin: 24, perRow: 6 };
const titles = { start: "at the start", block: "once per block", loop: "sample loop", process: "whole block" } as const;

const escapeText = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/// The drawing as SVG text.
export function drawDefinition({ graph, segments }: DefinitionPlan): string {
  const placed = new Set(segments.flatMap(({ units }) => units));
  const early = graph.units.map((_, i) => i).filter((i) => !placed.has(i));
  const groups: { readonly kind: keyof typeof titles; readonly units: readonly number[] }[] = [
    { kind: "start", units: early },
    ...segments,
  ];
  const places = new Map<number, { x: number; y: number }>();
  const frames: string[] = [];
  const left = 110;
  const width = left + box.perRow * (box.width + box.gap) + box.margin;
  let y = box.margin;
  for (const { kind, units } of groups) {
    if (units.length === 0) continue;
    const top = y;
    units.forEach((unit, i) => {
      const column = i % box.perRow;
      if (i > 0 && column === 0) y += box.height + box.gap;
      places.set(unit, { x: left + column * (box.width + box.gap), y: y + box.gap / 2 });
    });
    y += box.height + box.gap;
    frames.push(
      `<rect x="8" y="${top}" width="${width - 16}" height="${y - top}" rx="6" fill="#f4f1ea"/>`,
      `<text x="16" y="${top + 26}" fill="#777">${titles[kind]}</text>`,
    );
    y += box.rowGap - box.gap;
  }
  const lines = graph.units.flatMap(({ inputs }, i) =>
    inputs.flatMap((ref, k) => {
      const [from, to] = ["unit" in ref ? places.get(ref.unit) : undefined, places.get(i)];
      if (!from || !to || !("unit" in ref)) return [];
      const outputs = Math.max(1, graph.units[ref.unit].outputRates.length);
      const x1 = from.x + (box.width * (ref.output + 1)) / (outputs + 1);
      const x2 = to.x + (box.width * (k + 1)) / (inputs.length + 1);
      const [y1, y2] = [from.y + box.height, to.y];
      const bend = Math.max(18, Math.abs(y2 - y1) / 3);
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
