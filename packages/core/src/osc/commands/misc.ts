/// Commands to the server itself: clients, console, schedule, state.
import { float } from "./buses.ts";
import type { CommandTable } from "./command.ts";

/// What `/version` answers: clients read compatibility from it.
export const serverVersion = { program: "scsynth", major: 3, minor: 13, patch: ".0", branch: "", commit: "heddle" } as const;

export const miscCommands: CommandTable = {
  notify: {
    number: 1,
    beside: true,
    run: (args, { session, sender }) => {
      const on = args.int() !== 0;
      if (!on) {
        if (!session.clients.unregister(sender)) return "not registered\n";
        sender.reply("/done", "/notify");
        return null;
      }
      const registered = session.clients.register(sender, args.left > 0 ? args.int() : -1);
      if (typeof registered !== "number") return registered;
      sender.reply("/done", "/notify", registered, session.clients.logins);
      return null;
    },
  },
  status: {
    number: 2,
    beside: true,
    run: (_, { engine, session, sender }) => {
      const { unitCount, synthCount, groupCount } = engine.nodes;
      const { average, peak, sampleRate } = session.load();
      const rates = [engine.target.sampleRate, sampleRate].map((value) => ({ type: "d", value }));
      sender.reply("/status.reply", 1, unitCount, synthCount, groupCount, engine.definitions.count, float(average), float(peak), ...rates);
      return null;
    },
  },
  quit: {
    number: 3,
    beside: true,
    run: (_, { session, sender }) => {
      sender.reply("/done", "/quit");
      session.quit();
      return null;
    },
  },
  /// Commands of plug-ins, by name.
  cmd: {
    number: 4,
    beside: true,
    run: (args, context) => {
      const plugin = context.session.plugins.get(args.string());
      return plugin ? plugin(args, context) : "failed";
    },
  },
  dumpOSC: {
    number: 39,
    beside: true,
    run: (args, { session }) => {
      session.dumpMode = args.int();
      return null;
    },
  },
  clearSched: {
    number: 51,
    run: (_, { session }) => {
      session.clearSchedule();
      return null;
    },
  },
  sync: {
    number: 52,
    beside: true,
    run: async (args, { settled, sender }) => {
      const id = args.int();
      await settled();
      sender.reply("/synced", id);
      return null;
    },
  },
  /// 1 on, 0 off; -1 off and -2 on until the end of the bundle.
  error: {
    number: 58,
    run: (args, { session }) => {
      const mode = args.int();
      if (mode >= 0) session.errors.everywhere = mode !== 0;
      else session.errors.bundle = mode === -2;
      return null;
    },
  },
  version: {
    number: 64,
    beside: true,
    run: (_, { sender }) => {
      const { program, major, minor, patch, branch, commit } = serverVersion;
      sender.reply("/version.reply", program, major, minor, patch, branch, commit);
      return null;
    },
  },
  /// Free and largest free bytes of the memory of synths: not in scsynth 3.13, later versions answer it.
  rtMemoryStatus: {
    run: (_, { engine, sender }) => {
      const free = engine.pool.size - engine.pool.used;
      sender.reply("/rtMemoryStatus.reply", free, free);
      return null;
    },
  },
};
