/// A place in the server's node tree, and what can be done with any node.
import { type Argument, type ControlValues, controlArguments, type Message } from "./message.ts";
import { Server } from "./server.ts";

/// Where a new or moved node goes: into the target group (`head`, `tail`), beside the target node, or in its place.
export const addActions = { head: 0, tail: 1, before: 2, after: 3, replace: 4 } as const;
export type AddAction = keyof typeof addActions;

/// What a node is placed against. A server stands for its default group.
export type Target = Server | Node;

export class Node {
  readonly server: Server;
  readonly id: number;

  /// A handle on a node that exists. `new Synth` and `new Group` make nodes.
  constructor(server: Server, id: number) {
    this.server = server;
    this.id = id;
  }

  /// Sets controls; on a group, those of every synth inside.
  set(values: ControlValues): void {
    this.server.send("/n_set", this.id, ...controlArguments(values));
  }

  /// Sets consecutive controls from a name or index on.
  setn(control: string | number, values: readonly number[]): void {
    this.server.send("/n_setn", this.id, control, values.length, ...values);
  }

  /// Lets controls follow buses; `null` gives a control its own value back. A bus of several channels maps as many consecutive controls.
  map(
    buses: Readonly<Record<string, { readonly rate: "audio" | "control"; readonly index: number; readonly channels: number } | null>>,
  ): void {
    for (const [name, bus] of Object.entries(buses)) {
      const command = bus?.rate === "audio" ? "/n_mapan" : "/n_mapn";
      this.server.send(command, this.id, name, bus?.index ?? -1, bus?.channels ?? 1);
    }
  }

  /// Pauses (false) or resumes the node.
  run(flag: boolean): void {
    this.server.send("/n_run", this.id, flag ? 1 : 0);
  }

  free(): void {
    this.server.send("/n_free", this.id);
  }

  /// Sets `gate` to 0, or to end within `seconds` where the envelope allows it.
  release(seconds?: number): void {
    this.server.send("/n_set", this.id, "gate", seconds === undefined ? 0 : -1 - seconds);
  }

  moveBefore(node: Node): void {
    this.server.send("/n_before", this.id, node.id);
  }

  moveAfter(node: Node): void {
    this.server.send("/n_after", this.id, node.id);
  }

  moveToHead(target: Target = this.server): void {
    this.server.send("/g_head", targetId(target), this.id);
  }

  moveToTail(target: Target = this.server): void {
    this.server.send("/g_tail", targetId(target), this.id);
  }

  /// Prints the node's state on the server's console.
  trace(): void {
    this.server.send("/n_trace", this.id);
  }

  /// Place in the tree; rejects when the node is gone. Ids are -1 for none.
  async query(): Promise<{ parent: number; previous: number; next: number; isGroup: boolean }> {
    const [, , parent, previous, next, group] = await this.ask(["/n_query", this.id], ["/n_info", this.id]);
    return { parent: Number(parent), previous: Number(previous), next: Number(next), isGroup: group === 1 };
  }

  /// Resolves when the node has left the tree.
  async freed(): Promise<void> {
    await this.server.next(["/n_end", this.id]);
  }

  [Symbol.dispose](): void {
    this.free();
  }

  protected ask(message: Message, reply: readonly [string, ...Argument[]]): Promise<Message> {
    return this.server.request(message, reply);
  }
}

export const targetServer = (target: Target): Server => (target instanceof Server ? target : target.server);
export const targetId = (target: Target): number => (target instanceof Server ? target.defaultGroupId : target.id);
