/// The engine's thread at work: one cycle for each period of the device. Allocates nothing in a steady state.
import type { Engine } from "@heddle/core/engine";
import type { Performer } from "@heddle/core/osc";
import { DelayLockedLoop, ticksPerSecond } from "@heddle/core/time";
import type { Device } from "../devices/index.ts";
import { monotonic } from "./monotonic.ts";
import { marginClasses, type Panel, PanelDouble, PanelWord } from "./panel.ts";

/// Weight of a new load in the average; the peak falls by half in about a second and a half of 64-frame periods.
const averaging = 0.01;
const peakDecay = 0.9995;

export interface CycleParts {
  readonly engine: Engine;
  readonly performer: Performer;
  readonly device: Device;
  readonly panel: Panel;
  /// NTP seconds that ticks count from.
  readonly epoch: number;
}

export class Cycle {
  private readonly parts: CycleParts;
  private readonly clock: DelayLockedLoop;
  private readonly length: number;
  private frames = 0;

  constructor(parts: CycleParts) {
    const { period, sampleRate } = parts.device;
    this.parts = parts;
    this.length = (1000 * period) / sampleRate;
    this.clock = new DelayLockedLoop(this.length, 1000);
  }

  /// Runs until the server ends or the device has gone; false for the latter.
  run(): boolean {
    const { performer, device } = this.parts;
    while (!performer.stopped) {
      const noticed = device.wait();
      if (Number.isNaN(noticed)) return false;
      this.cycle(noticed);
    }
    return true;
  }

  private cycle(noticed: number): void {
    const { engine, performer, device, panel, epoch } = this.parts;
    const { blockSize, outputBusCount, inputBusCount } = engine.target;
    const woken = monotonic();
    performer.takeOrders();
    const began = device.timed ? this.clock.update(noticed) : noticed;
    performer.loop.time = (began / 1000 + panel.doubles[PanelDouble.ntpOfZero] - epoch) * ticksPerSecond;
    for (let frame = 0; frame < device.period; frame += blockSize) {
      for (let channel = 0; channel < inputBusCount; channel++) device.read(channel, frame, engine.input(channel));
      performer.loop.renderBlock();
      for (let channel = 0; channel < outputBusCount; channel++) device.write(channel, frame, engine.output(channel));
    }
    device.finish();
    this.frames += device.period;
    this.show(began, woken);
    if (performer.publish()) panel.ring();
  }

  private show(began: number, woken: number): void {
    const { engine, panel, device } = this.parts;
    const { words, doubles } = panel;
    const load = (100 * (monotonic() - woken)) / this.length;
    doubles[PanelDouble.load] += averaging * (load - doubles[PanelDouble.load]);
    doubles[PanelDouble.peak] = Math.max(load, doubles[PanelDouble.peak] * peakDecay);
    doubles[PanelDouble.sampleRate] = device.timed ? (1000 * device.period) / this.clock.period : device.sampleRate;
    doubles[PanelDouble.frames] = this.frames;
    doubles[PanelDouble.time] = began;
    doubles[PanelDouble.error] = this.clock.jitter;
    words[PanelWord.units] = engine.nodes.unitCount;
    words[PanelWord.synths] = engine.nodes.synthCount;
    words[PanelWord.groups] = engine.nodes.groupCount;
    words[PanelWord.definitions] = engine.definitions.count;
    words[PanelWord.poolSize] = engine.pool.size;
    words[PanelWord.poolUsed] = engine.pool.used;
    words[PanelWord.cycles]++;
    const margin = 1 - (monotonic() - began) / this.length;
    words[PanelWord.margins + Math.max(0, Math.min(marginClasses - 1, Math.floor(margin * 10) + 1))]++;
  }
}
