/// Spectral frames: sample buffers that FFT filled, as the units between FFT and IFFT see them.
///
/// A frame of n values is the DC value, the value at half the sample rate ("Nyquist"), then n/2 - 1 bins of two values: real and imaginary parts,
/// or, after a unit that works on polar coordinates, magnitude and phase. A word of the buffer's record tells which. Bins are numbered from 0
/// here: bin i is at (i + 1) / n of the sample rate.
import { helper, type SampleBuffer, type SystemContext } from "../../kernel/language.ts";

export interface Frame {
  /// Byte addresses of the buffer's record and of the DC value.
  readonly record: number;
  readonly data: number;
  /// n, and the number of bins.
  readonly size: number;
  readonly bins: number;
}

/// A buffer too short for a frame has size 0.
export const frameAt = helper((chain: number, c: SystemContext): Frame => {
  const buffer = c.buffer(chain) as SampleBuffer & { address: number; data: number };
  const size = buffer.samples >= 4 ? buffer.samples : 0;
  return { record: buffer.address, data: buffer.data, size, bins: (size >> 1) - 1 };
});

/// Coordinates of a frame, by BufferWord.coord.
export const coordinatesOf = helper((frame: Frame, c: SystemContext) => c.loadI32(frame.record + 24));
export const setCoordinates = helper((frame: Frame, coordinates: number, c: SystemContext) => {
  c.storeI32(frame.record + 24, coordinates);
});

/// Turns a complex frame into a polar one. The ratio of a bin's parts is looked up among 2049, as in scsynth: magnitudes are within 0.05%.
///
/// Numbers are compared and chosen by their bits: processors choose between integers without a branch, and no branch here would be foreseen.
export const toPolar = helper((frame: Frame, c: SystemContext) => {
  if (c.loadI32(frame.record + 24) === 1) {
    const bins = frame.data + 8;
    for (let i = 0; i < frame.bins; i++) {
      const at = bins + i * 8;
      const re = c.loadI32(at);
      const im = c.loadI32(at + 4);
      const wide = (re & 2147483647) > (im & 2147483647);
      const longer = wide ? re : im;
      const ratio = c.fromBits(wide ? im : re) / c.fromBits(longer);
      const place = c.clip(c.tr(1024 + 1024 * ratio), 0, 2048);
      const angle = c.bits(c.table.polarPhase[place]);
      const start = wide ? (re > 0 ? 0 : c.bits(Math.PI)) : im > 0 ? c.bits(Math.PI / 2) : c.bits((3 * Math.PI) / 2);
      const turned = c.fromBits(start) + c.fromBits(wide ? angle : angle ^ -2147483648);
      const magnitude = c.table.polarMagnitude[place] * c.fromBits(longer & 2147483647);
      const some = (longer & 2147483647) !== 0;
      c.storeI32(at, some ? c.bits(magnitude) : 0);
      c.storeI32(at + 4, some ? c.bits(turned) : 0);
    }
  }
  c.storeI32(frame.record + 24, 2);
});

/// Turns a polar frame into a complex one. Phases are cut to 1/8192 of a cycle, as in scsynth.
export const toComplex = helper((frame: Frame, c: SystemContext) => {
  if (c.loadI32(frame.record + 24) === 2) {
    const bins = frame.data + 8;
    for (let i = 0; i < frame.bins; i++) {
      const at = bins + i * 8;
      const magnitude = c.loadF32(at);
      const place = c.tr(c.loadF32(at + 4) * (4096 / Math.PI));
      c.storeF32(at, magnitude * c.table.sine[(place + 2048) & 8191]);
      c.storeF32(at + 4, magnitude * c.table.sine[place & 8191]);
    }
  }
  c.storeI32(frame.record + 24, 1);
});

/// Byte address of bin `i`.
export const binAt = helper((frame: Frame, i: number) => frame.data + 8 + i * 8);

/// Copies a whole frame, as long as the shorter of the two, with its coordinates.
export const copyFrame = helper((from: Frame, to: Frame, c: SystemContext) => {
  const count = Math.min(from.size, to.size);
  for (let k = 0; k < count; k++) c.storeF32(to.data + k * 4, c.loadF32(from.data + k * 4));
  c.storeI32(to.record + 24, c.loadI32(from.record + 24));
});
