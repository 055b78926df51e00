/// Imports run downwards between the layers of packages/core and between the packages, and core imports nothing of any platform.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const packages = fileURLToPath(new URL("../packages", import.meta.url));

/// What each layer of core may import besides itself. The front doors (last line) import none of each other.
const machine = ["kernel", "wasm"];
const definitions = [...machine, "ugens", "synthdef", "graph"];
const running = [...definitions, "patch", "engine", "time"];
const allowed: Readonly<Record<string, readonly string[]>> = {
  kernel: ["wasm"],
  wasm: ["kernel"],
  // A unit generator's call builds a definition graph, and a definition is made of unit generators: two folders, one layer.
  ugens: [...machine, "synthdef"],
  graph: [],
  synthdef: [...machine, "ugens", "graph"],
  // Modules, and plans of graphs as the engine runs them.
  patch: definitions,
  engine: [...definitions, "patch", "time"],
  time: definitions,
  ...Object.fromEntries(["client", "osc", "csound", "scheme"].map((door) => [door, running])),
};

const packageOrder: Readonly<Record<string, readonly string[]>> = {
  core: [],
  node: ["core"],
  web: ["core"],
  cli: ["core", "node"],
  studio: ["core", "web"],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

/// Every `from "..."` and `import("...")` of a package's sources; files relative to the packages folder.
function importsOf(name: string): Import[] {
  const root = join(packages, name, "src");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return [...text.matchAll(/^(?!\s*\/\/).*?(?:\bfrom|\bimport)\s*\(?\s*"([^"\n]+)"/gm)].map(([, to]) => ({
      from: relative(packages, join(root, file)),
      to: to.startsWith(".") ? relative(packages, resolve(dirname(join(root, file)), to)) : to,
    }));
  });
}

const show = ({ from, to }: Import) => `${from} imports ${to}`;
/// The folder below `core/src`, undefined for its index.
const layerOf = (file: string) => file.match(/^core\/src\/([^/]+)\//)?.[1];

test("layers of core", () => {
  const imports = importsOf("core");
  expect(imports.length).toBeGreaterThan(100);
  const upwards = imports.filter(({ from, to }) => {
    const [here, there] = [layerOf(from), layerOf(to)];
    if (here === undefined || there === undefined || here === there) return false;
    return !allowed[here]?.includes(there);
  });
  expect(upwards.map(show)).toEqual([]);
});

test("core imports nothing of a platform", () => {
  const outside = importsOf("core").filter(({ to }) => !to.startsWith("core/") && to !== "acorn");
  expect(outside.map(show)).toEqual([]);
});

test.each(readdirSync(packages).filter((name) => name in packageOrder))("package %s imports only what lies below it", (name) => {
  const wrong = importsOf(name).filter(({ to }) => {
    const other = to.match(/^(?:@heddle\/)?(core|node|web|cli|studio)(?:\/|$)/)?.[1];
    return other !== undefined && other !== name && !packageOrder[name].includes(other);
  });
  expect(wrong.map(show)).toEqual([]);
});
