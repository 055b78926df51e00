import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/// Where scsynth looks for definitions when it starts, as far as these folders exist.
export function definitionFolders(): string[] {
  const given = process.env.SC_SYNTHDEF_PATH?.split(delimiter).filter((path) => path !== "");
  return (given ?? [join(homedir(), ".local/share/SuperCollider/synthdefs")]).filter((path) => existsSync(path));
}
