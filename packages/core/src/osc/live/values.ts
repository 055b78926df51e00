/// A message out of a report, as the encoder takes it.
import type { OscMessage, OscValue } from "../packet.ts";
import type { Cursor } from "./cursor.ts";
import { Tag } from "./scribe.ts";

/// Reads an address and its arguments.
export function readMessage(cursor: Cursor): OscMessage {
  const address = cursor.known();
  cursor.begin();
  const args: OscValue[] = [];
  let types = "";
  while (cursor.left > 0) {
    types += cursor.type;
    args.push(readValue(cursor));
  }
  return { address, types, args };
}

function readValue(cursor: Cursor): OscValue {
  switch (cursor.type.charCodeAt(0)) {
    case Tag.i:
      return cursor.int();
    case Tag.f:
      return cursor.float();
    case Tag.s:
    case Tag.S:
    case Tag.c:
      return cursor.string();
    case Tag.h:
      return BigInt(Math.trunc(cursor.double()));
    case Tag.d:
    case Tag.r:
    case Tag.m:
    case Tag.I:
      return cursor.double();
    default:
      return constant(cursor);
  }
}

function constant(cursor: Cursor): OscValue {
  const { type } = cursor;
  cursor.skip();
  return type === "T" ? true : type === "F" ? false : null;
}
