/// Clients that asked for notifications, each with a small number of its own.
import type { OscInput } from "../encode.ts";
import type { Failure, Sender } from "./command.ts";

export class Clients {
  /// How many there may be.
  readonly logins: number;
  private readonly byId = new Map<number, Sender>();

  constructor(logins = 64) {
    this.logins = logins;
  }

  /// Gives `sender` the id it wants where that is free, else the lowest free one; or says why not. -1 wants any.
  register(sender: Sender, wanted: number): number | Failure | string {
    for (const [id, known] of this.byId) if (known === sender) return { text: "notify: already registered\n", id };
    let id = wanted;
    if (!(id >= 0 && id < this.logins) || this.byId.has(id)) {
      id = 0;
      while (this.byId.has(id)) id++;
      if (id >= this.logins) return "too many users\n";
    }
    this.byId.set(id, sender);
    return id;
  }

  /// False when it was not registered.
  unregister(sender: Sender): boolean {
    for (const [id, known] of this.byId) if (known === sender) return this.byId.delete(id);
    return false;
  }

  /// Tells every client.
  notify(address: string, ...args: OscInput[]): void {
    for (const client of this.byId.values()) client.reply(address, ...args);
  }
}
