/// The engine's thread at work: one cycle for each period of the device. Allocates nothing in a steady state.
import type { Engine } from "@heddle/core/engine";
import type { Performer } from "@heddle/core/osc";
import { DelayLockedLoop, ticksPerSecond } from "@heddle/core/time";
import type { Device } from "../devices/index.ts";
import type { Channels } from "./channels.ts";
import { monotonic } from "./monotonic.ts";
import { marginClasses, type Panel, PanelDouble, PanelWord } from "./panel.ts";

/// Milliseconds in which the average load forgets, and a peak falls by half.
const averageMemory = 1000;
const peakMemory = 1500;

export interface CycleParts {
  readonly engine: Engine;
  readonly performer: Performer;
  readonly panel: Panel;
  readonly channels: Channels;
  /// NTP seconds that ticks count from.
  readonly epoch: number;
}

/// Renders for `device` until the server ends (true) or the device has gone (false).
export function runCycles(parts: CycleParts, device: Device): boolean {
  const cycle = new Cycle(parts, device);
  while (!parts.performer.stopped) if (!cycle.run()) return false;
  return true;
}

class Cycle {
  private readonly parts: CycleParts;
  private readonly device: Device;
  private readonly clock: DelayLockedLoop;
  /// Milliseconds of a period.
  private readonly length: number;
  private readonly averaging: number;
  private readonly decay: number;
  /// When the period began, when the thread woke, and now: not in variables, which would be boxed.
  private readonly times = new Float64Array(3);

  constructor(parts: CycleParts, device: Device) {
    this.parts = parts;
    this.device = device;
    this.length = (1000 * device.period) / device.sampleRate;
    this.clock = new DelayLockedLoop(this.length, 1000);
    this.averaging = Math.min(1, this.length / averageMemory);
    this.decay = 0.5 ** (this.length / peakMemory);
  }

  run(): boolean {
    const { device, times } = this;
    if (!device.wait(times)) return false;
    const { engine, performer, panel, channels, epoch } = this.parts;
    const { blockSize } = engine.target;
    times[1] = monotonic();
    if (device.timed) this.clock.update(times);
    performer.loop.time = (times[0] / 1000 + panel.doubles[PanelDouble.ntpOfZero] - epoch) * ticksPerSecond;
    performer.takeOrders();
    for (let frame = 0; frame < device.period; frame += blockSize) {
      channels.read(device, frame);
      performer.loop.renderBlock();
      if (!channels.write(device, frame)) {
        panel.words[PanelWord.spoiled]++;
        engine.examine(monotonic, true);
      }
    }
    this.show();
    device.finish();
    if (performer.publish()) panel.ring();
    return true;
  }

  private show(): void {
    const { device, times } = this;
    const { engine, panel } = this.parts;
    const { words, doubles } = panel;
    times[2] = monotonic();
    const load = (100 * (times[2] - times[1])) / this.length;
    doubles[PanelDouble.load] += this.averaging * (load - doubles[PanelDouble.load]);
    doubles[PanelDouble.peak] = Math.max(load, doubles[PanelDouble.peak] * this.decay);
    doubles[PanelDouble.sampleRate] = device.timed ? (1000 * device.period) / this.clock.period : device.sampleRate;
    doubles[PanelDouble.frames] += device.period;
    doubles[PanelDouble.time] = times[0];
    doubles[PanelDouble.error] = this.clock.jitter;
    words[PanelWord.units] = engine.nodes.unitCount;
    words[PanelWord.synths] = engine.nodes.synthCount;
    words[PanelWord.groups] = engine.nodes.groupCount;
    words[PanelWord.definitions] = engine.definitions.count;
    words[PanelWord.poolSize] = engine.pool.size;
    words[PanelWord.poolUsed] = engine.pool.used;
    const missed = device.missed();
    if (missed > 0) engine.examine(monotonic, false);
    words[PanelWord.xruns] += missed;
    words[PanelWord.costliest] = engine.costliest;
    words[PanelWord.lost] = this.parts.performer.lost;
    words[PanelWord.cycles]++;
    const margin = 1 - (times[2] - times[0]) / this.length;
    words[PanelWord.margins + Math.max(0, Math.min(marginClasses - 1, Math.floor(margin * 10) + 1))]++;
  }
}
