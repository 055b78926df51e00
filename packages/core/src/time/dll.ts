/// A delay-locked loop: from the jittered times at which a period was noticed, the times at which the periods began.
///
/// F. Adriaensen, "Using a DLL to filter time", Linux Audio Conference 2005: a second-order loop whose bandwidth B, in Hz, decides how fast it follows;
/// with w = 2 pi B T for a period T, it corrects its prediction by sqrt(2) w of the error and its period by w^2 of it. Allocates nothing.
export class DelayLockedLoop {
  /// Nominal length of a period, in the caller's unit of time, and the measured one.
  readonly nominal: number;
  period: number;
  /// Standard deviation of what is filtered out, in the caller's unit: how well the clock is known.
  jitter = 0;
  readonly #first: number;
  readonly #second: number;
  /// When the next period should begin; NaN before the first.
  #next = Number.NaN;
  #variance = 0;

  /// `period` and `second` in one unit: the length of a period, and a second.
  constructor(period: number, second: number, bandwidth = 0.5) {
    const w = (2 * Math.PI * bandwidth * period) / second;
    this.nominal = period;
    this.period = period;
    this.#first = Math.SQRT2 * w;
    this.#second = w * w;
  }

  /// In `time[0]`, the time at which a period was noticed becomes the time at which it began. More than `slack` periods late, or early, is a gap: the
  /// loop starts anew.
  update(time: Float64Array, slack = 8): void {
    const error = time[0] - this.#next;
    if (!(Math.abs(error) < slack * this.nominal)) {
      this.#next = time[0] + this.period;
      return;
    }
    time[0] = this.#next;
    this.#next += this.#first * error + this.period;
    this.period += this.#second * error;
    this.#variance += 0.01 * (error * error - this.#variance);
    this.jitter = Math.sqrt(this.#variance);
  }
}
