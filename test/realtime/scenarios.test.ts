/// The scenarios that were recorded from scsynth, played to a server with its threads. Runs the threads as they were built last.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClientLink, startServer } from "@heddle/node";
import { afterAll, expect, test } from "vitest";
import { parseScenario, ScenarioPlayer, type Wire, writeScenario } from "../support/scenario.ts";

const scenarios = new URL("../clients/scenarios/", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "heddle-scenarios-"));
/// As `scenarioFlags` of the tool that records.
const engine = { buffers: 8, nodes: 64, controlBuses: 256, audioBuses: 64, inputs: 2, outputs: 2 };
afterAll(() => rmSync(folder, { recursive: true }));

test.each(readdirSync(scenarios))("%s", async (name) => {
  const server = await startServer({ engine, cwd: folder, allow: [folder], logins: 4, post: () => {} });
  const clients = [0, 1].map((index): ClientLink => ({ name: `client ${index}`, send: (packet) => wire.onPacket(index, packet) }));
  const wire: Wire = { send: (client, packet) => server.receive(packet, clients[client]), onPacket: () => {}, quiet: 4 };
  const steps = parseScenario(readFileSync(new URL(name, scenarios), "utf8"));
  const answers = await new ScenarioPlayer(wire, folder).play(steps).finally(() => server.stop());
  const expected = steps.map(({ recorded, own }) => own ?? recorded);
  expect(writeScenario(steps, answers)).toBe(writeScenario(steps, expected));
});
