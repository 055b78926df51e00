/// The spectrum over time of a signal of unknown length, all channels added in power, in rows of equal musical interval.
import { powerSpectrum } from "./fft.ts";

const size = 4096;
const maxColumns = 1600;
export const lowestFrequency = 40;

/// Amplitudes, 1 for a sine at full scale. `columns[x][y]`: row 0 is the lowest.
export interface Spectrogram {
  columns: Float32Array[];
  /// Frequency of the upper edge of the top row, in Hz.
  highestFrequency: number;
}

export class SpectrogramRecorder {
  private readonly channels: number;
  private readonly highest: number;
  /// First bin and bin after the last for each row.
  private readonly edges: [number, number][];
  private readonly addPower = powerSpectrum(size);
  private readonly window = Float64Array.from({ length: size }, (_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (k + 0.5)) / size));
  /// The last `size` frames of each channel, as a ring.
  private readonly rings: Float32Array[];
  private frames = 0;
  /// A column is the spectrum around its middle, so the first is taken when half a window has passed.
  private hop = size / 8;
  private columns: Float32Array[] = [];

  constructor(channels: number, sampleRate: number, rows: number) {
    this.channels = channels;
    this.rings = Array.from({ length: channels }, () => new Float32Array(size));
    this.highest = Math.min(20_000, sampleRate / 2);
    const edge = (row: number) => (lowestFrequency * (this.highest / lowestFrequency) ** (row / rows) * size) / sampleRate;
    this.edges = Array.from({ length: rows }, (_, row) => [
      Math.floor(edge(row)),
      Math.min(size / 2, Math.max(Math.floor(edge(row)), Math.ceil(edge(row + 1)) - 1)),
    ]);
  }

  add(interleaved: Float32Array, frames: number): void {
    for (let frame = 0, k = 0; frame < frames; frame++) {
      const at = this.frames & (size - 1);
      for (let channel = 0; channel < this.channels; channel++, k++) {
        const sample = interleaved[k];
        this.rings[channel][at] = Math.abs(sample) < 1e6 ? sample : 0;
      }
      if (++this.frames > size / 2 && this.frames % this.hop === 0) this.push();
    }
  }

  private push(): void {
    this.columns.push(this.spectrum());
    if (this.columns.length < maxColumns) return;
    const pairs: Float32Array[] = [];
    for (let k = 0; k < maxColumns; k += 2) pairs.push(this.columns[k].map((value, row) => Math.max(value, this.columns[k + 1][row])));
    this.columns = pairs;
    this.hop *= 2;
  }

  /// Largest amplitude in each row, over the last `size` frames.
  private spectrum(): Float32Array {
    const power = new Float64Array(size / 2 + 1);
    const frame = new Float64Array(size);
    for (const ring of this.rings) {
      for (let k = 0; k < size; k++) frame[k] = ring[(this.frames + k) & (size - 1)] * this.window[k];
      this.addPower(frame, power);
    }
    // The window adds up to half its size, and a sine shares its amplitude between two bins.
    const scale = 4 / size;
    return Float32Array.from(this.edges, ([from, to]) => {
      let most = 0;
      for (let bin = from; bin <= to; bin++) most = Math.max(most, power[bin]);
      return Math.sqrt(most) * scale;
    });
  }

  /// Ends the signal with the silence that the last columns need.
  spectrogram(): Spectrogram {
    if (this.frames > 0) this.add(new Float32Array((size / 2) * this.channels), size / 2);
    return { columns: this.columns, highestFrequency: this.highest };
  }
}
