/// What nodes send of themselves, as messages to registered clients.
import { type EventListener, NodeEvent } from "../../engine/events.ts";
import type { OscInput } from "../encode.ts";
import { float } from "./buses.ts";

const names: Readonly<Record<number, string>> = {
  [NodeEvent.go]: "/n_go",
  [NodeEvent.end]: "/n_end",
  [NodeEvent.off]: "/n_off",
  [NodeEvent.on]: "/n_on",
  [NodeEvent.move]: "/n_move",
  [NodeEvent.info]: "/n_info",
};

/// Kinds of records of unit generators. A record holds the inputs after the trigger, in order.
const unitReply = { trigger: 0, reply: 1, poll: 2 } as const;

/// Turns the engine's events into messages. `post` writes what Poll prints.
export function notifications(send: (address: string, ...args: OscInput[]) => void, post: (text: string) => void): EventListener {
  return {
    node(kind, id, parent, previous, next, isGroup, head, tail) {
      send(names[kind], id, parent, previous, next, isGroup ? 1 : 0, ...(isGroup ? [head, tail] : []));
    },
    reply(kind, nodeId, values, count) {
      const record = Array.from(values.subarray(0, count));
      if (kind === unitReply.trigger) send("/tr", nodeId, Math.trunc(record[0]), float(record[1]));
      else if (kind === unitReply.reply) send(...unpackReply(nodeId, record));
      else if (kind === unitReply.poll) post(unpackPoll(record));
    },
  };
}

/// SendReply: reply id, length of the address, its characters, then the values.
function unpackReply(nodeId: number, record: readonly number[]): [string, ...OscInput[]] {
  const [id, length] = record;
  return [textOf(record, 2, length), nodeId, Math.trunc(id), ...record.slice(2 + length).map(float)];
}

/// Poll: value, trigger id, length of the label, its characters.
function unpackPoll(record: readonly number[]): string {
  const [value, , length] = record;
  return `${textOf(record, 3, length)}: ${Number(value.toPrecision(6))}`;
}

const textOf = (record: readonly number[], start: number, length: number) => String.fromCharCode(...record.slice(start, start + length));
