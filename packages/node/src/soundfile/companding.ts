/// G.711 companding: one byte holds a sign, an exponent of 3 bits and a mantissa of 4, and stands for a 16-bit sample.

/// mu-law: magnitudes of 14 bits, biased by 33 so that the exponent is the place of the highest bit. Bytes are stored inverted.
function decodeMulaw(byte: number): number {
  const code = ~byte & 0xff;
  const exponent = (code >> 4) & 7;
  const magnitude = ((((code & 15) << 1) + 33) << exponent) - 33;
  return (code & 0x80 ? -magnitude : magnitude) * 4;
}

/// The byte for a sample of -1 to 1.
export function mulawByte(sample: number): number {
  const magnitude = Math.min(8158, roundToEven(Math.abs(sample) * 8192)) + 33;
  const exponent = 31 - Math.clz32(magnitude >> 5);
  const code = (exponent << 4) | ((magnitude >> (exponent + 1)) & 15);
  return ~(sample < 0 ? code | 0x80 : code) & 0xff;
}

/// A-law: magnitudes of 12 bits, linear below 32. Every other bit is stored inverted.
function decodeAlaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code >> 4) & 7;
  const mantissa = ((code & 15) << 1) + 1;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 32) << (exponent - 1);
  return (code & 0x80 ? magnitude : -magnitude) * 8;
}

/// The byte for a sample of -1 to 1.
export function alawByte(sample: number): number {
  const magnitude = Math.min(4095, roundToEven(Math.abs(sample) * 2048) * 2);
  const exponent = magnitude < 32 ? 0 : 27 - Math.clz32(magnitude);
  const code = (exponent << 4) | ((exponent === 0 ? magnitude >> 1 : magnitude >> exponent) & 15);
  return (sample < 0 ? code : code | 0x80) ^ 0x55;
}

const table = (size: number, entry: (index: number) => number) => Float32Array.from({ length: size }, (_, index) => entry(index));

/// Sample of -1 to 1 for each byte.
export const mulawSamples = table(256, (byte) => decodeMulaw(byte) / 32768);
export const alawSamples = table(256, (byte) => decodeAlaw(byte) / 32768);

/// Nearest whole number, halves to the even one, as the processor rounds.
export function roundToEven(x: number): number {
  const nearest = Math.round(x);
  return nearest - x === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}
