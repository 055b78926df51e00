/// Carries out packets: finds each message's command, runs it, tells what came of it.
import { MessageArguments } from "../arguments.ts";
import { decodePacket } from "../decode.ts";
import { isBundle, OscError, type OscMessage, type OscPacket } from "../packet.ts";
import { type Audience, tellResult, tellsFailures, tellUnknown, textOf } from "./answers.ts";
import type { CommandContext, Result, Sender } from "./command.ts";
import { completionOf } from "./completion.ts";
import { installDefinition } from "./definitions.ts";
import { printPacket } from "./print.ts";
import { findCommand, type NamedCommand } from "./table.ts";

/// What a command server works with.
export interface CommandServerParts extends Omit<CommandContext, "sender" | "settled" | "install"> {
  /// Whether a bundle inside a bundle is carried out. scsynth does so live and not in scores.
  readonly nestedBundles: boolean;
  /// What a bundle with a time that arrives as a completion message is given to.
  readonly schedule?: (packet: OscPacket, sender: Sender) => void;
}

/// Where a packet comes from. A completion message has the commands that were `earlier` than the one it completes: to wait for that one would be
/// to wait for itself.
interface Origin {
  readonly sender: Sender;
  readonly earlier?: readonly Promise<void>[];
}

const nothing: readonly Promise<void>[] = [];

export class CommandServer {
  private readonly parts: CommandServerParts;
  private readonly pending = new Set<Promise<void>>();
  private readonly install: CommandContext["install"];
  /// Of the last message with nothing to wait for: the next one is mostly from the same sender.
  private lastContext: CommandContext | undefined;

  constructor(parts: CommandServerParts) {
    this.parts = parts;
    this.install = (definition) => installDefinition(definition, parts);
    parts.engine.definitions.removed = (name) => parts.session.clients.notify("/d_removed", name);
  }

  /// Carries out a packet now, whatever its time tag says. The result is a promise when a command is asynchronous; the messages after it
  /// then wait for it, so that offline everything happens in the order it is written.
  perform(packet: OscPacket, sender: Sender): void | Promise<void> {
    const { dumpMode } = this.parts.session;
    if (dumpMode !== 0) this.parts.post(printPacket(packet, dumpMode));
    return this.packet(packet, { sender });
  }

  private packet(packet: OscPacket, origin: Origin): void | Promise<void> {
    this.parts.session.errors.bundle = undefined;
    if (!isBundle(packet)) return this.message(packet, origin);
    for (let k = 0; k < packet.packets.length; k++) {
      const pending = this.element(packet.packets[k], origin);
      if (pending) return this.rest(pending, packet.packets.slice(k + 1), origin);
    }
  }

  private async rest(pending: Promise<void>, packets: readonly OscPacket[], origin: Origin): Promise<void> {
    await pending;
    for (const packet of packets) await this.element(packet, origin);
  }

  private element(packet: OscPacket, origin: Origin): void | Promise<void> {
    if (!isBundle(packet)) return this.message(packet, origin);
    if (this.parts.nestedBundles) return this.packet(packet, origin);
    tellUnknown("#bundle", this.audience(origin.sender));
  }

  private message(message: OscMessage, origin: Origin): void | Promise<void> {
    const { sender } = origin;
    const command = findCommand(message.address);
    if (!command) {
      tellUnknown(message.address, this.audience(sender));
      return;
    }
    const earlier = origin.earlier ?? (this.pending.size === 0 ? nothing : [...this.pending]);
    let result: Result | Promise<Result>;
    try {
      result = command.run(new MessageArguments(message), this.context(sender, earlier));
    } catch (error) {
      result = textOf(error);
    }
    if (!(result instanceof Promise) && !command.done) {
      tellResult(command, result, this.audience(sender));
      return;
    }
    const finished = this.finish(command, message, result, { sender, earlier }).finally(() => this.pending.delete(finished));
    this.pending.add(finished);
    return finished;
  }

  private context(sender: Sender, earlier: readonly Promise<void>[]): CommandContext {
    if (earlier === nothing && this.lastContext?.sender === sender) return this.lastContext;
    const settled = async () => void (await Promise.all(earlier));
    const context = { ...this.parts, sender, settled, install: this.install };
    if (earlier === nothing) this.lastContext = context;
    return context;
  }

  private async finish(command: NamedCommand, message: OscMessage, pending: Result | Promise<Result>, origin: Origin): Promise<void> {
    let result: Result;
    try {
      result = await pending;
    } catch (error) {
      result = textOf(error);
    }
    if (command.done && result === null) {
      await this.complete(message, origin);
      origin.sender.reply("/done", command.name, ...(command.done === "buffer" ? [new MessageArguments(message).int()] : []));
    } else tellResult(command, result, this.audience(origin.sender));
  }

  /// Runs the packet in the blob that a command's arguments end with, if they do.
  private async complete(message: OscMessage, origin: Origin): Promise<void> {
    const blob = completionOf(message);
    if (!blob) return;
    try {
      const packet = decodePacket(blob);
      if (isBundle(packet) && this.parts.schedule && packet.time.seconds > 0) this.parts.schedule(packet, origin.sender);
      else await this.packet(packet, origin);
    } catch (error) {
      if (!(error instanceof OscError)) throw error;
      this.parts.post(`completion message of ${String(message.address)}: ${error.message}`);
    }
  }

  private audience(sender: Sender): Audience {
    const { session, post } = this.parts;
    return { sender, post, told: tellsFailures(session.errors) };
  }
}
