/// Reads that come before their writer, as servers report them.
import type { Message } from "./message.ts";

/// `reader` reads a bus in a block before `writer` writes it. Where they hear each other no order helps: one of them must hear the block before.
export interface EarlyRead {
  readonly reader: NodeTitle;
  readonly writer: NodeTitle;
  readonly rate: "audio" | "control";
  readonly bus: number;
  readonly feedback: boolean;
}

/// A node's id and the name of its definition; "group" for a group.
export interface NodeTitle {
  readonly id: number;
  readonly name: string;
}

/// Reads a `/heddle_checkOrder.reply` or a `/heddle_feedback.reply`.
export function readEarlyReads([, , ...fields]: Message): EarlyRead[] {
  return Array.from({ length: fields.length / 7 }, (_, k) => {
    const [reader, readerName, rate, bus, writer, writerName, feedback] = fields.slice(k * 7);
    return {
      reader: { id: Number(reader), name: String(readerName) },
      writer: { id: Number(writer), name: String(writerName) },
      rate: rate === "control" ? "control" : "audio",
      bus: Number(bus),
      feedback: feedback === 1,
    };
  });
}
