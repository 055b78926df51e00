/// One playing instance of a definition.
import { type ControlValue, controlArguments, type ValuesFor } from "./message.ts";
import { type AddAction, addActions, Node, type Target, targetId, targetServer } from "./node.ts";
import { type Definition, Server } from "./server.ts";

/// A definition, or the name of one that the server has. With a definition, control names are checked by the compiler.
export type Playable<Controls extends object> = string | Pick<Definition<Controls>, "name" | "controls">;

/// Controls of a definition that is known by name only.
export type AnyControls = Record<string, ControlValue>;

/// ```ts
/// const ping = new Synth("ping", { freq: 440 }, server);
/// ping.set({ freq: 660 });
/// ```
export class Synth<Controls extends object = AnyControls> extends Node {
  readonly definition: string;

  /// Starts a synth at `action` of `target`: by default at the head of the server's default group.
  constructor(
    definition: Playable<Controls>,
    values: ValuesFor<Controls> = {},
    target: Target = Server.default,
    action: AddAction = "head",
  ) {
    const server = targetServer(target);
    super(server, server.nodeIds.next());
    this.definition = nameOf(definition);
    server.send("/s_new", this.definition, this.id, addActions[action], targetId(target), ...controlArguments(values));
  }

  static head<C extends object>(target: Target, definition: Playable<C>, values: ValuesFor<C> = {}): Synth<C> {
    return new Synth(definition, values, target, "head");
  }

  static tail<C extends object>(target: Target, definition: Playable<C>, values: ValuesFor<C> = {}): Synth<C> {
    return new Synth(definition, values, target, "tail");
  }

  static before<C extends object>(node: Node, definition: Playable<C>, values: ValuesFor<C> = {}): Synth<C> {
    return new Synth(definition, values, node, "before");
  }

  static after<C extends object>(node: Node, definition: Playable<C>, values: ValuesFor<C> = {}): Synth<C> {
    return new Synth(definition, values, node, "after");
  }

  /// Takes the place of `node`, which is freed.
  static replace<C extends object>(node: Node, definition: Playable<C>, values: ValuesFor<C> = {}): Synth<C> {
    return new Synth(definition, values, node, "replace");
  }

  /// A synth nobody will talk to again: it has no id and frees itself.
  static grain<C extends object>(target: Target, definition: Playable<C>, values: ValuesFor<C> = {}, action: AddAction = "head"): void {
    targetServer(target).send("/s_new", nameOf(definition), -1, addActions[action], targetId(target), ...controlArguments(values));
  }

  override set(values: ValuesFor<Controls>): void {
    super.set(values as Parameters<Node["set"]>[0]);
  }

  /// The control's own value, also while it is mapped to a bus.
  async get(control: (keyof Controls & string) | number): Promise<number> {
    return Number((await this.ask(["/s_get", this.id, control], ["/n_set", this.id, control]))[3]);
  }

  /// `count` consecutive controls.
  async getn(control: (keyof Controls & string) | number, count: number): Promise<number[]> {
    return (await this.ask(["/s_getn", this.id, control, count], ["/n_setn", this.id, control])).slice(4).map(Number);
  }
}

const nameOf = (definition: string | { readonly name: string }) => (typeof definition === "string" ? definition : definition.name);
