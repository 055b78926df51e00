/// `npm run conformance -- NAME [flags]`: runs a whole oracle folder through Heddle and prints what agrees.
import { runTool, type ToolTable } from "../../scripts/tool-table.ts";

const suites: ToolTable = {
  graph: () => import("./graph.ts"),
  peer: () => import("./peer.ts"),
  sc: () => import("./sc.ts"),
  scheme: () => import("./scheme.ts"),
};

export const main = (args: string[]) => runTool("conformance", suites, args);
