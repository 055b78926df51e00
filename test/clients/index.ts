/// `npm run clients -- NAME [flags]`: other people's programs as Heddle's clients.
import { runTool, type ToolTable } from "../../scripts/tool-table.ts";

const clients: ToolTable = {
  compare: () => import("./compare.ts"),
  sclang: () => import("./sclang.ts"),
};

export const main = (args: string[]) => runTool("clients", clients, args);
