import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@heddle\/core$/, replacement: src("core/src/index.ts") },
      { find: /^@heddle\/core\/(.+)$/, replacement: `${src("core/src")}/$1/index.ts` },
      { find: /^@heddle\/node$/, replacement: src("node/src/index.ts") },
      { find: /^heddle$/, replacement: src("cli/src/index.ts") },
    ],
  },
  test: { include: ["test/**/*.test.ts"], testTimeout: 60_000, maxWorkers: 2 },
});
