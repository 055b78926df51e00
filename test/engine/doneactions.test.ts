import { expect, test } from "vitest";
import { drawTree, engineWith, probe, takeLog, turns } from "./support.ts";

/// Group 1 holds, in order, `children`; `g` numbers below 10 are groups with synth 10g + 1 and a group 10g with synth 10g + 2.
function scene(children: readonly number[]) {
  const engine = engineWith([probe]);
  engine.nodes.newGroup(1, 0, 0);
  for (const id of children) {
    if (id >= 10) {
      engine.nodes.newSynth("probe", id, 1, 1);
      continue;
    }
    engine.nodes.newGroup(id, 1, 1);
    engine.nodes.newSynth("probe", id * 10 + 1, 1, id);
    engine.nodes.newGroup(id * 10, 1, id);
    engine.nodes.newSynth("probe", id * 10 + 2, 1, id * 10);
  }
  engine.process();
  takeLog(engine);
  return engine;
}

const synths = [100, 101, 102, 103, 104];
const groups = [2, 102, 3];

// Synth 102 does the action. Columns: who plays in that block, the tree after it, the tree after the next block.
test.each([
  [0, synths, "100 101 102 103 104", "0[1[100 101 102 103 104]]", "0[1[100 101 102 103 104]]"],
  [1, synths, "100 101 102 103 104", "0[1[100 101 102- 103 104]]", "0[1[100 101 102- 103 104]]"],
  [2, synths, "100 101 102 103 104", "0[1[100 101 102! 103 104]]", "0[1[100 101 103 104]]"],
  [3, synths, "100 101 102 103 104", "0[1[100 101! 102! 103 104]]", "0[1[100 103 104]]"],
  [4, synths, "100 101 102 104", "0[1[100 101 102! 104]]", "0[1[100 101 104]]"],
  [5, synths, "100 101 102 103 104", "0[1[100 101! 102! 103 104]]", "0[1[100 103 104]]"],
  [5, groups, "21 22 102 31 32", "0[1[2[] 102! 3[31 30[32]]]]", "0[1[2[] 3[31 30[32]]]]"],
  [6, synths, "100 101 102 104", "0[1[100 101 102! 104]]", "0[1[100 101 104]]"],
  [6, groups, "21 22 102", "0[1[2[21 20[22]] 102! 3[]]]", "0[1[2[21 20[22]] 3[]]]"],
  [7, synths, "100 101 102 103 104", "0[1[100! 101! 102! 103 104]]", "0[1[103 104]]"],
  [8, synths, "100 101 102", "0[1[100 101 102!]]", "0[1[100 101]]"],
  [9, synths, "100 101 102 103 104", "0[1[100 101- 102! 103 104]]", "0[1[100 101- 103 104]]"],
  [10, synths, "100 101 102 104", "0[1[100 101 102! 103- 104]]", "0[1[100 101 103- 104]]"],
  [11, synths, "100 101 102 103 104", "0[1[100 101! 102! 103 104]]", "0[1[100 103 104]]"],
  [11, groups, "21 22 102 31 32", "0[1[2[20[]] 102! 3[31 30[32]]]]", "0[1[2[20[]] 3[31 30[32]]]]"],
  [12, groups, "21 22 102", "0[1[2[21 20[22]] 102! 3[30[]]]]", "0[1[2[21 20[22]] 3[30[]]]]"],
  [13, synths, "100 101 102", "0[1[100! 101! 102!]]", "0[1[]]"],
  [13, groups, "21 22 102", "0[1[2![21 20[22]] 102!]]", "0[1[]]"],
  [14, synths, "100 101 102 103 104", "0[1![100 101 102 103 104]]", "0[]"],
  [15, synths, "100 101 102 103 104", "0[1[100 101 102! 103 104]]", "0[1[100 101 103 104]]"],
  [16, synths, "100 101 102 103 104", "0[1[100 101 102 103 104]]", "0[1[100 101 102 103 104]]"],
  [-3, synths, "100 101 102 103 104", "0[1[100 101 102 103 104]]", "0[1[100 101 102 103 104]]"],
  [3, [102], "102", "0[1[102!]]", "0[1[]]"],
  [4, [102], "102", "0[1[102!]]", "0[1[]]"],
  [10, [102], "102", "0[1[102!]]", "0[1[]]"],
])("done action %i in %j", (action, children, played, after, later) => {
  const engine = scene(children);
  engine.controls.set(102, "action", action);
  expect(turns(engine)).toBe(played);
  expect(drawTree(engine)).toBe(after);
  engine.process();
  expect(drawTree(engine)).toBe(later);
});

test("15 lets a paused neighbour play in the same block", () => {
  const engine = scene(synths);
  engine.nodes.run(103, false);
  expect(turns(engine)).toBe("100 101 102 104");
  engine.controls.set(102, "action", 15);
  expect(turns(engine)).toBe("100 101 102 103 104");
});

test("what a constructor does to its own synth is lost, what it does to others is not", () => {
  const engine = scene([100, 101]);
  engine.nodes.newSynth("probe", 102, 3, 100);
  engine.controls.set(102, "inInit", 4);
  expect(turns(engine)).toBe("100 102");
  expect(turns(engine)).toBe("100 102");
  engine.nodes.newSynth("probe", 103, 1, 1);
  engine.controls.set(103, "inInit", 1);
  expect(turns(engine)).toBe("100 102 103");
  expect(drawTree(engine)).toBe("0[1[100 102 103]]");
});

test("a synth ended before its first turn is never constructed", () => {
  const engine = scene([100]);
  engine.controls.set(100, "action", 4);
  engine.nodes.newSynth("probe", 101, 1, 1);
  engine.process();
  expect(takeLog(engine)).toEqual(["run 100"]);
  expect(drawTree(engine)).toBe("0[1[100!]]");
});

test("the root does not end", () => {
  const engine = engineWith([probe]);
  engine.nodes.newSynth("probe", 5, 0, 0);
  engine.controls.set(5, "action", 14);
  expect(turns(engine)).toBe("5");
  expect(turns(engine)).toBe("5");
});
