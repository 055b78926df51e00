/// A flame graph as SVG: what takes time stands on what it is a part of, as wide as the time it takes. (B. Gregg, "The Flame Graph", Communications of the
/// ACM 59, 2016.)

export interface Flame {
  readonly name: string;
  readonly value: number;
  /// Their values add up to no more than the whole's.
  readonly parts?: readonly Flame[];
}

const width = 1200;
const rowHeight = 22;
const margin = 10;
const titleHeight = 34;
/// Of a letter, about.
const letterWidth = 7;
/// Narrower boxes are left out.
const least = 0.4;

/// `say` puts a value into words.
export function drawFlame(root: Flame, title: string, say: (value: number) => string): string {
  const depth = depthOf(root);
  const height = titleHeight + depth * rowHeight + margin;
  const scale = (width - 2 * margin) / root.value;
  const boxes: string[] = [];
  const draw = (flame: Flame, x: number, level: number): void => {
    const w = flame.value * scale;
    if (!(w >= least)) return;
    const y = titleHeight + (depth - 1 - level) * rowHeight;
    const share = ((100 * flame.value) / root.value).toFixed(1);
    const text = `${flame.name} ${share} %`;
    const fits = Math.floor((w - 6) / letterWidth);
    const label = fits >= text.length ? text : fits >= 3 ? `${text.slice(0, fits - 1)}…` : "";
    boxes.push(
      `<g><title>${escaped(`${flame.name}: ${say(flame.value)}, ${share} %`)}</title>` +
        `<rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(w - 1, least).toFixed(1)}" height="${rowHeight - 1}" rx="2" fill="${colour(flame.name, level)}"/>` +
        `${label && `<text x="${(x + 4).toFixed(1)}" y="${y + 15}">${escaped(label)}</text>`}</g>`,
    );
    let at = x;
    for (const part of flame.parts ?? []) {
      draw(part, at, level + 1);
      at += part.value * scale;
    }
  };
  draw(root, margin, 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${margin}" y="22" font-size="15">${escaped(title)}</text>`,
    ...boxes,
    "</svg>\n",
  ].join("\n");
}

const depthOf = ({ parts = [] }: Flame): number => 1 + Math.max(0, ...parts.map(depthOf));

/// The same name has the same colour in every picture: warm ones, lighter towards the top.
function colour(name: string, level: number): string {
  let hash = 7;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) | 0;
  return `hsl(${18 + (Math.abs(hash) % 34)} 82% ${62 + Math.min(level, 3) * 6}%)`;
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
