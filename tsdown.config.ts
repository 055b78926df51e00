import { defineConfig } from "tsdown";

const shared = {
  format: "esm" as const,
  dts: true,
  sourcemap: true,
  platform: "node" as const,
  logLevel: "warn" as const,
  fixedExtension: false,
};

/// One build per package. `core` has an entry for its face and one for each layer that tools import by name.
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
    entry: { index: "packages/node/src/index.ts" },
    outDir: "packages/node/dist",
    tsconfig: "tsconfig.build.json",
    external: [/^@heddle\//],
  },
  {
    ...shared,
    entry: { index: "packages/cli/src/index.ts", main: "packages/cli/src/main.ts" },
    outDir: "packages/cli/dist",
    tsconfig: "tsconfig.build.json",
    external: [/^@heddle\//, "commander", "jiti"],
  },
]);
