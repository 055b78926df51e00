/// `npm run docs [-- NAME]`: writes the generated pages under docs/reference and docs/compatibility.
import { type ToolTable, runTool } from "../../scripts/tool-table.ts";

const pages: ToolTable = {
  compatibility: () => import("./compatibility.ts"),
  math: () => import("./math.ts"),
  ugens: () => import("./ugens.ts"),
  scheme: () => import("./scheme.ts"),
};

export const main = (args: string[]) => runTool("docs", pages, args);
