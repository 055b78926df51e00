/// Clients that asked for notifications, each with a small number of its own.
import type { OscInput } from "../encode.ts";
import type { Failure, Sender } from "./command.ts";

export class Clients {
  /// How many there may be.
  readonly logins: number;
  private readonly byId = new Map<number, Sender>();
  /// Free ids, the one that has been free longest first.
  private free: number[];

  constructor(logins = 64) {
    this.logins = logins;
    this.free = Array.from({ length: logins }, (_, id) => id);
  }

  /// Gives `sender` the id it wants where that is free, else the one that has been free longest; or says why not. -1 wants any.
  register(sender: Sender, wanted: number): number | Failure | string {
    for (const [id, known] of this.byId) if (known === sender) return { text: "notify: already registered\n", id };
    if (this.free.length === 0) return "too many users\n";
    const id = this.free.includes(wanted) ? wanted : this.free[0];
    this.free = this.free.filter((other) => other !== id);
    this.byId.set(id, sender);
    return id;
  }

  /// False when it was not registered.
  unregister(sender: Sender): boolean {
    for (const [id, known] of this.byId) {
      if (known !== sender) continue;
      this.free.push(id);
      return this.byId.delete(id);
    }
    return false;
  }

  /// Tells every client.
  notify(address: string, ...args: OscInput[]): void {
    for (const client of this.byId.values()) client.reply(address, ...args);
  }
}
