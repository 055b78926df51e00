/// A strip of a mixing desk: sources, effects, a fader with pan and mute, sends before and after the fader.
///
///     sources -> effects -> pre-fader sends -> fader -> post-fader sends -> out
import { lag, synthDef } from "../../synthdef/builder.ts";
import { In, Out, ReplaceOut } from "../../ugens/buses.ts";
import { Balance2, Pan2 } from "../../ugens/panners.ts";
import { Bus } from "../bus.ts";
import { Group } from "../group.ts";
import type { ValuesFor } from "../message.ts";
import { Server } from "../server.ts";
import { type AnyControls, type Playable, Synth } from "../synth.ts";
import { ensure } from "./definitions.ts";
import { register, reorder, type Strip, unregister } from "./order.ts";

export interface ChannelOptions {
  /// For error messages.
  readonly name?: string;
  /// Of the sources: 1 or 2 (by default) with a pan, or more without.
  readonly channels?: number;
  /// Where the strip plays: a bus, another strip, or the outputs by default.
  readonly out?: Bus | Channel;
  /// Decibels, 0 by default.
  readonly level?: number;
  /// -1 left to 1 right.
  readonly pan?: number;
  readonly server?: Server;
}

export interface SendOptions {
  /// Decibels, 0 by default.
  readonly level?: number;
  /// Taken before the fader.
  readonly pre?: boolean;
}

/// A copy of a strip's sound for another strip or bus.
export interface Send {
  /// Decibels.
  level: number;
  free(): void;
}

const gain = (db: number) => 10 ** (db / 20);

export class Channel implements Strip {
  readonly server: Server;
  readonly name: string;
  /// Where sources write; effects read and replace it.
  readonly bus: Bus;
  readonly group: Group;
  readonly sources: Group;
  readonly effects: Group;
  readonly feeds: Set<Channel> = new Set();
  private readonly pres: Group;
  private readonly posts: Group;
  private readonly fader: Synth;
  private readonly output: Synth;
  private readonly sends = new Set<Send>();
  private readonly values: { level: number; pan: number; muted: boolean };

  private constructor(server: Server, options: ChannelOptions) {
    const { channels = 2, out, level = 0, pan = 0, name = "strip" } = options;
    this.server = server;
    this.name = name;
    this.values = { level, pan, muted: false };
    this.bus = Bus.audio(server, channels);
    this.group = Group.tail(server);
    this.sources = Group.tail(this.group);
    this.effects = Group.tail(this.group);
    this.pres = Group.tail(this.group);
    this.fader = Synth.tail(this.group, faderName(channels), { bus: this.bus, level: gain(level), pan });
    this.posts = Group.tail(this.group);
    const target = out instanceof Channel ? out.bus : out;
    this.output = Synth.tail(this.group, outputName(channels), { from: this.bus, to: target?.index ?? 0, pan });
    if (out instanceof Channel) this.feeds.add(out);
  }

  /// Resolves when the strip can be played.
  static async open(options: ChannelOptions = {}): Promise<Channel> {
    const { channels = 2, server = Server.default } = options;
    await Promise.all([fader(channels), output(channels), send(channels)].map((definition) => ensure(server, definition)));
    const channel = new Channel(server, options);
    register(server, channel);
    reorder(server);
    return channel;
  }

  /// Decibels; -Infinity is silence. Changes glide for 0.1 s.
  get level(): number {
    return this.values.level;
  }

  set level(db: number) {
    if (Number.isNaN(db) || db === Infinity) throw new RangeError(`a level of ${db} dB: expected a number below Infinity`);
    this.values.level = db;
    this.apply();
  }

  /// -1 left to 1 right. Of strips of more than two channels it means nothing.
  get pan(): number {
    return this.values.pan;
  }

  set pan(position: number) {
    this.values.pan = Math.max(-1, Math.min(1, position));
    this.apply();
  }

  get muted(): boolean {
    return this.values.muted;
  }

  set muted(flag: boolean) {
    this.values.muted = flag;
    this.apply();
  }

  /// Starts a source: its control `out` is this strip's bus.
  play<C extends object = AnyControls>(definition: Playable<C>, values: ValuesFor<C> = {}): Synth<C> {
    return Synth.tail(this.sources, definition, { ...values, out: this.bus } as ValuesFor<C>);
  }

  /// Adds an effect after the others: its control `bus` is this strip's bus, which it reads and replaces.
  insert<C extends object = AnyControls>(definition: Playable<C>, values: ValuesFor<C> = {}): Synth<C> {
    return Synth.tail(this.effects, definition, { ...values, bus: this.bus } as ValuesFor<C>);
  }

  /// Sends a copy elsewhere. A strip that receives it is moved behind this one where it stands before. Throws when that makes a circle.
  send(to: Channel | Bus, { level = 0, pre = false }: SendOptions = {}): Send {
    const target = to instanceof Channel ? to.bus : to;
    if (to instanceof Channel && !this.feeds.has(to)) {
      this.feeds.add(to);
      try {
        reorder(this.server);
      } catch (error) {
        this.feeds.delete(to);
        throw error;
      }
    }
    const values = { from: this.bus, to: target, level: gain(level) };
    const synth = Synth.tail(pre ? this.pres : this.posts, sendName(this.bus.channels), values);
    const sends = this.sends;
    const made: Send = {
      get level() {
        return level;
      },
      set level(db) {
        level = db;
        synth.set({ level: gain(db) });
      },
      free() {
        if (sends.delete(made)) synth.free();
      },
    };
    sends.add(made);
    return made;
  }

  /// Frees everything in the strip and gives its bus back.
  free(): void {
    unregister(this.server, this);
    this.group.free();
    this.bus.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }

  private apply(): void {
    const { level, pan, muted } = this.values;
    this.fader.set({ level: muted ? 0 : gain(level), pan });
    this.output.set({ pan });
  }
}

const faderName = (channels: number) => `heddle_fader_${channels}`;
const outputName = (channels: number) => `heddle_output_${channels}`;
const sendName = (channels: number) => `heddle_send_${channels}`;

/// In place, so that what follows hears it.
const fader = (channels: number) =>
  synthDef(faderName(channels), { bus: 0, level: lag(1, 0.1), pan: lag(0, 0.1) }, ({ bus, level, pan }) => {
    const heard = In.ar(bus, channels);
    const placed = channels === 2 ? Balance2.ar({ left: heard.at(0), right: heard.at(1), pos: pan }).mul(Math.SQRT2) : heard;
    ReplaceOut.ar(bus, placed.mul(level));
  });

/// One channel is spread over two; others go as they are.
const output = (channels: number) =>
  synthDef(outputName(channels), { from: 0, to: 0, pan: lag(0, 0.1) }, ({ from, to, pan }) => {
    const heard = In.ar(from, channels);
    Out.ar(to, channels === 1 ? Pan2.ar(heard, pan) : heard);
  });

const send = (channels: number) =>
  synthDef(sendName(channels), { from: 0, to: 0, level: lag(1, 0.1) }, ({ from, to, level }) =>
    Out.ar(to, In.ar(from, channels).mul(level)),
  );
