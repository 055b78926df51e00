/// Compiles on a thread beside the server's and the engine's.
import type { Worker } from "node:worker_threads";
import type { DeliveredDefinition } from "@heddle/core/osc";
import type { CompileAnswer, CompileRequest, CompilerThreadData } from "./compiler-thread.ts";
import { startThread } from "./threads.ts";

interface Waiting {
  resolve(answer: CompileAnswer): void;
  reject(error: Error): void;
}

export class Compiler {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private following = 0;

  constructor(data: CompilerThreadData) {
    this.worker = startThread("compiler-thread", { workerData: data });
    this.worker.on("message", (answer: CompileAnswer) => {
      this.waiting.get(answer.id)?.resolve(answer);
      this.waiting.delete(answer.id);
    });
    this.worker.on("error", (error) => {
      for (const { reject } of this.waiting.values()) reject(error instanceof Error ? error : new Error(String(error)));
      this.waiting.clear();
    });
    this.worker.unref();
  }

  /// The definitions in a SynthDef file, ready to be played. Rejects with what is wrong with it.
  async compile(file: Uint8Array): Promise<readonly DeliveredDefinition[]> {
    const answer = await this.ask({ id: this.following++, file });
    return "definitions" in answer ? answer.definitions : [];
  }

  /// Code for packs of four of a definition that was compiled here.
  async lanes(key: number): Promise<WebAssembly.Module | undefined> {
    const answer = await this.ask({ id: this.following++, lanesOf: key });
    return "lanes" in answer ? answer.lanes : undefined;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private async ask(request: CompileRequest): Promise<CompileAnswer> {
    const answer = await new Promise<CompileAnswer>((resolve, reject) => {
      this.waiting.set(request.id, { resolve, reject });
      this.worker.postMessage(request);
    });
    if ("error" in answer) throw new Error(answer.error);
    return answer;
  }
}
