/// What the server's thread tells the engine's. When the ring is full orders wait here, in their order, until there is room.
import { RingWriter } from "../../engine/ring.ts";
import { bufferRecordBytes } from "../../synthdef/abi.ts";
import type { BesideCommand, Command } from "../commands/command.ts";
import { commands, findCommand, type NamedCommand } from "../commands/table.ts";
import type { OscMessage } from "../packet.ts";
import { Order, Special, untypedFlag } from "./records.ts";
import { Scribe, Tag } from "./scribe.ts";
import { StringNumbers } from "./strings.ts";

/// Messages to be carried out together.
export interface FlatPacket {
  readonly client: number;
  /// Ticks, or `immediately`.
  readonly time: number;
  readonly messages: readonly OscMessage[];
  /// Of a completion message: what its commands wait for at most.
  readonly earlier?: readonly Promise<void>[];
}

/// Gives a command beside the engine a token under which it is begun.
export type Register = (command: NamedCommand & BesideCommand, message: OscMessage) => number;

/// Words that may wait for room.
const mostWaiting = 1 << 24;

const indices = new Map<Command, number>(commands.map((command, index) => [command, index]));

export class Orders {
  private readonly ring: RingWriter;
  private readonly strings = new StringNumbers((number, text) => this.string(number, text));
  private readonly scribe = new Scribe(this.strings);
  private readonly definition = new Scribe();
  private waiting: Int32Array[] = [];
  private waitingWords = 0;

  constructor(ring: SharedArrayBuffer | ArrayBuffer) {
    this.ring = new RingWriter(ring);
  }

  /// Something waits for room: `publish` is to be called again soon.
  get full(): boolean {
    return this.waiting.length > 0;
  }

  /// False when it is longer than a record may be, or too much waits already.
  packet({ client, time, messages }: FlatPacket, register: Register): boolean {
    const { scribe } = this;
    scribe.start(Order.packet);
    scribe.word(client);
    scribe.wide(time);
    scribe.word(messages.length);
    for (const message of messages) this.message(message, register);
    return !scribe.overflowed && this.waitingWords < mostWaiting && this.send(scribe);
  }

  install(): void {
    this.simple(Order.install, 0);
  }

  host(): void {
    this.simple(Order.host, 0);
  }

  lanes(): void {
    this.simple(Order.lanes, 0);
  }

  mark(token: number): void {
    this.simple(Order.mark, token);
  }

  stop(): void {
    this.simple(Order.stop, 0);
  }

  /// Hands over a buffer: its record begins at `words[at]`.
  buffer(index: number, words: Int32Array, at: number, framesLeft: number): void {
    const { scribe } = this;
    scribe.start(Order.buffer);
    scribe.word(index);
    for (let i = 0; i < bufferRecordBytes / 4; i++) scribe.word(words[at + i]);
    scribe.word(framesLeft);
    this.send(scribe);
  }

  /// Shows the engine what was sent.
  publish(): void {
    while (this.waiting.length > 0 && this.ring.push(this.waiting[0], this.waiting[0].length)) {
      this.waitingWords -= this.waiting.shift()!.length;
    }
    this.ring.publish();
  }

  private message(message: OscMessage, register: Register): void {
    const { scribe } = this;
    const at = scribe.length;
    scribe.word(0);
    const command = findCommand(message.address);
    if (!command) {
      scribe.word(Special.unknown);
      scribe.word(1);
      scribe.word(Tag.s);
      // Not given a number: anything may come as an address.
      scribe.word(-1);
      scribe.text(typeof message.address === "number" ? "" : message.address);
    } else if (command.beside) {
      scribe.word(Special.beside);
      scribe.word(1);
      scribe.argument(Tag.i, register(command, message));
    } else {
      scribe.word(indices.get(command)!);
      this.arguments(message);
    }
    scribe.words[at] = scribe.length - at;
  }

  private arguments({ types, args, untyped }: OscMessage): void {
    const { scribe } = this;
    if (untyped) {
      scribe.word(untypedFlag);
      scribe.bytes(untyped);
      return;
    }
    scribe.word(types.length);
    for (let k = 0; k < types.length; k++) scribe.argument(types.charCodeAt(k), args[k]);
  }

  private simple(kind: number, value: number): void {
    this.scribe.start(kind);
    this.scribe.word(value);
    this.send(this.scribe);
  }

  private string(number: number, text: string): boolean {
    this.definition.start(Order.string);
    this.definition.word(number);
    this.definition.text(text);
    return this.waiting.length === 0 && this.ring.push(this.definition.words, this.definition.length);
  }

  private send({ words, length }: Scribe): true {
    if (this.waiting.length > 0 || !this.ring.push(words, length)) {
      this.waiting.push(words.slice(0, length));
      this.waitingWords += length;
    }
    return true;
  }
}
