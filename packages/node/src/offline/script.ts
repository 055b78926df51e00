/// Renders scripts: programs that talk to an offline server.
import { type Message, type OfflineEngine, OfflineServer } from "@heddle/core/client";
import type { Engine } from "@heddle/core/engine";
import { oscMessage, timeTag, writeScore } from "@heddle/core/osc";
import { secondsToTicks } from "@heddle/core/time";
import { senderTo } from "./messages.ts";
import { type Pauses, type RenderReport, type RenderSettings, runSession } from "./run.ts";
import { type OfflineSession, RenderError } from "./session.ts";

export interface ScriptOptions extends RenderSettings {
  /// What to run: it gets the server, and its end is the end of the sound.
  script: (server: OfflineServer) => Promise<void> | void;
  /// The script's own folder, which commands may read and write as well.
  home?: string;
  /// Called with the server when the script has ended, before the files are closed.
  afterwards?: (server: OfflineServer) => Promise<void> | void;
}

/// Runs a script against an engine that renders as the script's time passes. Throws what the script throws, leaving no file.
export async function renderScript(options: ScriptOptions): Promise<RenderReport> {
  return runSession(options, options.home === undefined ? [] : [options.home], async (session, pauses) => {
    const { sampleRate, blockSize, outputBusCount, inputBusCount, audioBusCount, controlBusCount, bufferCount } = session.engine.target;
    const sizes = {
      sampleRate,
      blockSize,
      outputs: outputBusCount,
      inputs: inputBusCount,
      audioBuses: audioBusCount,
      controlBuses: controlBusCount,
      buffers: bufferCount,
    };
    const server = new OfflineServer(sizes, new ScriptEngine(session, pauses));
    await server.run(() => options.script(server));
    await options.afterwards?.(server);
  });
}

/// The bytes of a score that renders as the script did.
export function scoreOf(server: OfflineServer): Uint8Array {
  return writeScore(
    server.score().map(({ seconds, messages }) => ({ time: timeTag(seconds), packets: messages.map((message) => oscMessage(...message)) })),
  );
}

/// Seconds; a day.
const longest = 86400;

class ScriptEngine implements OfflineEngine {
  private readonly session: OfflineSession;
  private readonly pauses: Pauses;

  constructor(session: OfflineSession, pauses: Pauses) {
    this.session = session;
    this.pauses = pauses;
  }

  get engine(): Engine {
    return this.session.engine;
  }

  get seconds(): number {
    return this.session.seconds;
  }

  isLater(seconds: number): boolean {
    return this.session.isLater(secondsToTicks(seconds));
  }

  renderBlock(): void | Promise<void> {
    if (this.session.seconds > longest)
      throw new RenderError("render/script", `the script still plays after ${longest} s: is it waiting for something that never happens?`);
    this.session.renderBlock();
    if (this.pauses.due) return this.pauses.take(this.session.seconds, undefined);
  }

  perform(seconds: number, messages: readonly Message[], reply: (reply: Message) => void): void | Promise<void> {
    const packets = messages.map((message) => oscMessage(...message));
    return this.session.perform(secondsToTicks(seconds), { time: timeTag(seconds), packets }, senderTo(reply));
  }

  onNotification(listener: (notification: Message) => void): void {
    this.session.onNotification = senderTo(listener).reply;
  }

  settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}
