/// The server's side of an engine on another thread: decodes packets, gives the engine its orders, answers clients from its reports. Has no clock and no
/// thread of its own: the host says what time a time tag is and calls `attend` when the engine has reported.
import { RingReader } from "../../engine/ring.ts";
import type { CompiledDefinition } from "../../synthdef/abi.ts";
import { readSynthDefs } from "../../synthdef/read.ts";
import { immediately } from "../../time/queue.ts";
import { textOf } from "../commands/answers.ts";
import type { BesideContext, BesideSession, Sender } from "../commands/command.ts";
import { completionOf } from "../commands/completion.ts";
import type { ServerFiles } from "../commands/files.ts";
import { notifications } from "../commands/notifications.ts";
import { printPacket } from "../commands/print.ts";
import { findCommand } from "../commands/table.ts";
import { decodePacket } from "../decode.ts";
import { encodePacket, oscMessage } from "../encode.ts";
import { isBundle, type OscMessage, type OscPacket, type TimeTag } from "../packet.ts";
import { Beside, type Task } from "./beside.ts";
import { Cursor } from "./cursor.ts";
import type { DeliveredDefinition, Delivery } from "./delivery.ts";
import { Holding } from "./holding.ts";
import { type FlatPacket, Orders } from "./orders.ts";
import type { PreparedBuffers } from "./prepared.ts";
import { everyone, Report } from "./records.ts";
import { readMessage } from "./values.ts";

/// Whoever sends packets: the same object for its life.
export interface Link {
  readonly name: string;
  send(packet: Uint8Array): void;
}

/// Late bundles of a client.
export interface Lateness {
  count: number;
  /// Seconds.
  worst: number;
  total: number;
}

interface Client {
  readonly id: number;
  readonly link: Link;
  readonly sender: Sender;
  readonly lateness: Lateness;
}

export interface LiveServerParts {
  readonly orders: SharedArrayBuffer | ArrayBuffer;
  readonly reports: SharedArrayBuffer | ArrayBuffer;
  readonly engine: Omit<BesideContext["engine"], "buffers">;
  readonly buffers: PreparedBuffers;
  readonly files: ServerFiles;
  readonly session: BesideSession;
  /// Compiles beside the engine and the server.
  compile(file: Uint8Array): Promise<readonly DeliveredDefinition[]>;
  /// Code for packs of four of a definition, by its key; undefined where lanes would not pay.
  compileLanes(key: number): Promise<WebAssembly.Module | undefined>;
  /// Puts something where the engine takes it from when it is ordered to.
  deliver(delivery: Delivery): void;
  /// Ticks of a time tag that is not "at once".
  ticks(time: TimeTag): number;
  post(text: string): void;
  /// A synth was freed because its code failed.
  onFault?(nodeId: number, reason: string): void;
  /// As in scsynth, `/s_new` of a definition that is still being compiled fails.
  readonly strict?: boolean;
}

interface Compilation {
  readonly definitions: Promise<readonly DeliveredDefinition[]>;
  readonly names: readonly string[];
}

/// Commands that may be under way at a time; what comes then waits at the client's network.
const mostTasks = 4096;

export class LiveServer {
  private readonly parts: LiveServerParts;
  private readonly orders: Orders;
  private readonly reports: RingReader;
  private readonly cursor = new Cursor();
  private readonly clients = new Map<Link, Client>();
  private readonly byId = new Map<number, Client>();
  private readonly holding = new Holding();
  private readonly beside: Beside;
  /// Files whose compilation began when they arrived, before the engine gets to their command.
  private readonly compilations = new Map<Uint8Array, Compilation>();
  private readonly events: ReturnType<typeof notifications>;
  private following = 0;

  constructor(parts: LiveServerParts) {
    const { session, post, buffers, files } = parts;
    this.parts = parts;
    this.orders = new Orders(parts.orders);
    this.reports = new RingReader(parts.reports);
    this.events = notifications((address, ...args) => session.clients.notify(address, ...args), post);
    const context = {
      engine: { ...parts.engine, buffers: buffers.buffers },
      files,
      session,
      streams: buffers.streams,
      post,
      compile: (file: Uint8Array) => this.compilations.get(file)?.definitions ?? parts.compile(file),
      install: (definition: CompiledDefinition) => {
        // All that is compiled here comes with a key.
        parts.deliver(definition as DeliveredDefinition);
        this.orders.install();
      },
    };
    this.beside = new Beside({
      orders: this.orders,
      buffers,
      context,
      complete: (task, earlier) => this.complete(task, earlier),
      finished: (task) => this.finished(task),
    });
  }

  /// Carries out an encoded packet, which is not kept. Never throws.
  receive(bytes: Uint8Array, link: Link): void {
    const client = this.clients.get(link) ?? this.welcome(link);
    try {
      // Blobs are views of the bytes, and some are needed later.
      this.take(decodePacket(bytes.slice()), client);
    } catch (error) {
      const reason = `malformed packet: ${textOf(error)}`;
      this.parts.post(`${link.name}: ${reason}`);
      client.sender.reply("/fail", "", reason);
    }
    this.orders.publish();
  }

  /// No more replies to this client.
  forget(link: Link): void {
    const client = this.clients.get(link);
    if (!client) return;
    this.parts.session.clients.unregister(client.sender);
    this.holding.forget(client.id);
    this.clients.delete(link);
    this.byId.delete(client.id);
  }

  /// Reads what the engine has reported. True when orders still wait for room, or commands for their end: call again soon.
  attend(): boolean {
    const { reports, cursor } = this;
    for (let at = reports.next(); at >= 0; at = reports.next()) {
      cursor.go(reports.words, reports.floats, at);
      this.report(cursor.word());
      reports.drop();
    }
    this.orders.publish();
    return this.orders.full;
  }

  /// Lateness of every client that was ever late.
  lateness(): { readonly client: string; readonly lateness: Readonly<Lateness> }[] {
    return [...this.byId.values()]
      .filter(({ lateness }) => lateness.count > 0)
      .map(({ link, lateness }) => ({ client: link.name, lateness }));
  }

  /// Gives the host's side of the engine's thread something.
  tellHost(host: unknown): void {
    this.parts.deliver({ host });
    this.orders.host();
    this.orders.publish();
  }

  /// Resolves when the engine has carried out everything it was told before.
  reached(): Promise<void> {
    return this.beside.carriedOut();
  }

  /// Tells the engine's thread to end.
  stop(): void {
    this.orders.stop();
    this.orders.publish();
  }

  private welcome(link: Link): Client {
    const sender: Sender = {
      reply: (address, ...args) => {
        if (this.byId.has(client.id)) link.send(encodeReply(oscMessage(address, ...args)));
      },
    };
    const client: Client = { id: this.following++, link, sender, lateness: { count: 0, worst: 0, total: 0 } };
    this.clients.set(link, client);
    this.byId.set(client.id, client);
    return client;
  }

  private take(packet: OscPacket, client: Client, earlier?: readonly Promise<void>[]): void {
    const messages: OscMessage[] = [];
    flatten(packet, messages);
    const { dumpMode } = this.parts.session;
    if (dumpMode !== 0) this.parts.post(printPacket(packet, dumpMode));
    const time = isBundle(packet) && packet.time.seconds > 0 ? this.parts.ticks(packet.time) : immediately;
    const admitted = this.holding.admit({ client: client.id, time, messages, earlier });
    if (admitted) this.send(admitted);
  }

  private send(packet: FlatPacket): void {
    const client = this.byId.get(packet.client);
    if (!client) return;
    if (this.beside.count > mostTasks) {
      this.parts.post(`${client.link.name}: more than ${mostTasks} commands are under way, a packet was dropped`);
      return;
    }
    const tokens: number[] = [];
    const sent = this.orders.packet(packet, (command, message) => {
      const token = this.beside.register({ command, message, client: client.id, sender: client.sender, earlier: packet.earlier });
      tokens.push(token);
      return token;
    });
    if (!sent) {
      this.beside.abandon(tokens);
      this.parts.post(`${client.link.name}: a packet of ${packet.messages.length} messages is too long, or too many wait`);
    } else if (packet.time === immediately) for (const message of packet.messages) this.compileAhead(message);
  }

  /// Compiles while the engine gets to the command.
  private compileAhead({ address, args: [file] }: OscMessage): void {
    if (findCommand(address)?.name !== "/d_recv" || !(file instanceof Uint8Array) || file.length === 0) return;
    const names = this.parts.strict ? [] : namesOf(file);
    this.holding.expect(names);
    const definitions = this.parts.compile(file);
    // Its command tells what is wrong with it.
    definitions.catch(() => {});
    this.compilations.set(file, { definitions, names });
  }

  /// The engine has been given what the command came to: what waited for its definitions comes after them.
  private finished({ message }: Task): void {
    const file = message.args[0] as Uint8Array;
    const compilation = this.compilations.get(file);
    if (!compilation) return;
    this.compilations.delete(file);
    this.holding.arrived(compilation.names);
    for (const packet of this.holding.released()) this.send(packet);
    this.orders.publish();
  }

  private complete({ command, message, client: id }: Task, earlier: readonly Promise<void>[]): void {
    const client = this.byId.get(id);
    const blob = completionOf(message);
    if (!blob || !client) return;
    try {
      this.take(decodePacket(blob), client, earlier);
    } catch (error) {
      this.parts.post(`completion message of ${command.name}: ${textOf(error)}`);
    }
  }

  private report(kind: number): void {
    const { cursor, parts } = this;
    switch (kind) {
      case Report.node:
        this.events.node?.(
          cursor.word() as 0,
          cursor.word(),
          cursor.word(),
          cursor.word(),
          cursor.word(),
          cursor.word() !== 0,
          cursor.word(),
          cursor.word(),
        );
        break;
      case Report.unit: {
        const [unit, node, count] = [cursor.word(), cursor.word(), cursor.word()];
        this.events.reply?.(
          unit,
          node,
          Float32Array.from({ length: count }, () => cursor.float32()),
          count,
        );
        break;
      }
      case Report.message:
        this.tell(cursor.word());
        break;
      case Report.begin:
        this.beside.begin(cursor.word(), cursor.word() !== 0);
        break;
      case Report.reached:
        this.beside.reached(cursor.word());
        break;
      case Report.text:
        parts.post(cursor.text());
        break;
      case Report.late:
        this.late(cursor.word(), cursor.word() / 1e6);
        break;
      case Report.string:
        cursor.strings[cursor.word()] = cursor.text();
        break;
      case Report.disk:
        parts.buffers.serve(cursor.word(), cursor.word(), cursor.word(), cursor.word(), cursor.word());
        break;
      case Report.lanes:
        void this.supplyLanes(cursor.word());
        break;
      case Report.fault: {
        const [node, reason] = [cursor.word(), cursor.text()];
        parts.post(`synth ${node} failed and was freed: ${reason}`);
        parts.onFault?.(node, reason);
      }
    }
  }

  private async supplyLanes(key: number): Promise<void> {
    const lanes = await this.parts.compileLanes(key).catch(() => undefined);
    if (!lanes) return;
    this.parts.deliver({ key, lanes });
    this.orders.lanes();
    this.orders.publish();
  }

  private tell(id: number): void {
    const message = readMessage(this.cursor);
    if (id !== everyone) this.byId.get(id)?.link.send(encodeReply(message));
    else this.parts.session.clients.notify(String(message.address), ...message.args.map((value, k) => ({ type: message.types[k], value })));
  }

  private late(id: number, seconds: number): void {
    const client = this.byId.get(id);
    if (!client) return;
    const { lateness } = client;
    lateness.count++;
    lateness.total += seconds;
    lateness.worst = Math.max(lateness.worst, seconds);
    this.parts.post(`late ${seconds.toFixed(9)}`);
  }
}

/// Names come from definition files, which may hold zeros in them: as in C a text ends there.
function encodeReply(message: OscMessage): Uint8Array {
  const args = message.args.map((value) => (typeof value === "string" ? value.split("\0", 1)[0] : value));
  return encodePacket({ ...message, args });
}

/// The messages of a packet in order; scsynth carries out bundles inside bundles with the outer one.
function flatten(packet: OscPacket, messages: OscMessage[]): void {
  if (!isBundle(packet)) {
    // Number 0 means nothing.
    if (packet.address !== 0) messages.push(packet);
  } else for (const inner of packet.packets) flatten(inner, messages);
}

/// Names of the definitions and variants in a SynthDef file; none for a file that cannot be read.
function namesOf(file: Uint8Array): string[] {
  try {
    return readSynthDefs(file).definitions.flatMap(({ name, variants }) => [name, ...variants.map((variant) => variant.name)]);
  } catch {
    return [];
  }
}
