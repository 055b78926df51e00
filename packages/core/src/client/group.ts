/// Groups: nodes that run their children in order.
import { type AddAction, addActions, Node, type Target, targetId, targetServer } from "./node.ts";
import { Server } from "./server.ts";
import { type NodeTree, readTree } from "./tree.ts";

/// A handle on a group that exists, whoever made it.
export class GroupNode extends Node {
  /// Frees everything inside.
  freeAll(): void {
    this.server.send("/g_freeAll", this.id);
  }

  /// Frees every synth inside and in groups inside, keeping the groups.
  deepFree(): void {
    this.server.send("/g_deepFree", this.id);
  }

  /// The nodes inside, with the values of controls where `controls` is set.
  async queryTree(controls = false): Promise<NodeTree> {
    return readTree(await this.ask(["/g_queryTree", this.id, controls ? 1 : 0], ["/g_queryTree.reply", controls ? 1 : 0, this.id]));
  }

  /// Prints the nodes inside on the server's console.
  dumpTree(controls = false): void {
    this.server.send("/g_dumpTree", this.id, controls ? 1 : 0);
  }
}

/// The group that holds everything, node 0.
export const rootGroup = (server: Server): GroupNode => new GroupNode(server, 0);

/// The group where synths go by default: node 1, for the first client.
export const defaultGroup = (server: Server): GroupNode => new GroupNode(server, server.defaultGroupId);

export class Group extends GroupNode {
  /// Makes a group at `action` of `target`: by default at the head of the server's default group.
  constructor(target: Target = Server.default, action: AddAction = "head", command: "/g_new" | "/p_new" | "/heddle_autoGroup" = "/g_new") {
    const server = targetServer(target);
    super(server, server.nodeIds.next());
    server.send(command, this.id, addActions[action], targetId(target));
  }

  static head(target: Target): Group {
    return new Group(target, "head");
  }

  static tail(target: Target): Group {
    return new Group(target, "tail");
  }

  static before(node: Node): Group {
    return new Group(node, "before");
  }

  static after(node: Node): Group {
    return new Group(node, "after");
  }

  /// Takes the place of `node`, which is freed with everything in it.
  static replace(node: Node): Group {
    return new Group(node, "replace");
  }
}

/// A group whose children do not depend on each other's order, so that they may run in parallel.
export class ParGroup extends Group {
  constructor(target?: Target, action: AddAction = "head") {
    super(target, action, "/p_new");
  }
}
