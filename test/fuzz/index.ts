/// `npm run fuzz -- NAME [seconds]`: longer runs of the mutators that `npm test` runs briefly.
import { runTool, type ToolTable } from "../../scripts/tool-table.ts";

const fuzzers: ToolTable = {
  graph: () => import("./graph.ts"),
  readers: () => import("./readers.ts"),
  scheme: () => import("./scheme.ts"),
  score: () => import("./score.ts"),
  server: () => import("./server.ts"),
};

export const main = (args: string[]) => runTool("fuzz", fuzzers, args);
