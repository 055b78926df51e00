/// How much of the time blocks take to render, and how fast they are asked for: what `/status` tells.

/// Seconds over which the average forgets, and after which a peak does.
const memory = 1;

export class LoadMeter {
  readonly #nominalRate: number;
  readonly #blockSeconds: number;
  readonly #weight: number;
  #average = 0;
  #peak = 0;
  #nextPeak = 0;
  #blocks = 0;
  #started = 0;
  #blocksAtStart = 0;
  #measuredRate: number;
  #begun = 0;

  constructor(sampleRate: number, blockSize: number) {
    this.#nominalRate = sampleRate;
    this.#blockSeconds = blockSize / sampleRate;
    this.#weight = this.#blockSeconds / memory;
    this.#measuredRate = sampleRate;
  }

  /// Before a block is rendered.
  begin(): void {
    this.#begun = performance.now();
    if (this.#started === 0) this.#started = this.#begun;
  }

  /// After it.
  end(): void {
    const now = performance.now();
    const percent = (now - this.#begun) / 10 / this.#blockSeconds;
    this.#average += (percent - this.#average) * this.#weight;
    this.#nextPeak = Math.max(this.#nextPeak, percent);
    this.#blocks++;
    if (now - this.#started < 1000 * memory) return;
    this.#measuredRate = ((this.#blocks - this.#blocksAtStart) * this.#blockSeconds * this.#nominalRate * 1000) / (now - this.#started);
    this.#started = now;
    this.#blocksAtStart = this.#blocks;
    this.#peak = this.#nextPeak;
    this.#nextPeak = 0;
  }

  /// Percent, and frames per second as measured.
  read(): { average: number; peak: number; sampleRate: number } {
    return { average: this.#average, peak: Math.max(this.#peak, this.#nextPeak), sampleRate: this.#measuredRate };
  }
}
