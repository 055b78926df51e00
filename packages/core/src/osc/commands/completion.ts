/// The packet that a client wants carried out when a command is done.
import type { OscMessage } from "../packet.ts";

/// The blob after the command's own arguments. The first blob of `/d_recv` is the file.
export function completionOf(message: OscMessage): Uint8Array | undefined {
  const blobs = message.args.filter((value) => value instanceof Uint8Array);
  const own = message.address === 5 || message.address === "/d_recv" || message.address === "d_recv" ? 1 : 0;
  return blobs[own]?.length ? blobs[own] : undefined;
}
