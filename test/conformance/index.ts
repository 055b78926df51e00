/// `npm run conformance -- NAME [flags]`: runs a whole oracle folder through Heddle and prints what agrees.
import { runTool, type ToolTable } from "../../scripts/tool-table.ts";

const suites: ToolTable = {
  sc: () => import("./sc.ts"),
};

export const main = (args: string[]) => runTool("conformance", suites, args);
