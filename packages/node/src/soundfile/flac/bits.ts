/// Bits in and out of bytes, most significant first, with the checksums of FLAC frames kept on the way.

const crcTable = (polynomial: number, width: number) =>
  Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & (1 << (width - 1)) ? polynomial : 0);
    return crc & (2 ** width - 1);
  });
const crc8Table = crcTable(0x07, 8);
const crc16Table = crcTable(0x8005, 16);

/// Takes bits from a source that hands out bytes in pieces.
export class BitReader {
  /// Checksums of the bytes taken since they were last set to 0.
  crc8 = 0;
  crc16 = 0;
  private readonly more: (position: number) => Uint8Array;
  private bytes: Uint8Array = new Uint8Array();
  /// Position in the file of `bytes[0]`, and the next byte within.
  private origin = 0;
  private at = 0;
  private current = 0;
  /// Bits of `current` that are left.
  private have = 0;

  /// `more` gives some bytes from a position on; none at the end of the file.
  constructor(more: (position: number) => Uint8Array) {
    this.more = more;
  }

  /// Of the next whole byte.
  get position(): number {
    return this.origin + this.at;
  }

  seek(position: number): void {
    this.have = 0;
    if (position >= this.origin && position <= this.origin + this.bytes.length) this.at = position - this.origin;
    else {
      this.origin = position;
      this.at = 0;
      this.bytes = new Uint8Array();
    }
  }

  /// Throws RangeError at the end of the file.
  private next(): number {
    if (this.at === this.bytes.length) {
      this.origin += this.at;
      this.at = 0;
      this.bytes = this.more(this.origin);
      if (this.bytes.length === 0) throw new RangeError("the file ends inside a frame");
    }
    const byte = this.bytes[this.at++];
    this.crc8 = crc8Table[this.crc8 ^ byte];
    this.crc16 = ((this.crc16 << 8) & 0xffff) ^ crc16Table[(this.crc16 >> 8) ^ byte];
    return byte;
  }

  /// Up to 36 bits, unsigned.
  unsigned(bits: number): number {
    let value = 0;
    for (let left = bits; left > 0; ) {
      if (this.have === 0) {
        this.current = this.next();
        this.have = 8;
      }
      const take = Math.min(left, this.have);
      this.have -= take;
      left -= take;
      value = value * (1 << take) + ((this.current >> this.have) & ((1 << take) - 1));
    }
    return value;
  }

  /// Up to 36 bits in two's complement.
  signed(bits: number): number {
    const value = this.unsigned(bits);
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }

  /// The number of zeros before the next one.
  unary(): number {
    let zeros = 0;
    for (;;) {
      if (this.have === 0) {
        this.current = this.next();
        this.have = 8;
      }
      const rest = this.current & ((1 << this.have) - 1);
      if (rest !== 0) {
        const place = 31 - Math.clz32(rest);
        zeros += this.have - 1 - place;
        this.have = place;
        return zeros;
      }
      zeros += this.have;
      this.have = 0;
    }
  }

  /// Drops what is left of the current byte.
  align(): void {
    this.have = 0;
  }
}

/// Collects bits in a buffer that doubles.
export class BitWriter {
  private buffer = new Uint8Array(1 << 15);
  private at = 0;
  private current = 0;
  private have = 0;

  /// The low `bits` (at most 32) bits of `value`.
  put(value: number, bits: number): void {
    for (let left = bits; left > 0; ) {
      const take = Math.min(left, 8 - this.have);
      left -= take;
      this.current = (this.current << take) | ((value >>> left) & ((1 << take) - 1));
      this.have += take;
      if (this.have === 8) this.flush();
    }
  }

  /// `zeros` zeros and a one.
  unary(zeros: number): void {
    for (let left = zeros; left > 0; left -= Math.min(left, 32)) this.put(0, Math.min(left, 32));
    this.put(1, 1);
  }

  align(): void {
    if (this.have > 0) this.put(0, 8 - this.have);
  }

  /// Appends the 8-bit checksum of everything so far.
  putCrc8(): void {
    let crc = 0;
    for (let k = 0; k < this.at; k++) crc = crc8Table[crc ^ this.buffer[k]];
    this.put(crc, 8);
  }

  putCrc16(): void {
    let crc = 0;
    for (let k = 0; k < this.at; k++) crc = ((crc << 8) & 0xffff) ^ crc16Table[(crc >> 8) ^ this.buffer[k]];
    this.put(crc, 16);
  }

  /// What was written; the writer begins again.
  take(): Uint8Array {
    const bytes = this.buffer.slice(0, this.at);
    this.at = 0;
    return bytes;
  }

  private flush(): void {
    if (this.at === this.buffer.length) {
      const larger = new Uint8Array(this.buffer.length * 2);
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer[this.at++] = this.current;
    this.current = 0;
    this.have = 0;
  }
}
