/// `npm run soak [-- MINUTES] [--device KIND] [--save]`: a server that plays under load for ten minutes. Its engine's thread must not collect garbage once.
/// `npm run soak -- loopback`: what JACK is given equals the offline rendering of the same score.
import { writeFileSync } from "node:fs";
import { loopback } from "./loopback.ts";
import { soak } from "./soak.ts";

export async function main(args: readonly string[]): Promise<number> {
  if (args[0] === "loopback") return loopback();
  const minutes = Number(args.find((arg) => Number(arg) > 0) ?? 10);
  const kind = args[args.indexOf("--device") + 1];
  const device = args.includes("--device") && (kind === "jack" || kind === "clock") ? kind : "auto";
  const report = await soak({ minutes, device });
  console.log(report.text);
  if (args.includes("--save")) {
    writeFileSync(
      new URL("../../bench/results/soak.md", import.meta.url),
      `# Soak\n\n\`npm run soak -- ${args.join(" ")}\`\n\n${report.text}\n`,
    );
  }
  return report.collections === 0 ? 0 : 1;
}
