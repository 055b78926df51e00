/// Peak, level, clipping and faults of a signal, counted as it passes by.

/// What a channel was like.
export interface ChannelLevels {
  /// Largest absolute sample value.
  peak: number;
  /// Frame of the peak.
  peakFrame: number;
  /// Root of the mean square.
  rms: number;
  /// Frames beyond -1 to 1, which whole-number formats cut off.
  clipped: number;
  /// Frames that are infinite or not a number. They count in no other figure.
  nonFinite: number;
}

export class LevelMeter {
  private readonly channels: (ChannelLevels & { squares: number })[];
  private frames = 0;

  constructor(channels: number) {
    this.channels = Array.from({ length: channels }, () => ({ peak: 0, peakFrame: 0, rms: 0, clipped: 0, nonFinite: 0, squares: 0 }));
  }

  /// Takes `frames` frames of interleaved samples.
  add(interleaved: Float32Array, frames: number): void {
    const stride = this.channels.length;
    for (let channel = 0; channel < stride; channel++) {
      const levels = this.channels[channel];
      let { peak, squares } = levels;
      for (let frame = 0, k = channel; frame < frames; frame++, k += stride) {
        const size = Math.abs(interleaved[k]);
        if (!(size < Infinity)) {
          levels.nonFinite++;
          continue;
        }
        squares += size * size;
        if (size > 1) levels.clipped++;
        if (size > peak) {
          peak = size;
          levels.peakFrame = this.frames + frame;
        }
      }
      levels.peak = peak;
      levels.squares = squares;
    }
    this.frames += frames;
  }

  levels(): ChannelLevels[] {
    return this.channels.map(({ squares, ...levels }) => {
      const finite = this.frames - levels.nonFinite;
      return { ...levels, rms: finite === 0 ? 0 : Math.sqrt(squares / finite) };
    });
  }
}

/// A line per channel: peak and level in dB of full scale, and whatever is wrong.
export function describeLevels(levels: readonly ChannelLevels[], sampleRate: number): string[] {
  return levels.map(({ peak, peakFrame, rms, clipped, nonFinite }, channel) => {
    const faults = [
      clipped > 0 ? `${counted(clipped)} beyond full scale` : "",
      nonFinite > 0 ? `${counted(nonFinite)} infinite or not a number` : "",
    ].filter((fault) => fault !== "");
    const place = peak > 0 ? ` at ${(peakFrame / sampleRate).toFixed(3)} s` : "";
    return `channel ${channel + 1}: peak ${decibels(peak)}${place}, RMS ${decibels(rms)}${faults.length > 0 ? `; ${faults.join(", ")}` : ""}`;
  });
}

const counted = (frames: number) => (frames === 1 ? "1 frame" : `${frames} frames`);

/// Relative to a full scale of 1.
export const decibels = (amplitude: number): string => (amplitude === 0 ? "-inf dB" : `${(20 * Math.log10(amplitude)).toFixed(1)} dB`);
