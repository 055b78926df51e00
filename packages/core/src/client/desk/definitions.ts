/// Definitions of the desk: sent to a server the first time something on it needs them.
import type { Definition, Server } from "../server.ts";

/// By session of a server.
const sent = new WeakMap<object, Map<string, Promise<void>>>();

/// Resolves when `server` has the definition; it is sent once.
export function ensure(server: Server, definition: Definition): Promise<void> {
  const known = sent.get(server.session) ?? new Map<string, Promise<void>>();
  sent.set(server.session, known);
  let loading = known.get(definition.name);
  if (!loading) {
    loading = server.add(definition);
    known.set(definition.name, loading);
    // A server that could not take it may be asked again.
    loading.catch(() => known.delete(definition.name));
  }
  return loading;
}
