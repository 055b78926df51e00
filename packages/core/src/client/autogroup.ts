/// Auto groups: groups that find the order of their nodes themselves.
import { Group } from "./group.ts";
import type { AddAction, Node, Target } from "./node.ts";
import { type EarlyRead, readEarlyReads } from "./order.ts";
import { Server } from "./server.ts";

/// A group that keeps its nodes in the order in which their synths write and read buses: a reader stands behind the writers of its bus, whatever was
/// made first. Where the buses ask for nothing, the order is the given one. It is sorted again when nodes come, move, or change their buses.
///
/// ```ts
/// const auto = new AutoGroup(server);
/// new Synth(reverb, { in: send, out: 0 }, auto);
/// new Synth(ping, { out: send }, auto, "tail");   // runs before the reverb
/// ```
export class AutoGroup extends Group {
  constructor(target: Target = Server.default, action: AddAction = "head") {
    super(target, action, "/heddle_autoGroup");
  }

  /// Where nodes hear each other, `node` runs first and hears the block before: with InFeedback or a control bus that is a loop of one block, with
  /// In.ar it hears silence. By default that is the first of them in the group.
  delay(node: Node, flag = true): void {
    this.server.send("/heddle_late", node.id, flag ? 1 : 0);
  }

  /// The loops: who hears the block before, and from whom.
  async feedback(): Promise<EarlyRead[]> {
    return readEarlyReads(await this.ask(["/heddle_feedback", this.id], ["/heddle_feedback.reply", this.id]));
  }
}
