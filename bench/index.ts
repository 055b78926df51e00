/// `npm run bench -- NAME [flags]`: measurements, side by side with a peer where one is installed.
import { runTool, type ToolTable } from "../scripts/tool-table.ts";

const benches: ToolTable = {
  compile: () => import("./compile.ts"),
  graph: () => import("./graph.ts"),
  patch: () => import("./patch.ts"),
  realtime: () => import("./realtime.ts"),
  sc: () => import("./sc.ts"),
  scheme: () => import("./scheme/index.ts"),
  tree: () => import("./tree.ts"),
  ugens: () => import("./ugens.ts"),
  wasm: () => import("./wasm.ts"),
};

export const main = (args: string[]) => runTool("bench", benches, args);
