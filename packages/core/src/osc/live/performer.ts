/// The engine's side of a server: takes orders from the ring, carries them out in their time, reports. Runs on the engine's thread and allocates
/// nothing in a steady state: handlers read their arguments from the ring's words.
import type { Definition } from "../../engine/definitions.ts";
import type { Engine } from "../../engine/engine.ts";
import { BlockLoop } from "../../engine/loop.ts";
import { RingReader } from "../../engine/ring.ts";
import { bufferRecordBytes } from "../../synthdef/abi.ts";
import { ticksPerSecond } from "../../time/clock.ts";
import { immediately } from "../../time/queue.ts";
import { type Audience, tellResult, tellsFailures, tellUnknown, textOf } from "../commands/answers.ts";
import type { EngineContext, EngineSession, Result } from "../commands/command.ts";
import { installDefinition } from "../commands/definitions.ts";
import { diskRequest } from "../commands/streams.ts";
import { commands } from "../commands/table.ts";
import { Cursor } from "./cursor.ts";
import type { DeliveredDefinition, Delivery } from "./delivery.ts";
import { Order, Special } from "./records.ts";
import { Reports } from "./reports.ts";
import { WaitingPackets } from "./waiting.ts";

export interface PerformerParts {
  readonly engine: Engine;
  /// The two rings, from the server and to it.
  readonly orders: SharedArrayBuffer | ArrayBuffer;
  readonly reports: SharedArrayBuffer | ArrayBuffer;
  /// What an order announces.
  takeDelivery(): Delivery | undefined;
  /// Takes what is for the host.
  onHost?(delivery: unknown): void;
}

export class Performer {
  readonly loop: BlockLoop<number>;
  /// The server has ended.
  stopped = false;
  private readonly engine: Engine;
  private readonly orders: RingReader;
  private readonly reports: Reports;
  private readonly waiting: WaitingPackets;
  private readonly takeDelivery: PerformerParts["takeDelivery"];
  private readonly onHost: NonNullable<PerformerParts["onHost"]>;
  private readonly cursor = new Cursor();
  private readonly session: EngineSession;
  private readonly context: EngineContext;
  private readonly audience: Audience & { told: boolean };
  /// Definitions that code for packs of four has been asked for, by their keys.
  private readonly awaitingLanes = new Map<number, Definition>();
  /// Frames that the file behind a buffer has left, -1 for none.
  private readonly framesLeft: Int32Array;

  constructor({ engine, orders, reports, takeDelivery, onHost = () => {} }: PerformerParts) {
    this.engine = engine;
    this.orders = new RingReader(orders);
    this.reports = new Reports(engine, reports);
    this.takeDelivery = takeDelivery;
    this.onHost = onHost;
    this.loop = new BlockLoop({ engine, resetOffset: true, execute: (packet) => this.performWaiting(packet) });
    this.waiting = new WaitingPackets(this.loop.queue);
    this.framesLeft = new Int32Array(engine.target.bufferCount).fill(-1);
    const post = (text: string): void => this.reports.text(text);
    const { sender } = this.reports;
    this.session = {
      clients: { notify: (address, ...args) => this.reports.notify(address, args) },
      errors: { everywhere: true, bundle: undefined },
      clearSchedule: () => this.waiting.clear(),
    };
    this.context = { engine, sender, post, session: this.session };
    this.audience = { sender, post, told: true };
    engine.definitions.removed = (name) => this.session.clients.notify("/d_removed", name);
    engine.definitions.lanesWanted = (definition) => this.wantLanes(definition);
    engine.disk = (record, what, start, frames, extra) => this.disk(record, what, start, frames, extra);
  }

  /// Takes in what has arrived. What is to be done at once is done, as at the first frame of the next block.
  takeOrders(): void {
    const { orders, cursor } = this;
    for (let at = orders.next(); at >= 0; at = orders.next()) {
      cursor.go(orders.words, orders.floats, at);
      switch (cursor.word()) {
        case Order.packet:
          this.packet(at, orders.length);
          break;
        case Order.string:
          cursor.strings[cursor.word()] = cursor.text();
          break;
        case Order.install:
          this.install();
          break;
        case Order.buffer:
          this.buffer();
          break;
        case Order.mark:
          this.reports.reached(cursor.word());
          break;
        case Order.lanes:
          this.lanes();
          break;
        case Order.host:
          this.host();
          break;
        case Order.stop:
          this.stopped = true;
      }
      orders.drop();
    }
  }

  /// Reports that found no room.
  get lost(): number {
    return this.reports.lost;
  }

  /// Shows the server what has happened since the last time. True when there is something new.
  publish(): boolean {
    return this.reports.publish();
  }

  private packet(at: number, length: number): void {
    const { cursor, orders } = this;
    const client = cursor.word();
    const time = cursor.wide();
    if (time === immediately) {
      this.engine.setOffset(0, 0);
      this.perform(orders.words, orders.floats, at);
      return;
    }
    const lateness = this.loop.time - time;
    if (lateness > 0) this.reports.late(client, Math.min(0x7fffffff, Math.round((lateness / ticksPerSecond) * 1e6)));
    if (!this.waiting.add(time, orders.words, at, length)) this.reports.text("a bundle was dropped: too many wait for their time");
  }

  private performWaiting(address: number): void {
    this.perform(this.waiting.words, this.waiting.floats, address >> 2);
    this.waiting.release(address);
  }

  /// The messages of the packet whose record begins at `at`.
  private perform(words: Int32Array, floats: Float32Array, at: number): void {
    const { cursor } = this;
    cursor.go(words, floats, at + 1);
    this.reports.client = cursor.word();
    cursor.wide();
    this.session.errors.bundle = undefined;
    let count = cursor.word();
    for (let next = cursor.at; count > 0; count--) {
      cursor.go(words, floats, next);
      next += cursor.word();
      this.message(cursor.word());
    }
  }

  private message(index: number): void {
    const { cursor, audience, session } = this;
    cursor.begin();
    audience.told = tellsFailures(session.errors);
    if (index === Special.beside) this.reports.begin(cursor.int(), audience.told);
    else if (index === Special.unknown) tellUnknown(cursor.string(), audience);
    else {
      const command = commands[index];
      if (command.beside) return;
      let result: Result;
      try {
        result = command.run(cursor, this.context);
      } catch (error) {
        result = textOf(error);
      }
      if (result !== null) tellResult(command, result, audience);
    }
  }

  private install(): void {
    const definition = this.takeDelivery();
    if (definition && "name" in definition) installDefinition(definition, this.context);
  }

  private host(): void {
    const delivery = this.takeDelivery();
    if (delivery && "host" in delivery) this.onHost(delivery.host);
  }

  private wantLanes(definition: Definition): void {
    const { key } = definition.compiled as DeliveredDefinition;
    this.awaitingLanes.set(key, definition);
    this.reports.lanes(key);
  }

  private lanes(): void {
    const delivery = this.takeDelivery();
    if (!delivery || !("lanes" in delivery)) return;
    const definition = this.awaitingLanes.get(delivery.key);
    this.awaitingLanes.delete(delivery.key);
    if (definition) this.engine.definitions.supplyLanes(definition, delivery.lanes);
  }

  private buffer(): void {
    const { cursor, orders } = this;
    const index = cursor.word();
    this.engine.buffers.adopt(index, orders.words, cursor.at);
    this.framesLeft[index] = orders.words[cursor.at + bufferRecordBytes / 4];
  }

  /// Asks the server for the next part of a file. What will be done is known now: how many frames are left.
  private disk(record: number, what: number, start: number, frames: number, extra: number): number {
    const { bufferRecords, bufferCount } = this.engine.target;
    const buffer = (record - bufferRecords) / bufferRecordBytes;
    if (!(buffer >= 0 && buffer < bufferCount)) return 0;
    this.reports.disk(buffer, what, start, frames, extra);
    if (what !== diskRequest.read || extra === 1) return frames;
    const left = this.framesLeft[buffer];
    const done = Math.max(0, Math.min(frames, left));
    this.framesLeft[buffer] = left - done;
    return done;
  }
}
