/// `npm run clients -- NAME [flags]`: other people's programs as Heddle's clients.
import { runTool, type ToolTable } from "../../scripts/tool-table.ts";

const clients: ToolTable = {
  sclang: () => import("./sclang.ts"),
};

export const main = (args: string[]) => runTool("clients", clients, args);
