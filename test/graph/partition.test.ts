/// Modules of unit generators are partition invariant (rule M5): any division of an interval into calls gives the same bits.
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { Engine } from "../../packages/core/src/engine/index.ts";
import { PatchOwner } from "../../packages/core/src/engine/patch/index.ts";
import { inputKinds } from "../../packages/core/src/kernel/unit.ts";
import { type ModuleType, unitModule } from "../../packages/core/src/patch/index.ts";
import type { Restructure } from "../../packages/core/src/patch/shadow.ts";
import { builtins, Out, type UGen, WhiteNoise } from "../../packages/core/src/ugens/index.ts";

/// Numbers for inputs that need one.
const valuesFor = (unit: UGen): Record<string, number | number[]> =>
  Object.fromEntries(
    inputKinds(unit.face).flatMap(([key, { kind, default: value }]): [string, number][] =>
      kind === "many" ? [[key, 1]] : value === undefined && kind !== "perSample" && kind !== "ramp" ? [[key, 0]] : [],
    ),
  );

/// The unit as a module that may run parts of blocks; undefined when it must have whole ones.
function divisible(engine: Engine, unit: UGen): ModuleType | undefined {
  if (!(unit.face.rates ?? "ar kr").includes("ar") || unit.face.outputs === 0) return undefined;
  try {
    const type = unitModule(unit as never, valuesFor(unit));
    return type.outputs.length === 0 || engine.patches.code(type)?.whole ? undefined : type;
  } catch {
    // Lists of a form of their own (envelopes) do not come as streams.
    return undefined;
  }
}

/// Blocks of output 0 of a patch that plays one unit, fed with noise where it takes signals; `jobs` may divide blocks.
function playUnit(engine: Engine, type: ModuleType, divided: boolean): Float32Array[] {
  const owner = new PatchOwner(engine);
  const edits: Restructure[] = [
    { op: "module", id: "u", type },
    { op: "module", id: "out", type: unitModule(Out as never, { bus: 0, channels: 1 }) },
    { op: "connect", from: "u.o0", to: "out.j0" },
  ];
  let single = 0;
  let joint = 0;
  type.inputs.forEach((input, k) => {
    const port = input.joint ? `j${joint++}` : `i${single++}`;
    if (!input.joint) return;
    edits.push({ op: "module", id: `n${k}`, type: unitModule(WhiteNoise as never) }, { op: "connect", from: `n${k}.o0`, to: `u.${port}` });
  });
  owner.commit(edits);
  // A number set to what it is already: nothing changes but how the block is divided.
  const at = [1, 2, 17, 63, 64, 100, 101, 164, 191, 200, 255, 256, 300];
  if (divided)
    owner.commit(
      [],
      at.map((tick) => ({ kind: "flow" as const, node: "u", tick, operation: "set", args: [type.inputs.length, 0] })),
    );
  expect(engine.patches.place(owner.key, "patch", 1000, 0, 0)).toBeNull();
  const blocks: Float32Array[] = [];
  for (let b = 0; b < 6; b++) {
    engine.process();
    blocks.push(engine.output(0).slice());
  }
  engine.nodes.free(1000);
  owner.collect();
  return blocks;
}

test("a unit that may run parts of blocks sounds the same however blocks are divided", () => {
  const wrong: string[] = [];
  let tried = 0;
  const engine = new Engine({ outputs: 1, inputs: 0, audioBuses: 8, controlBuses: 8, buffers: 8, memorySize: 16384 });
  // All agree; half of them are tried each time, to be quick.
  [...builtins].forEach((unit, k) => {
    const type = k % 2 === 0 ? divisible(engine, unit) : undefined;
    if (!type) return;
    tried++;
    if (!isDeepStrictEqual(playUnit(engine, type, false), playUnit(engine, type, true))) wrong.push(unit.name);
  });
  expect(wrong).toEqual([]);
  expect(tried).toBeGreaterThan(60);
});
