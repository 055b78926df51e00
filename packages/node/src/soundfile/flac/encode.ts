/// Samples to FLAC frames: fixed predictors, Rice codes in partitions, and for stereo the cheapest of left/right, left/side, right/side, mid/side.
import type { BitWriter } from "./bits.ts";

/// Frames per block, but for the last.
export const blockFrames = 4096;
const maxPartitionOrder = 6;

/// Writes one frame. `rows` are the channels' samples, each of `frames`; `number` counts frames from 0.
export function encodeFrame(out: BitWriter, rows: Int32Array[], frames: number, bits: number, number: number): void {
  const channels = rows.map((row) => chooseSubframe(row.subarray(0, frames), bits));
  const { assignment, subframes } =
    channels.length === 2 ? chooseStereo(rows, frames, bits, channels) : { assignment: channels.length - 1, subframes: channels };
  out.put(0x7ffc, 15);
  out.put(0, 1);
  out.put(7, 4);
  out.put(0, 4);
  out.put(assignment, 4);
  out.put(sizeCodes[bits], 3);
  out.put(0, 1);
  codedNumber(out, number);
  out.put(frames - 1, 16);
  out.putCrc8();
  for (const subframe of subframes) writeSubframe(out, subframe);
  out.align();
  out.putCrc16();
}

const sizeCodes: Record<number, number> = { 8: 1, 16: 4, 24: 6 };

/// A number of up to 36 bits, as UTF-8 codes characters.
function codedNumber(out: BitWriter, number: number): void {
  if (number < 128) {
    out.put(number, 8);
    return;
  }
  let more = 1;
  while (number >= 2 ** (5 * more + 6)) more++;
  const high = Math.floor(number / 64 ** more);
  out.put(((0xff00 >> (more + 1)) & 0xff) | high, 8);
  for (let k = more - 1; k >= 0; k--) out.put(0x80 | (Math.floor(number / 64 ** k) & 63), 8);
}

/// How a channel is best written.
interface Subframe {
  samples: Int32Array;
  bits: number;
  /// "constant", "verbatim" or the order of a fixed predictor.
  kind: "constant" | "verbatim" | number;
  residual: Int32Array;
  parameters: number[];
  partitionOrder: number;
  /// Estimated size in bits.
  cost: number;
}

function chooseSubframe(samples: Int32Array, bits: number): Subframe {
  const plain = { samples, bits, residual: new Int32Array(), parameters: [], partitionOrder: 0 };
  if (samples.every((sample) => sample === samples[0])) return { ...plain, kind: "constant", cost: 8 + bits };
  const verbatim: Subframe = { ...plain, kind: "verbatim", cost: 8 + samples.length * bits };
  const { order, residual } = bestPredictor(samples);
  const { parameters, partitionOrder, cost } = choosePartitions(residual, order);
  const predicted: Subframe = { samples, bits, kind: order, residual, parameters, partitionOrder, cost: 14 + order * bits + cost };
  return predicted.cost < verbatim.cost ? predicted : verbatim;
}

/// The fixed predictor whose residuals are smallest. The residual of order n is the n-th difference.
function bestPredictor(samples: Int32Array): { order: number; residual: Int32Array } {
  let best = { order: 0, residual: samples };
  let bestSum = Infinity;
  let difference = samples;
  for (let order = 0; order <= Math.min(4, samples.length - 1); order++) {
    if (order > 0) {
      const lower = difference;
      difference = lower.map((value, k) => (k < order ? value : value - lower[k - 1]));
    }
    let sum = 0;
    for (let k = order; k < samples.length; k++) sum += Math.abs(difference[k]);
    if (sum >= bestSum) continue;
    bestSum = sum;
    best = { order, residual: difference };
  }
  return best;
}

/// Zigzag: 0, -1, 1, -2, 2 ... become 0, 1, 2, 3, 4 ...
const fold = (value: number) => ((value << 1) ^ (value >> 31)) >>> 0;

/// The number of partitions and their parameters for which the residuals from `order` on take the fewest bits.
function choosePartitions(residual: Int32Array, order: number): { parameters: number[]; partitionOrder: number; cost: number } {
  const { length } = residual;
  let finest = 0;
  while (finest < maxPartitionOrder && length % (2 << finest) === 0 && length >> (finest + 1) > order) finest++;
  let sums = partitionSums(residual, order, finest);
  let best = { parameters: [0], partitionOrder: 0, cost: Infinity };
  for (let partitionOrder = finest; ; partitionOrder--) {
    const size = length >> partitionOrder;
    let cost = 6;
    const parameters = sums.map((sum, index) => {
      const count = size - (index === 0 ? order : 0);
      const parameter = Math.max(0, Math.min(30, Math.floor(Math.log2(sum / Math.max(1, count) + 1e-9))));
      cost += 5 + count * (parameter + 1) + sum / 2 ** parameter;
      return parameter;
    });
    if (cost < best.cost) best = { parameters, partitionOrder, cost };
    if (partitionOrder === 0) return best;
    sums = Array.from({ length: sums.length / 2 }, (_, k) => sums[2 * k] + sums[2 * k + 1]);
  }
}

function partitionSums(residual: Int32Array, order: number, partitionOrder: number): number[] {
  const size = residual.length >> partitionOrder;
  const sums = new Array<number>(1 << partitionOrder).fill(0);
  for (let k = order; k < residual.length; k++) sums[Math.floor(k / size)] += fold(residual[k]);
  return sums;
}

function chooseStereo([left, right]: Int32Array[], frames: number, bits: number, [l, r]: Subframe[]) {
  const mid = new Int32Array(frames);
  const side = new Int32Array(frames);
  for (let k = 0; k < frames; k++) {
    mid[k] = (left[k] + right[k]) >> 1;
    side[k] = left[k] - right[k];
  }
  const m = chooseSubframe(mid, bits);
  const s = chooseSubframe(side, bits + 1);
  const choices = [
    { assignment: 1, subframes: [l, r] },
    { assignment: 8, subframes: [l, s] },
    { assignment: 9, subframes: [s, r] },
    { assignment: 10, subframes: [m, s] },
  ];
  const cost = ({ subframes: [a, b] }: (typeof choices)[number]) => a.cost + b.cost;
  return choices.reduce((best, choice) => (cost(choice) < cost(best) ? choice : best));
}

function writeSubframe(out: BitWriter, { samples, bits, kind, residual, parameters, partitionOrder }: Subframe): void {
  out.put(kind === "constant" ? 0 : (kind === "verbatim" ? 1 : 8 + kind) << 1, 8);
  const plain = kind === "constant" ? 1 : kind === "verbatim" ? samples.length : kind;
  for (let k = 0; k < plain; k++) out.put(samples[k], bits);
  if (typeof kind !== "number") return;
  const wide = parameters.some((parameter) => parameter > 14);
  out.put(wide ? 1 : 0, 2);
  out.put(partitionOrder, 4);
  const size = samples.length >> partitionOrder;
  for (let index = 0; index < parameters.length; index++) {
    const parameter = parameters[index];
    out.put(parameter, wide ? 5 : 4);
    for (let k = index === 0 ? kind : index * size; k < (index + 1) * size; k++) {
      const folded = fold(residual[k]);
      out.unary(folded >>> parameter);
      out.put(folded, parameter);
    }
  }
}
