/// Compiles on a thread beside the server's and the engine's.
import type { Worker } from "node:worker_threads";
import type { EngineOptions } from "@heddle/core/engine";
import type { CompiledDefinition } from "@heddle/core/synthdef";
import type { CompileAnswer, CompileRequest } from "./compiler-thread.ts";
import { startThread } from "./threads.ts";

interface Waiting {
  resolve(definitions: readonly CompiledDefinition[]): void;
  reject(error: Error): void;
}

export class Compiler {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private following = 0;

  /// For engines of these options.
  constructor(options: EngineOptions) {
    this.worker = startThread("compiler-thread", { workerData: options });
    this.worker.on("message", (answer: CompileAnswer) => {
      const waiting = this.waiting.get(answer.id);
      this.waiting.delete(answer.id);
      if ("definitions" in answer) waiting?.resolve(answer.definitions);
      else waiting?.reject(new Error(answer.error));
    });
    this.worker.on("error", (error) => {
      for (const { reject } of this.waiting.values()) reject(error instanceof Error ? error : new Error(String(error)));
      this.waiting.clear();
    });
    this.worker.unref();
  }

  /// The definitions in a SynthDef file, ready to be played. Rejects with what is wrong with it.
  compile(file: Uint8Array): Promise<readonly CompiledDefinition[]> {
    return new Promise((resolve, reject) => {
      const request: CompileRequest = { id: this.following++, file };
      this.waiting.set(request.id, { resolve, reject });
      this.worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}
