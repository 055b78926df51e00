/// The outline of a signal of unknown length: smallest and largest value in each of a bounded number of bins.

const maxBins = 4096;

/// One channel's bins.
export interface Outline {
  min: Float32Array;
  max: Float32Array;
  /// 1 where a bin has a sample that is infinite or not a number.
  fault: Uint8Array;
}

/// Bins grow as the signal does: when all are used, neighbours become one.
export class OutlineRecorder {
  private readonly bins: Outline[];
  private framesPerBin = 1;
  private frames = 0;

  constructor(channels: number) {
    this.bins = Array.from({ length: channels }, () => ({
      min: new Float32Array(maxBins).fill(Infinity),
      max: new Float32Array(maxBins).fill(-Infinity),
      fault: new Uint8Array(maxBins),
    }));
  }

  add(interleaved: Float32Array, frames: number): void {
    const stride = this.bins.length;
    for (let done = 0; done < frames; ) {
      if (this.frames === maxBins * this.framesPerBin) this.halve();
      const bin = Math.floor(this.frames / this.framesPerBin);
      const count = Math.min(frames - done, (bin + 1) * this.framesPerBin - this.frames);
      for (let channel = 0; channel < stride; channel++) {
        const { min, max, fault } = this.bins[channel];
        for (let k = done * stride + channel; k < (done + count) * stride; k += stride) {
          const sample = interleaved[k];
          if (!(Math.abs(sample) < Infinity)) fault[bin] = 1;
          else {
            if (sample < min[bin]) min[bin] = sample;
            if (sample > max[bin]) max[bin] = sample;
          }
        }
      }
      done += count;
      this.frames += count;
    }
  }

  private halve(): void {
    for (const { min, max, fault } of this.bins) {
      for (let k = 0; k < maxBins; k++) {
        const pair = 2 * k;
        const past = pair >= maxBins;
        min[k] = past ? Infinity : Math.min(min[pair], min[pair + 1]);
        max[k] = past ? -Infinity : Math.max(max[pair], max[pair + 1]);
        fault[k] = past ? 0 : fault[pair] | fault[pair + 1];
      }
    }
    this.framesPerBin *= 2;
  }

  /// Every channel in at most `columns` columns; fewer where there were fewer frames.
  outlines(columns: number): Outline[] {
    const used = Math.ceil(this.frames / this.framesPerBin);
    const count = Math.min(columns, used);
    return this.bins.map((bins) => {
      const min = new Float32Array(count);
      const max = new Float32Array(count);
      const fault = new Uint8Array(count);
      for (let column = 0; column < count; column++) {
        const from = Math.floor((column * used) / count);
        const to = Math.floor(((column + 1) * used) / count);
        const low = Math.min(...bins.min.subarray(from, to));
        const high = Math.max(...bins.max.subarray(from, to));
        min[column] = low <= high ? low : 0;
        max[column] = low <= high ? high : 0;
        fault[column] = Math.max(...bins.fault.subarray(from, to));
      }
      return { min, max, fault };
    });
  }
}
