// The repository's front door: `npm start`, `npm test` and the other scripts all come through here, on a machine with nothing but Node.
// Installs when package-lock.json changed since the last install, builds when a source changed since the last build, then does the job.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const stamps = join(root, "node_modules", ".heddle");
const [job, ...rest] = process.argv.slice(2);

const bin = (name) => join(root, "node_modules", ".bin", process.platform === "win32" ? `${name}.cmd` : name);

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", shell: process.platform === "win32", ...options });
  if (error) console.error(error.message);
  return status ?? 1;
}

function must(command, args, options) {
  const status = run(command, args, options);
  if (status !== 0) process.exit(status);
}

/** True when `name`'s stamp does not hold `value`. */
const stale = (name, value) => !existsSync(join(stamps, name)) || readFileSync(join(stamps, name), "utf8") !== value;
function stamp(name, value) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, name), value);
}

function install() {
  const lock = createHash("sha1").update(readFileSync("package-lock.json")).digest("hex");
  if (!stale("install", lock)) return;
  console.log("installing packages (first run, or package-lock.json changed) ...");
  must("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  stamp("install", lock);
}

/** A line per source file with its size and time: changes exactly when a build could give something else. */
function sources() {
  const lines = [];
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (/\.(ts|json|mjs)$/.test(entry.name)) lines.push(`${path} ${statSync(path).size} ${statSync(path).mtimeMs}`);
    }
  };
  for (const name of readdirSync("packages")) walk(join("packages", name, "src"));
  lines.push(statSync("tsdown.config.ts").mtimeMs, statSync("package-lock.json").mtimeMs);
  return createHash("sha1").update(lines.join("\n")).digest("hex");
}

/** A score with what most scores have, no input, and where its sound goes. */
const warming = ["test/fixtures/sc/scores/seed_order_example.osc", "_", join(stamps, "warming.wav")];

function build() {
  install();
  const now = sources();
  const complete = ["core", "node", "cli"].every((name) => existsSync(join("packages", name, "dist", "index.js")));
  if (complete && !stale("build", now)) return;
  console.log("building ...");
  must(bin("tsdown"), []);
  // The first run keeps V8's code for those that follow: here rather than at the user's first score.
  must(process.execPath, ["packages/cli/bin/heddle.mjs", "scsynth", "-N", ...warming, "48000", "WAV", "float"]);
  stamp("build", now);
}

const heddle = (...args) => run(process.execPath, ["packages/cli/bin/heddle.mjs", ...args]);

const piece = "examples/order-of-execution";

/** Plays the piece; where nothing sounds, or with `--offline`, renders it to a file. */
function start(args) {
  const offline = args.includes("--offline");
  const more = args.filter((arg) => arg !== "--offline");
  if (!offline) {
    const code = heddle("play", `${piece}.ts`, "--require-device", ...more);
    if (code !== noDevice) return code;
  }
  const file = "out/order-of-execution";
  return heddle("render", `${piece}.ts`, "-o", `${file}.wav`, "--picture", `${file}.svg`, "--tree", ...more);
}

/** What `heddle play --require-device` says where there is no device. */
const noDevice = 3;

/** A job that needs the build. */
const built = (work) => () => {
  build();
  return work();
};
const tool = (name) => built(() => run(process.execPath, ["scripts/tools.mjs", name, ...rest]));

const jobs = {
  install: () => {
    install();
    return 0;
  },
  build: built(() => 0),
  start: built(() => start(rest)),
  check: () => {
    install();
    return run(bin("tsc"), ["--noEmit"]) || run(bin("biome"), ["check", ...rest]);
  },
  test: built(() => run(process.execPath, ["scripts/test.mjs", ...rest])),
  bench: tool("bench"),
  conformance: tool("conformance"),
  fuzz: tool("fuzz"),
  clients: tool("clients"),
  soak: tool("soak"),
  docs: tool("docs"),
};

if (!jobs[job]) {
  console.error(`run.mjs: no job "${job}"; there are ${Object.keys(jobs).join(", ")}`);
  process.exit(2);
}
process.exit(jobs[job]());
