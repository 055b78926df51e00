/// A sound as an SVG picture: the waveform of every channel over a spectrogram, on one time axis.
import { openSoundFile } from "../soundfile/index.ts";
import { type ChannelLevels, decibels, LevelMeter } from "./meter.ts";
import { type Outline, OutlineRecorder } from "./outline.ts";
import { encodePng } from "./png.ts";
import { lowestFrequency, type Spectrogram, SpectrogramRecorder } from "./spectrogram.ts";

/// Takes a sound as it is made, in bounded memory, and draws it at the end.
export class PictureRecorder {
  private readonly sampleRate: number;
  private readonly meter: LevelMeter;
  private readonly outline: OutlineRecorder;
  private readonly spectrum: SpectrogramRecorder;
  private frames = 0;

  constructor(channels: number, sampleRate: number) {
    this.sampleRate = sampleRate;
    this.meter = new LevelMeter(channels);
    this.outline = new OutlineRecorder(channels);
    this.spectrum = new SpectrogramRecorder(channels, sampleRate, spectrogramRows);
  }

  /// Takes `frames` frames of interleaved samples.
  add(interleaved: Float32Array, frames: number): void {
    this.meter.add(interleaved, frames);
    this.outline.add(interleaved, frames);
    this.spectrum.add(interleaved, frames);
    this.frames += frames;
  }

  /// The picture of everything taken, which ends the taking.
  svg(title: string): string {
    return drawPicture({
      title,
      seconds: this.frames / this.sampleRate,
      sampleRate: this.sampleRate,
      levels: this.meter.levels(),
      outlines: this.outline.outlines(plotWidth),
      spectrogram: this.spectrum.spectrogram(),
    });
  }
}

/// The picture of a sound file.
export function drawSoundFile(path: string, title = path): string {
  const file = openSoundFile(path);
  try {
    const recorder = new PictureRecorder(file.channels, file.sampleRate);
    const piece = new Float32Array(8192 * file.channels);
    for (let frame = 0; frame < file.frames; ) {
      const count = file.read(piece, frame, 8192);
      if (count === 0) break;
      recorder.add(piece, count);
      frame += count;
    }
    return recorder.svg(title);
  } finally {
    file.close();
  }
}

interface Drawing {
  title: string;
  seconds: number;
  sampleRate: number;
  levels: ChannelLevels[];
  outlines: Outline[];
  spectrogram: Spectrogram;
}

const plotWidth = 1000;
const left = 56;
const right = 20;
const top = 44;
const gap = 10;
const spectrogramRows = 168;
const spectrogramHeight = 224;
/// Below this the spectrogram is black.
const floorDecibels = -84;

function drawPicture({ title, seconds, sampleRate, levels, outlines, spectrogram }: Drawing): string {
  const laneHeight = Math.max(28, Math.min(112, Math.floor(336 / Math.max(1, outlines.length))));
  const lanes = outlines.length * (laneHeight + gap);
  const bottom = top + lanes + spectrogramHeight;
  const scale = fullScale(levels);
  const peak = Math.max(0, ...levels.map((level) => level.peak));
  const facts = `${seconds.toFixed(2)} s, ${sampleRate} Hz, ${levels.length === 1 ? "1 channel" : `${levels.length} channels`}, peak ${decibels(peak)}`;
  const body = [
    `<text x="${left}" y="26" class="title">${escaped(title)}</text>`,
    `<text x="${left + plotWidth}" y="26" text-anchor="end">${facts}</text>`,
    ...outlines.map((outline, channel) => drawLane(outline, levels[channel], top + channel * (laneHeight + gap), laneHeight, scale)),
    drawSpectrogram(spectrogram, top + lanes),
    drawTimeAxis(seconds, bottom),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + plotWidth + right} ${bottom + 34}" width="${left + plotWidth + right}" height="${bottom + 34}">
<style>${style}</style>
<rect width="100%" height="100%" fill="#12141c"/>
${body.join("\n")}
</svg>
`;
}

const style =
  "text{font:11px system-ui,sans-serif;fill:#8b93a7}.title{font-size:14px;fill:#e6e9f0}.lane{fill:#1a1d28}.wave{fill:#6fb7c9;stroke:#6fb7c9;stroke-width:.6}" +
  ".line{stroke:#2b3040;fill:none}.limit{stroke:#d9634c;stroke-dasharray:3 3;fill:none}.fault{fill:#d9634c}";

/// The value at a lane's edge: full scale for loud sounds, a round fraction of it for soft ones.
function fullScale(levels: ChannelLevels[]): number {
  const peak = Math.max(0, ...levels.map((level) => level.peak));
  if (peak > 1) return peak;
  return [0.001, 0.01, 0.1, 0.25, 0.5].find((scale) => peak > 0 && peak <= scale) ?? 1;
}

function drawLane({ min, max, fault }: Outline, { clipped }: ChannelLevels, y: number, height: number, scale: number): string {
  const middle = y + height / 2;
  const half = height / 2 - 2;
  const place = (value: number) => Math.round((middle - (value / scale) * half) * 10);
  const parts = [
    `<rect class="lane" x="${left}" y="${y}" width="${plotWidth}" height="${height}"/>`,
    `<path class="line" d="M${left} ${middle}h${plotWidth}"/>`,
    `<text x="${left - 6}" y="${y + 10}" text-anchor="end">${Number(scale.toPrecision(3))}</text>`,
    `<text x="${left - 6}" y="${middle + 4}" text-anchor="end">0</text>`,
    wavePath(min, max, place),
  ];
  if (clipped > 0) {
    const limit = half / scale;
    parts.push(`<path class="limit" d="M${left} ${middle - limit}h${plotWidth}M${left} ${middle + limit}h${plotWidth}"/>`);
  }
  const step = plotWidth / Math.max(1, fault.length);
  fault.forEach((bad, column) => {
    if (bad) parts.push(`<rect class="fault" x="${left + column * step}" y="${y}" width="${Math.max(1, step)}" height="${height}"/>`);
  });
  return parts.join("");
}

/// There along the upper edge and back along the lower one, in tenths of a pixel, each point relative to the one before.
function wavePath(min: Float32Array, max: Float32Array, place: (value: number) => number): string {
  const { length } = min;
  if (length === 0) return "";
  const x = (column: number) => Math.round(((column + 0.5) * plotWidth * 10) / length);
  const points: [number, number][] = [];
  for (let k = 0; k < length; k++) points.push([x(k), place(max[k])]);
  for (let k = length - 1; k >= 0; k--) points.push([x(k), place(min[k])]);
  let path = `M${points[0][0]} ${points[0][1]}l`;
  for (let k = 1; k < points.length; k++) {
    path += `${points[k][0] - points[k - 1][0]} ${points[k][1] - points[k - 1][1]} `;
  }
  return `<path class="wave" style="stroke-width:6" transform="translate(${left} 0) scale(.1)" d="${path.trimEnd()}z"/>`;
}

/// From silence to full scale.
const heat = [
  [0x12, 0x14, 0x1c],
  [0x2a, 0x1f, 0x55],
  [0x7a, 0x2a, 0x7c],
  [0xcf, 0x47, 0x5c],
  [0xf5, 0x90, 0x3d],
  [0xfc, 0xdd, 0x8a],
  [0xff, 0xff, 0xf2],
];
const palette = Array.from({ length: 64 }, (_, index) => {
  const place = (index / 63) * (heat.length - 1);
  const stop = Math.min(heat.length - 2, Math.floor(place));
  return heat[stop].map((value, part) => Math.round(value + (heat[stop + 1][part] - value) * (place - stop)));
});

function drawSpectrogram({ columns, highestFrequency }: Spectrogram, y: number): string {
  const width = Math.min(800, columns.length);
  const frame = `<rect class="lane" x="${left}" y="${y}" width="${plotWidth}" height="${spectrogramHeight}"/>`;
  if (width === 0) return frame;
  const pixels = new Uint8Array(width * spectrogramRows);
  for (let column = 0; column < width; column++) {
    const from = Math.floor((column * columns.length) / width);
    const to = Math.max(from + 1, Math.floor(((column + 1) * columns.length) / width));
    for (let row = 0; row < spectrogramRows; row++) {
      let amplitude = 0;
      for (let k = from; k < to; k++) amplitude = Math.max(amplitude, columns[k][row]);
      const level = 1 - (20 * Math.log10(amplitude + 1e-12)) / floorDecibels;
      pixels[(spectrogramRows - 1 - row) * width + column] = Math.max(0, Math.min(63, Math.round(level * 63)));
    }
  }
  const image = Buffer.from(encodePng(width, spectrogramRows, pixels, palette)).toString("base64");
  const place = (frequency: number) =>
    Math.round(y + spectrogramHeight * (1 - Math.log(frequency / lowestFrequency) / Math.log(highestFrequency / lowestFrequency)));
  const labels = [100, 300, 1000, 3000, 10_000]
    .filter((frequency) => frequency < highestFrequency)
    .map((frequency) => {
      const text = frequency < 1000 ? `${frequency}` : `${frequency / 1000}k`;
      return `<text x="${left - 6}" y="${place(frequency) + 4}" text-anchor="end">${text}</text><path class="line" d="M${left - 4} ${place(frequency)}h4"/>`;
    });
  return `${frame}<image x="${left}" y="${y}" width="${plotWidth}" height="${spectrogramHeight}" preserveAspectRatio="none" href="data:image/png;base64,${image}"/>${labels.join("")}`;
}

function drawTimeAxis(seconds: number, y: number): string {
  if (!(seconds > 0)) return "";
  const power = 10 ** Math.floor(Math.log10(seconds / 10));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => seconds / candidate <= 12)!;
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const marks: string[] = [];
  for (let k = 0; k * step <= seconds * 1.0001; k++) {
    const x = Math.round(left + ((k * step) / seconds) * plotWidth);
    marks.push(
      `<path class="line" d="M${x} ${y}v5"/><text x="${x}" y="${y + 18}" text-anchor="middle">${(k * step).toFixed(digits)}${k === 0 ? " s" : ""}</text>`,
    );
  }
  return marks.join("");
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
// A title may be a file name; what no XML document can contain is left out.
const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => entities[letter]).replace(/[^\t\n\r\x20-\uFFFD]/gu, "");
