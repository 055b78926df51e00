/// The order of strips on a server: each before those that it feeds.
import type { Group } from "../group.ts";
import type { Server } from "../server.ts";

export interface Strip {
  readonly name: string;
  readonly group: Group;
  /// Strips that read what this one writes.
  readonly feeds: ReadonlySet<Strip>;
}

const strips = new WeakMap<Server, Strip[]>();

export function register(server: Server, strip: Strip): void {
  const list = strips.get(server) ?? [];
  strips.set(server, list);
  list.push(strip);
}

export function unregister(server: Server, strip: Strip): void {
  const list = strips.get(server) ?? [];
  const at = list.indexOf(strip);
  if (at >= 0) list.splice(at, 1);
}

/// Moves groups in the server so that every strip stands before those it feeds; strips that may stay where they are do. Throws, moving nothing, when
/// strips feed each other in a circle.
export function reorder(server: Server): void {
  const list = strips.get(server) ?? [];
  const sorted = sortStrips(list);
  server.bind(() => {
    for (let i = 1; i < sorted.length; i++)
      if (list[list.indexOf(sorted[i]) - 1] !== sorted[i - 1]) sorted[i].group.moveAfter(sorted[i - 1].group);
  });
  list.splice(0, list.length, ...sorted);
}

/// A topological order that always takes the first strip, by its present place, whose feeders are all out.
export function sortStrips(list: readonly Strip[]): Strip[] {
  const waiting = new Map(list.map((strip) => [strip, list.filter((other) => other.feeds.has(strip)).length]));
  const sorted: Strip[] = [];
  while (waiting.size > 0) {
    const next = [...waiting].find(([, feeders]) => feeders === 0)?.[0];
    if (!next) {
      const circle = [...waiting.keys()].map((strip) => strip.name).join(", ");
      throw new Error(`strips feed each other in a circle: ${circle}. Send one of them to a bus that is read with InFeedback instead`);
    }
    waiting.delete(next);
    sorted.push(next);
    for (const fed of next.feeds) if (waiting.has(fed)) waiting.set(fed, waiting.get(fed)! - 1);
  }
  return sorted;
}
