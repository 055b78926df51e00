/// The level of everything a server plays: a synth after all others that scales the outputs.
import { lag, type SynthDef, synthDef } from "../../synthdef/builder.ts";
import { In, ReplaceOut } from "../../ugens/buses.ts";
import { rootGroup } from "../group.ts";
import type { Server } from "../server.ts";
import { Synth } from "../synth.ts";
import { ensure } from "./definitions.ts";

const masters = new Map<number, SynthDef<{ level: ReturnType<typeof lag> }>>();

function master(channels: number) {
  let definition = masters.get(channels);
  if (!definition) {
    definition = synthDef(`heddle_volume_${channels}`, { level: lag(1, 0.1) }, ({ level }) =>
      ReplaceOut.ar(0, In.ar(0, channels).mul(level)),
    );
    masters.set(channels, definition);
  }
  return definition;
}

export class Volume {
  private readonly server: Server;
  private synth: Synth | undefined;
  private db = 0;
  private silent = false;

  constructor(server: Server) {
    this.server = server;
  }

  /// In decibels: 0 leaves the outputs as they are. -Infinity is silence.
  get level(): number {
    return this.db;
  }

  get muted(): boolean {
    return this.silent;
  }

  /// Glides to `db` decibels within 0.1 s.
  async set(db: number): Promise<void> {
    if (Number.isNaN(db) || db === Infinity) throw new RangeError(`a volume of ${db} dB: expected a number below Infinity`);
    this.db = db;
    await this.apply();
  }

  async mute(flag = true): Promise<void> {
    this.silent = flag;
    await this.apply();
  }

  /// Takes the synth out; the outputs are as they are played again.
  free(): void {
    this.synth?.free();
    this.synth = undefined;
  }

  private async apply(): Promise<void> {
    const level = this.silent ? 0 : 10 ** (this.db / 20);
    if (!this.synth) {
      if (level === 1) return;
      const definition = master(this.server.sizes.outputs);
      await ensure(this.server, definition);
      this.synth = Synth.tail(rootGroup(this.server), definition, { level });
    } else this.synth.set({ level });
  }
}
