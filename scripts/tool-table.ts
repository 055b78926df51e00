/// A developer tool: a name, and the module whose `main` does it, loaded only when called.
export type Tool = { main(args: string[]): number | Promise<number> };
export type ToolTable = Record<string, () => Promise<Tool>>;

/// Runs the tool that `args[0]` names, or every tool when there is no name. Returns the exit code: 0, the first failure, or 2 for an unknown name.
export async function runTool(kind: string, tools: ToolTable, args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name !== undefined && !name.startsWith("-")) {
    const load = tools[name];
    if (load) return (await load()).main(rest);
    console.error(`${kind}: nothing is called "${name}"; there are: ${Object.keys(tools).join(", ")}`);
    return 2;
  }
  let code = 0;
  for (const load of Object.values(tools)) code = (await (await load()).main(args)) || code;
  return code;
}
