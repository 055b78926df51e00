/// Starts the package's own threads.
import { Worker, type WorkerOptions } from "node:worker_threads";

export type ThreadName = "engine-thread" | "compiler-thread";

/// A thread that runs the module `name`, which is a bundle of its own. From sources it runs as it was built last.
export function startThread(name: ThreadName, options: WorkerOptions): Worker {
  const place = import.meta.url.endsWith(".ts") ? `../../dist/${name}.js` : `./${name}.js`;
  return new Worker(new URL(place, import.meta.url), options);
}
