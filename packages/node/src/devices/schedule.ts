/// What a thread that plays asks of the system: to run before others, and to keep its memory where it is.
import { cLibrary } from "./native.ts";

const fifo = 1;
const priority = 70;

/// Gives the calling thread real-time priority (SCHED_FIFO 70). False where it is not permitted.
export function becomeRealTime(): boolean {
  const libc = process.platform === "linux" ? cLibrary() : undefined;
  if (!libc) return false;
  const self = libc.func("uintptr_t pthread_self()");
  const setParameters = libc.func("int pthread_setschedparam(uintptr_t thread, int policy, const void *param)");
  return setParameters(self(), fifo, new Int32Array([priority])) === 0;
}

/// Keeps a memory from being paged out. False where it is not permitted. Only this memory: were all of the process's locked, V8 could not reserve the
/// address space it wants.
export function lockMemory(memory: WebAssembly.Memory): boolean {
  const libc = cLibrary();
  if (!libc) return false;
  return libc.func("int mlock(const void *address, size_t size)")(new Uint8Array(memory.buffer), memory.buffer.byteLength) === 0;
}
