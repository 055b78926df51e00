// Everything CI runs: types, style, then every test. Ends with the line "N passed, N failed".
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const only = process.argv.slice(2);
let passed = 0;
let failed = 0;

function step(name, command, args) {
  const { status } = spawnSync(process.execPath, [command, ...args], { stdio: "inherit" });
  if (status === 0) passed++;
  else {
    failed++;
    console.error(`${name} failed`);
  }
  return status;
}

if (only.length === 0) {
  step("types", "node_modules/typescript/bin/tsc", ["--noEmit"]);
  step("style", "node_modules/@biomejs/biome/bin/biome", ["check", "--diagnostic-level=warn"]);
}
const report = join(mkdtempSync(join(tmpdir(), "heddle-test-")), "report.json");
spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...only],
  { stdio: "inherit" },
);
try {
  const result = JSON.parse(readFileSync(report, "utf8"));
  passed += result.numPassedTests;
  failed +=
    result.numFailedTests + result.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
} catch (error) {
  failed++;
  console.error(`no test report: ${error.message}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
