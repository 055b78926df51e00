/// A server in a process of its own on this machine.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Connection, type LiveOptions, LiveServer, ServerError, type ServerSizes } from "@heddle/core/client";
import { sizesOf } from "./sizes.ts";
import { connectUdp } from "./udp.ts";

export interface LocalOptions extends LiveOptions, Partial<ServerSizes> {
  /// UDP port, 57110 by default.
  readonly port?: number;
  /// Command and first arguments of the process: Heddle's own server by default; `["scsynth"]` plays SuperCollider's.
  readonly program?: readonly string[];
  /// More arguments, as scsynth takes them: `["-m", "65536"]`.
  readonly flags?: readonly string[];
  /// Takes every line that the process prints. Nowhere by default.
  readonly post?: (line: string) => void;
  /// Seconds until a server that does not answer counts as failed: 15.
  readonly bootTime?: number;
}

/// What runs when no `program` is given. The `heddle` package puts its own command here.
export const localProgram: { command: readonly string[] } = { command: ["heddle", "scsynth"] };

const millisecondsBetweenTries = 40;
/// The process has this long to end after `/quit`.
const graceMilliseconds = 2000;

export class LocalServer extends LiveServer {
  readonly port: number;
  private readonly options: LocalOptions;
  private process: ChildProcess | undefined;

  constructor(options: LocalOptions = {}) {
    super(sizesOf(options), options);
    this.options = options;
    this.port = options.port ?? 57110;
  }

  /// True while the process runs.
  get running(): boolean {
    return this.process !== undefined;
  }

  /// Starts the process and resolves when it can be played. A server that runs already is left as it is.
  async boot(): Promise<this> {
    if (this.process) return this;
    const connection = await connectUdp("127.0.0.1", this.port);
    const ended = this.start();
    try {
      await Promise.race([this.answer(connection), ended]);
      await Promise.race([this.connect(connection), ended]);
    } catch (error) {
      connection.close();
      this.kill();
      throw error;
    }
    return this;
  }

  override async quit(): Promise<void> {
    const child = this.process;
    await super.quit();
    if (!child || child.exitCode !== null) return;
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMilliseconds);
    await new Promise<void>((resolve) => child.once("exit", () => resolve()));
    clearTimeout(timer);
  }

  async reboot(): Promise<this> {
    if (this.process) await this.quit();
    return this.boot();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.process ? this.quit() : Promise.resolve();
  }

  /// Starts the process. The promise rejects when it ends before anything else decides the boot.
  private start(): Promise<never> {
    const [command, ...first] = this.options.program ?? localProgram.command;
    const lines: string[] = [];
    const child = spawn(command, [...first, ...this.arguments()], { stdio: ["ignore", "pipe", "pipe"] });
    this.process = child;
    const killWithUs = () => void child.kill("SIGKILL");
    process.once("exit", killWithUs);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        if (lines.length > 8) lines.shift();
        this.options.post?.(line);
      });
    }
    const ended = new Promise<never>((_, reject) => {
      child.once("error", (error) => {
        this.gone(killWithUs);
        reject(new ServerError("boot", `${command} could not be started: ${error.message}`));
      });
      child.once("exit", (code, signal) => {
        this.gone(killWithUs);
        const last = lines.length > 0 ? `\n  ${lines.join("\n  ")}` : "";
        reject(new ServerError("boot", `${command} ended with ${signal ?? `code ${code}`}; is port ${this.port} in use?${last}`));
      });
    });
    // After the boot nobody waits for it any more.
    ended.catch(() => {});
    return ended;
  }

  private kill(): void {
    this.process?.kill("SIGKILL");
  }

  private gone(killWithUs: () => void): void {
    process.off("exit", killWithUs);
    this.process = undefined;
    this.disconnect();
  }

  private arguments(): string[] {
    const { sampleRate, blockSize, outputs, inputs, audioBuses, controlBuses, buffers } = this.sizes;
    const own = { u: this.port, a: audioBuses, c: controlBuses, i: inputs, o: outputs, b: buffers, z: blockSize, l: 1 };
    const rate = this.options.sampleRate === undefined ? [] : ["-S", String(sampleRate)];
    return [...Object.entries(own).flatMap(([flag, value]) => [`-${flag}`, String(value)]), ...rate, ...(this.options.flags ?? [])];
  }

  /// Asks for the status until there is an answer.
  private async answer(connection: Connection): Promise<void> {
    const deadline = performance.now() + (this.options.bootTime ?? 15) * 1000;
    let answered = false;
    connection.onMessage = () => {
      answered = true;
    };
    while (!answered) {
      if (performance.now() > deadline) throw new ServerError("boot", `no answer on port ${this.port}`);
      connection.send([["/status"]]);
      await new Promise((resolve) => setTimeout(resolve, millisecondsBetweenTries));
    }
  }
}
