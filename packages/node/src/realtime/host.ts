/// What clients can ask of the host: its counters, levels, volume, and to record.
import type { Counters, HostControls, Level, LiveServer, RecordingOptions, ServerFiles } from "@heddle/core/osc";
import type { Target } from "@heddle/core/synthdef";
import type { Tap } from "./channels.ts";
import { marginClasses, meteredChannels, type Panel, PanelDouble, PanelWord } from "./panel.ts";
import { Recording } from "./recording.ts";

export interface HostParts {
  readonly panel: Panel;
  readonly target: Target;
  readonly memory: WebAssembly.Memory;
  readonly files: ServerFiles;
  /// Gives the engine's thread what it is to record, or nothing.
  tap(tap: Tap | undefined): void;
  /// Resolves when the engine's thread has carried out what it was told before.
  reached(): Promise<void>;
  lateness(): ReturnType<LiveServer["lateness"]>;
}

export class Host implements HostControls {
  /// Synths that failed.
  faults = 0;
  private readonly parts: HostParts;
  private prepared: Recording | undefined;
  private recording: Recording | undefined;

  constructor(parts: HostParts) {
    this.parts = parts;
  }

  get volume(): number {
    return this.parts.panel.doubles[PanelDouble.volume];
  }

  set volume(gain: number) {
    this.parts.panel.doubles[PanelDouble.volume] = gain;
  }

  get mute(): boolean {
    return this.parts.panel.words[PanelWord.mute] !== 0;
  }

  set mute(on: boolean) {
    this.parts.panel.words[PanelWord.mute] = on ? 1 : 0;
  }

  counters(): Counters {
    const { panel, memory } = this.parts;
    const { words, doubles } = panel;
    return {
      load: doubles[PanelDouble.load],
      peak: doubles[PanelDouble.peak],
      sampleRate: doubles[PanelDouble.sampleRate],
      frames: doubles[PanelDouble.frames],
      units: words[PanelWord.units],
      synths: words[PanelWord.synths],
      groups: words[PanelWord.groups],
      definitions: words[PanelWord.definitions],
      memorySize: words[PanelWord.poolSize],
      memoryUsed: words[PanelWord.poolUsed],
      memoryTotal: memory.buffer.byteLength,
      xruns: words[PanelWord.xruns],
      costliest: words[PanelWord.costliest],
      spoiled: words[PanelWord.spoiled],
      faults: this.faults,
      lost: words[PanelWord.lost],
      clockError: doubles[PanelDouble.error],
      margins: [...words.subarray(PanelWord.margins, PanelWord.margins + marginClasses)],
      late: this.parts.lateness().map(({ client, lateness: { count, worst, total } }) => ({ client, count, worst, mean: total / count })),
    };
  }

  levels(): readonly Level[] {
    const { panel, target } = this.parts;
    const count = Math.min(meteredChannels, target.outputBusCount + target.inputBusCount);
    return Array.from({ length: count }, (_, k) => ({ peak: panel.levels[2 * k], rms: Math.sqrt(panel.levels[2 * k + 1]) }));
  }

  prepareRecording(options: RecordingOptions): void {
    this.prepared?.close();
    this.prepared = undefined;
    this.prepared = new Recording(this.parts.files, options, this.parts.target.sampleRate);
  }

  startRecording(): boolean {
    if (!this.prepared) return false;
    void this.stopRecording();
    this.recording = this.prepared;
    this.prepared = undefined;
    this.recording.start();
    this.parts.tap(this.recording.tap);
    return true;
  }

  async stopRecording(): Promise<boolean> {
    const { recording } = this;
    if (!recording) return false;
    this.recording = undefined;
    this.parts.tap(undefined);
    await this.parts.reached();
    recording.close();
    return true;
  }

  /// Completes what is open; the engine has ended.
  close(): void {
    this.recording?.close();
    this.prepared?.close();
    this.recording = undefined;
    this.prepared = undefined;
  }
}
