/// FLAC frames to samples (RFC 9639). Sums are kept in f64, which holds every intermediate value of the format exactly.
import type { BitReader } from "./bits.ts";

export interface StreamInfo {
  channels: number;
  bits: number;
  sampleRate: number;
  /// 0 where the encoder did not know.
  frames: number;
  maxBlock: number;
}

/// Samples of one FLAC frame, a row per channel.
export interface Block {
  frames: number;
  rows: Float64Array[];
}

/// A block that breaks the rules of the format.
export class FlacError extends Error {}

/// Room for the largest block of a stream.
export const newBlock = ({ channels, maxBlock }: StreamInfo): Block => ({
  frames: 0,
  rows: Array.from({ length: channels }, () => new Float64Array(maxBlock)),
});

/// Decodes the frame at the reader's position into `block`. Throws `FlacError` for a damaged one, RangeError at the end of the file.
export function decodeFrame(reader: BitReader, info: StreamInfo, block: Block): void {
  reader.crc8 = 0;
  reader.crc16 = 0;
  const { frames, channels, assignment, bits } = frameHeader(reader, info);
  if (frames > info.maxBlock) throw new FlacError(`a block of ${frames} frames, but the largest has ${info.maxBlock}`);
  if (channels !== info.channels) throw new FlacError(`a block of ${channels} channels in a file of ${info.channels}`);
  for (let channel = 0; channel < channels; channel++) {
    const isSide = (assignment === 8 && channel === 1) || (assignment === 9 && channel === 0) || (assignment === 10 && channel === 1);
    subframe(reader, block.rows[channel].subarray(0, frames), bits + (isSide ? 1 : 0));
  }
  reader.align();
  const { crc16 } = reader;
  if (reader.unsigned(16) !== crc16) throw new FlacError("a block with a wrong checksum");
  if (assignment >= 8) toLeftRight(block.rows[0], block.rows[1], frames, assignment);
  block.frames = frames;
}

const sampleSizes = [0, 8, 12, -1, 16, 20, 24, 32];

function frameHeader(reader: BitReader, info: StreamInfo) {
  if (reader.unsigned(15) !== 0x7ffc) throw new FlacError("no frame where one should begin");
  reader.unsigned(1);
  const blockCode = reader.unsigned(4);
  const rateCode = reader.unsigned(4);
  const assignment = reader.unsigned(4);
  const sizeCode = reader.unsigned(3);
  reader.unsigned(1);
  codedNumber(reader);
  const frames = blockFrames(reader, blockCode);
  if (rateCode === 12) reader.unsigned(8);
  else if (rateCode === 13 || rateCode === 14) reader.unsigned(16);
  const { crc8 } = reader;
  if (reader.unsigned(8) !== crc8) throw new FlacError("a frame header with a wrong checksum");
  const bits = sizeCode === 0 ? info.bits : sampleSizes[sizeCode];
  if (bits !== info.bits || assignment > 10) throw new FlacError("a frame header with a reserved value");
  return { frames, channels: assignment < 8 ? assignment + 1 : 2, assignment, bits };
}

function blockFrames(reader: BitReader, code: number): number {
  if (code === 0) throw new FlacError("a frame header with a reserved block size");
  if (code === 1) return 192;
  if (code < 6) return 576 << (code - 2);
  if (code === 6) return reader.unsigned(8) + 1;
  if (code === 7) return reader.unsigned(16) + 1;
  return 256 << (code - 8);
}

/// The frame's or sample's number, coded as UTF-8 codes characters. Frames are counted here, so it is only passed over.
function codedNumber(reader: BitReader): void {
  const ones = Math.clz32(~(reader.unsigned(8) << 24));
  if (ones === 1 || ones > 7) throw new FlacError("a frame header with a damaged number");
  for (let k = 1; k < ones; k++) reader.unsigned(8);
}

function subframe(reader: BitReader, out: Float64Array, fullBits: number): void {
  if (reader.unsigned(1) !== 0) throw new FlacError("a damaged subframe");
  const type = reader.unsigned(6);
  const wasted = reader.unsigned(1) ? reader.unary() + 1 : 0;
  const bits = fullBits - wasted;
  if (bits < 1) throw new FlacError("a subframe without bits");
  if (type === 0) out.fill(reader.signed(bits));
  else if (type === 1) for (let k = 0; k < out.length; k++) out[k] = reader.signed(bits);
  else if (type >= 8 && type <= 12) fixedSubframe(reader, out, bits, type - 8);
  else if (type >= 32) lpcSubframe(reader, out, bits, type - 31);
  else throw new FlacError(`a subframe of reserved type ${type}`);
  if (wasted > 0) for (let k = 0; k < out.length; k++) out[k] *= 2 ** wasted;
}

/// Coefficients of the fixed predictors, newest sample first: the value that continues a polynomial.
export const fixedPredictors: readonly (readonly number[])[] = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

function fixedSubframe(reader: BitReader, out: Float64Array, bits: number, order: number): void {
  warmUp(reader, out, bits, order);
  predict(out, fixedPredictors[order], 0);
}

function lpcSubframe(reader: BitReader, out: Float64Array, bits: number, order: number): void {
  if (order > out.length) throw new FlacError("a predictor longer than its block");
  for (let k = 0; k < order; k++) out[k] = reader.signed(bits);
  const precision = reader.unsigned(4) + 1;
  const shift = reader.signed(5);
  if (precision === 16 || shift < 0) throw new FlacError("a predictor with reserved values");
  const coefficients = Array.from({ length: order }, () => reader.signed(precision));
  residuals(reader, out, order);
  predict(out, coefficients, shift);
}

function warmUp(reader: BitReader, out: Float64Array, bits: number, order: number): void {
  if (order > out.length) throw new FlacError("a predictor longer than its block");
  for (let k = 0; k < order; k++) out[k] = reader.signed(bits);
  residuals(reader, out, order);
}

/// Turns residuals into samples in place.
function predict(out: Float64Array, coefficients: readonly number[], shift: number): void {
  const order = coefficients.length;
  const scale = 2 ** -shift;
  for (let k = order; k < out.length; k++) {
    let sum = 0;
    for (let tap = 0; tap < order; tap++) sum += coefficients[tap] * out[k - 1 - tap];
    out[k] += Math.floor(sum * scale);
  }
}

/// Rice-coded numbers in partitions, each with its own parameter.
function residuals(reader: BitReader, out: Float64Array, order: number): void {
  const method = reader.unsigned(2);
  if (method > 1) throw new FlacError("residuals coded in a reserved way");
  const parameterBits = 4 + method;
  const partitionOrder = reader.unsigned(4);
  const size = out.length >> partitionOrder;
  if (size << partitionOrder !== out.length || size < order) throw new FlacError("residuals in partitions that do not fit");
  for (let start = order, end = size; end <= out.length; start = end, end += size) {
    const parameter = reader.unsigned(parameterBits);
    if (parameter === (1 << parameterBits) - 1) {
      const bits = reader.unsigned(5);
      for (let k = start; k < end; k++) out[k] = bits === 0 ? 0 : reader.signed(bits);
    } else {
      for (let k = start; k < end; k++) {
        const folded = reader.unary() * 2 ** parameter + reader.unsigned(parameter);
        out[k] = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
      }
    }
    if (size === 0) break;
  }
}

function toLeftRight(a: Float64Array, b: Float64Array, frames: number, assignment: number): void {
  for (let k = 0; k < frames; k++) {
    if (assignment === 8) b[k] = a[k] - b[k];
    else if (assignment === 9) a[k] += b[k];
    else {
      // The lowest bit that mid lost is that of side.
      const side = b[k];
      const sum = a[k] * 2 + Math.abs(side % 2);
      a[k] = (sum + side) / 2;
      b[k] = (sum - side) / 2;
    }
  }
}
