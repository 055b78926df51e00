import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "tsdown";

/// Tells this state of the sources from others: what one build keeps on disk, another does not take.
function sourceHash(): string {
  const hash = createHash("sha256");
  for (const name of readdirSync("packages/core/src", { recursive: true, encoding: "utf8" }).sort())
    if (name.endsWith(".ts")) hash.update(name).update(readFileSync(`packages/core/src/${name}`));
  return hash.digest("hex").slice(0, 16);
}

const shared = {
  format: "esm" as const,
  dts: true,
  sourcemap: true,
  platform: "node" as const,
  logLevel: "warn" as const,
  fixedExtension: false,
  define: { HEDDLE_BUILD: JSON.stringify(sourceHash()) },
};

/// A text that V8 keeps in one byte per character. All that is beyond Latin-1 in our sources lies in strings.
const latin1 = {
  name: "latin1",
  renderChunk: (code: string) => code.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
};

/// One build per package, and one for the start of what must start fast. `core` has an entry for its face and one for each layer that tools import by name.
export default defineConfig([
  {
    ...shared,
    platform: "neutral",
    entry: {
      index: "packages/core/src/index.ts",
      osc: "packages/core/src/osc/index.ts",
      client: "packages/core/src/client/index.ts",
      engine: "packages/core/src/engine/index.ts",
      graph: "packages/core/src/graph/index.ts",
      patch: "packages/core/src/patch/index.ts",
      scheme: "packages/core/src/scheme/index.ts",
      synthdef: "packages/core/src/synthdef/index.ts",
      time: "packages/core/src/time/index.ts",
      ugens: "packages/core/src/ugens/index.ts",
      wasm: "packages/core/src/wasm/index.ts",
    },
    outDir: "packages/core/dist",
    tsconfig: "tsconfig.build.json",
    external: ["acorn"],
  },
  {
    ...shared,
    entry: {
      index: "packages/node/src/index.ts",
      "engine-thread": "packages/node/src/realtime/engine-thread.ts",
      "compiler-thread": "packages/node/src/realtime/compiler-thread.ts",
    },
    outDir: "packages/node/dist",
    tsconfig: "tsconfig.build.json",
    external: [/^@heddle\//],
  },
  {
    ...shared,
    entry: { index: "packages/cli/src/index.ts", start: "packages/cli/src/start/start.ts", modules: "packages/cli/src/modules.ts" },
    outDir: "packages/cli/dist",
    tsconfig: "tsconfig.build.json",
    external: [/^@heddle\//, "commander", "jiti"],
  },
  {
    ...shared,
    format: "cjs",
    dts: false,
    clean: false,
    entry: { offline: "packages/cli/src/start/offline.ts" },
    outDir: "packages/cli/dist",
    // Core's and node's sources rather than what was built of them a moment ago.
    tsconfig: "tsconfig.json",
    outExtensions: () => ({ js: ".cjs" }),
    noExternal: [/./],
    outputOptions: { codeSplitting: false },
    plugins: [latin1],
  },
]);
