/// What the engine's thread tells the server's: notifications, replies, requests. Allocates nothing for events, nor for replies of numbers and known
/// strings beyond what their command does.
import type { Engine } from "../../engine/engine.ts";
import type { EventListener, NodeEventKind } from "../../engine/events.ts";
import { RingWriter } from "../../engine/ring.ts";
import type { Sender } from "../commands/command.ts";
import type { OscInput } from "../encode.ts";
import { everyone, Report } from "./records.ts";
import { Scribe } from "./scribe.ts";
import { StringNumbers } from "./strings.ts";

export class Reports implements EventListener {
  /// Who is answered by `sender`.
  client = 0;
  /// Reports that found no room since the beginning.
  lost = 0;
  readonly sender: Sender = { reply: (address, ...args) => this.message(this.client, address, args) };
  private readonly engine: Engine;
  private readonly ring: RingWriter;
  private readonly strings = new StringNumbers((number, text) => this.string(number, text));
  private readonly scribe = new Scribe(this.strings);
  private readonly definition = new Scribe();
  /// Room that notifications leave to replies, and replies to what must not be lost.
  private readonly spare: { readonly events: number; readonly replies: number };

  constructor(engine: Engine, ring: SharedArrayBuffer | ArrayBuffer) {
    this.engine = engine;
    this.ring = new RingWriter(ring);
    this.spare = { events: this.ring.capacity >> 2, replies: this.ring.capacity >> 3 };
  }

  /// Tells what the engine has to tell, and shows everything to the server. True when there is something to see.
  publish(): boolean {
    this.events();
    return this.ring.publish();
  }

  node(
    kind: NodeEventKind,
    id: number,
    parent: number,
    previous: number,
    next: number,
    isGroup: boolean,
    head: number,
    tail: number,
  ): void {
    const { scribe } = this;
    scribe.start(Report.node);
    scribe.word(kind);
    scribe.word(id);
    scribe.word(parent);
    scribe.word(previous);
    scribe.word(next);
    scribe.word(isGroup ? 1 : 0);
    scribe.word(head);
    scribe.word(tail);
    this.push(scribe, this.spare.events);
  }

  reply(kind: number, nodeId: number, values: Float32Array, count: number): void {
    const { scribe } = this;
    scribe.start(Report.unit);
    scribe.word(kind);
    scribe.word(nodeId);
    scribe.word(count);
    for (let i = 0; i < count; i++) scribe.float(values[i]);
    this.push(scribe, this.spare.events);
  }

  /// A message to `client`, or to everyone that registered.
  message(client: number, address: string, args: readonly OscInput[]): void {
    this.events();
    const { scribe } = this;
    scribe.start(Report.message);
    scribe.word(client);
    scribe.string(address);
    const at = scribe.length;
    scribe.word(0);
    let count = 0;
    for (const arg of args) count += scribe.input(arg);
    scribe.words[at] = count;
    this.push(scribe, this.spare.replies);
  }

  notify(address: string, args: readonly OscInput[]): void {
    this.message(everyone, address, args);
  }

  begin(token: number, told: boolean): void {
    this.pair(Report.begin, token, told ? 1 : 0);
  }

  reached(token: number): void {
    this.pair(Report.reached, token, 0);
  }

  late(client: number, microseconds: number): void {
    this.pair(Report.late, client, microseconds);
  }

  lanes(key: number): void {
    this.pair(Report.lanes, key, 0);
  }

  text(text: string): void {
    this.events();
    this.scribe.start(Report.text);
    this.scribe.text(text);
    this.push(this.scribe, this.spare.replies);
  }

  disk(buffer: number, what: number, start: number, frames: number, extra: number): void {
    const { scribe } = this;
    scribe.start(Report.disk);
    scribe.word(buffer);
    scribe.word(what);
    scribe.word(start);
    scribe.word(frames);
    scribe.word(extra);
    this.push(scribe, 0);
  }

  /// Events so far come before what is told next.
  private events(): void {
    this.lost += this.engine.events.drain(this);
    if (!this.engine.hasFaults) return;
    for (const { nodeId, definition, message } of this.engine.takeFaults()) {
      this.scribe.start(Report.fault);
      this.scribe.word(nodeId);
      this.scribe.text(`${definition}: ${message}`);
      this.push(this.scribe, this.spare.replies);
    }
  }

  private pair(kind: number, first: number, second: number): void {
    this.events();
    this.scribe.start(kind);
    this.scribe.word(first);
    this.scribe.word(second);
    this.push(this.scribe, 0);
  }

  private string(number: number, text: string): boolean {
    this.definition.start(Report.string);
    this.definition.word(number);
    this.definition.text(text);
    return this.ring.push(this.definition.words, this.definition.length, this.spare.replies);
  }

  private push(scribe: Scribe, spare: number): void {
    if (scribe.overflowed || !this.ring.push(scribe.words, scribe.length, spare)) this.lost++;
  }
}
