/// Starts the package's own threads, and leaves one that hangs.
import { Worker, type WorkerOptions } from "node:worker_threads";
import { cLibrary } from "../devices/native.ts";

export type ThreadName = "engine-thread" | "compiler-thread";

/// A thread that runs the module `name`, which is a bundle of its own. From sources it runs as it was built last.
export function startThread(name: ThreadName, options: WorkerOptions): Worker {
  const place = import.meta.url.endsWith(".ts") ? `../../dist/${name}.js` : `./${name}.js`;
  return new Worker(new URL(place, import.meta.url), options);
}

/// Gives up a thread that hangs in a library's function, where nothing can end it. When the process ends, Node would wait for the thread; this exits first,
/// with the process's exit code. Listeners of "exit" that are added later are not called.
export function leaveBehind(worker: Worker): void {
  worker.unref();
  process.once("exit", (code) => cLibrary()?.func("void _exit(int code)")(code));
}
