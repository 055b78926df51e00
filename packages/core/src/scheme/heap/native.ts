/// The generated WebAssembly modules over an interpreter's memory, where the platform has WebAssembly.

/// Limits of the imported memory in a module's bytes: shared, one page at least.
const SHARED_IMPORT = [0x02, 0x03, 0x01, 0x80, 0x80, 0x04];

const compiled = new Map<string, WebAssembly.Module>();

function moduleOf(encoded: string, shared: boolean): WebAssembly.Module {
  const key = `${shared}${encoded}`;
  let module = compiled.get(key);
  if (module === undefined) {
    const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
    if (!shared) bytes[indexOf(bytes, SHARED_IMPORT) + 1] = 0x01;
    module = new WebAssembly.Module(bytes);
    compiled.set(key, module);
  }
  return module;
}

function indexOf(bytes: Uint8Array, part: number[]): number {
  for (let i = 0; i + part.length <= bytes.length; i++) if (part.every((b, k) => bytes[i + k] === b)) return i;
  throw new Error("a module of the machine does not import its memory as expected");
}

/// The exports of a module (base64) over a memory; its other imports are `services`.
export function instantiate(encoded: string, memory: WebAssembly.Memory, services: WebAssembly.ModuleImports): WebAssembly.Exports {
  const shared = typeof SharedArrayBuffer !== "undefined" && memory.buffer instanceof SharedArrayBuffer;
  return new WebAssembly.Instance(moduleOf(encoded, shared), { host: { memory, ...services } }).exports;
}
