/// Commands beside the engine: begun when the engine gets to them, carried out here, their results handed to the engine, `/done` told when it has taken
/// them over.
import { MessageArguments } from "../arguments.ts";
import { type Audience, tellResult, textOf } from "../commands/answers.ts";
import type { BesideCommand, BesideContext, Result, Sender } from "../commands/command.ts";
import type { NamedCommand } from "../commands/table.ts";
import type { OscMessage } from "../packet.ts";
import type { Orders } from "./orders.ts";
import type { PreparedBuffers } from "./prepared.ts";

/// A command that waits for its turn.
export interface Task {
  readonly command: NamedCommand & BesideCommand;
  readonly message: OscMessage;
  readonly client: number;
  readonly sender: Sender;
  /// What the command whose completion message it came in waited for: to wait for that one would be to wait for itself.
  readonly earlier?: readonly Promise<void>[];
}

export interface BesideParts {
  readonly orders: Orders;
  readonly buffers: PreparedBuffers;
  /// All of a context but what differs between commands.
  readonly context: Omit<BesideContext, "sender" | "settled">;
  /// Carries out the packet in the blob that a command ended with.
  complete(task: Task, earlier: readonly Promise<void>[]): void;
  /// What the command came to has been given to the engine.
  finished(task: Task): void;
}

export class Beside {
  private readonly parts: BesideParts;
  private readonly tasks = new Map<number, Task>();
  private readonly pending = new Set<Promise<void>>();
  private readonly marks = new Map<number, () => void>();
  private following = 1;

  constructor(parts: BesideParts) {
    this.parts = parts;
  }

  /// Commands that wait for their turn or are being carried out.
  get count(): number {
    return this.tasks.size + this.pending.size;
  }

  /// The token under which the engine begins the task.
  register(task: Task): number {
    this.tasks.set(this.following, task);
    return this.following++;
  }

  /// The engine will not get to these.
  abandon(tokens: readonly number[]): void {
    for (const token of tokens) this.tasks.delete(token);
  }

  /// The engine got to the task.
  begin(token: number, told: boolean): void {
    const task = this.tasks.get(token);
    if (!task) return;
    this.tasks.delete(token);
    const { command, message, sender } = task;
    const { context } = this.parts;
    const audience: Audience = { sender, told, post: context.post };
    const earlier = task.earlier ?? [...this.pending];
    const settled = async () => void (await Promise.all(earlier));
    let result: Result | Promise<Result>;
    try {
      result = command.run(new MessageArguments(message), { ...context, sender, settled });
    } catch (error) {
      result = textOf(error);
    }
    if (!(result instanceof Promise) && !command.done) {
      tellResult(command, result, audience);
      this.handOver();
      return;
    }
    const finished = this.finish({ ...task, earlier }, result, audience).finally(() => this.pending.delete(finished));
    this.pending.add(finished);
  }

  /// The engine got to a mark.
  reached(token: number): void {
    const action = this.marks.get(token);
    this.marks.delete(token);
    action?.();
  }

  /// Resolves when all that was begun is done.
  async idle(): Promise<void> {
    await Promise.all(this.pending);
  }

  private async finish(task: Task, pending: Result | Promise<Result>, audience: Audience): Promise<void> {
    const { command, message, sender, earlier = [] } = task;
    let result: Result;
    try {
      result = await pending;
    } catch (error) {
      result = textOf(error);
    }
    this.handOver();
    this.parts.finished(task);
    if (!command.done || result !== null) {
      tellResult(command, result, audience);
      return;
    }
    this.parts.complete(task, earlier);
    await this.carriedOut();
    sender.reply("/done", command.name, ...(command.done === "buffer" ? [new MessageArguments(message).int()] : []));
  }

  /// Gives the engine the buffers that have changed; what it no longer plays is free once it has got there.
  private handOver(): void {
    const { orders, buffers } = this.parts;
    for (const { index, words, at, framesLeft } of buffers.takeChanged()) orders.buffer(index, words, at, framesLeft);
    const discarded = buffers.takeDiscarded();
    if (discarded.length > 0) this.mark(() => buffers.release(discarded));
    orders.publish();
  }

  /// Resolves when the engine has carried out everything it was told before.
  carriedOut(): Promise<void> {
    return new Promise((resolve) => {
      this.mark(resolve);
      this.parts.orders.publish();
    });
  }

  private mark(action: () => void): void {
    this.marks.set(this.following, action);
    this.parts.orders.mark(this.following++);
  }
}
