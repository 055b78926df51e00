// Runs a developer tool (bench/, test/conformance/, test/fuzz/, test/clients/, test/soak/, docs/) written in TypeScript: `tools.mjs bench NAME ...`.
// Each tool folder has an index.ts whose `main(args)` returns the exit code; it imports the built packages.
import { createJiti } from "jiti";

const homes = {
  bench: "../bench/index.ts",
  conformance: "../test/conformance/index.ts",
  fuzz: "../test/fuzz/index.ts",
  clients: "../test/clients/index.ts",
  soak: "../test/soak/index.ts",
  docs: "../docs/generate/index.ts",
};
const [tool, ...args] = process.argv.slice(2);
const jiti = createJiti(import.meta.url, { fsCache: false });
const { main } = await jiti.import(homes[tool]);
process.exitCode = await main(args);
