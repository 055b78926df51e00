import { describe, expect, test } from "vitest";
import { drawTree, engineWith, probe, takeLog, turns } from "./support.ts";

/// `synths` are added to the tail of group 1, which holds groups 2 and 3 first.
function scene(...synths: number[]) {
  const engine = engineWith([probe]);
  engine.nodes.newGroup(1, 0, 0);
  for (const id of synths) engine.nodes.newSynth("probe", id, 1, 1);
  return engine;
}

describe("add actions", () => {
  test.each([
    [0, 1, "0[1[99 10 11 12]]"],
    [1, 1, "0[1[10 11 12 99]]"],
    [2, 11, "0[1[10 99 11 12]]"],
    [3, 11, "0[1[10 11 99 12]]"],
    [4, 11, "0[1[10 99 12]]"],
  ])("action %i at node %i", (action, target, tree) => {
    const engine = scene(10, 11, 12);
    expect(engine.nodes.newSynth("probe", 99, action, target)).toBe(null);
    expect(drawTree(engine)).toBe(tree);
    const other = scene(10, 11, 12);
    expect(other.nodes.newGroup(99, action, target)).toBe(null);
    expect(drawTree(other)).toBe(tree.replace("99", "99[]"));
  });

  test("a synth may take the ID of the one it replaces, a group with contents goes whole", () => {
    const engine = scene(10, 11, 12);
    expect(engine.nodes.newSynth("probe", 11, 4, 11)).toBe(null);
    expect(drawTree(engine)).toBe("0[1[10 11 12]]");
    expect(engine.nodes.newSynth("probe", 5, 4, 1)).toBe(null);
    expect(drawTree(engine)).toBe("0[5]");
    expect(engine.nodes.newGroup(5, 4, 5)).toBe(null);
    expect(drawTree(engine)).toBe("0[5[]]");
    expect(engine.nodes.newSynth("probe", 5, 4, 5, true)).toBe("duplicate node ID");
  });
});

test("errors carry SuperCollider's texts", () => {
  const engine = engineWith([probe], { nodes: 4 });
  const { nodes } = engine;
  nodes.newSynth("probe", 1000, 0, 0);
  expect(nodes.newSynth("nodef", 1, 0, 0)).toBe("SynthDef not found");
  expect(nodes.newSynth("probe", 1, 9, 0)).toBe("failed");
  expect(nodes.newSynth("probe", 1, 0, 999)).toBe("Group 999 not found");
  expect(nodes.newSynth("probe", 1, 0, 1000)).toBe("Group 1000 not found");
  expect(nodes.newSynth("probe", 1, 2, 999)).toBe("Node 999 not found");
  expect(nodes.newSynth("probe", 1000, 0, 0)).toBe("duplicate node ID");
  expect(nodes.newSynth("probe", 0, 0, 0)).toBe("duplicate node ID");
  expect(nodes.newSynth("probe", -2, 0, 0)).toBe("negative node IDs are reserved");
  expect(nodes.newSynth("probe", 1, 4, 0)).toBe("can't replace group 0");
  expect(nodes.free(7)).toBe("Node 7 not found");
  expect(nodes.free(0)).toBe(null);
  expect(nodes.run(7, false)).toBe("Node 7 not found");
  expect(nodes.freeAll(1000)).toBe("Group 1000 not found");
  expect(nodes.deepFree(999)).toBe("Group 999 not found");
  expect(nodes.moveToHead(1000, 1000)).toBe("Group 1000 not found");
  expect(nodes.moveBefore(7, 1000)).toBe(null);
  expect(nodes.order(4, 0, [1000])).toBe("failed");
  expect(nodes.order(2, 7, [1000])).toBe("target Node 7 not found");
  expect(nodes.order(0, 0, [7, 8])).toBe("Node 8 not found");
  expect(nodes.order(0, 0, [])).toBe("Node 0 not found");
  expect(nodes.newGroup(1, 2, 999)).toBe("target Node 999 not found");
  expect(nodes.query(7)).toBe("Node 7 not found");
  nodes.newGroup(1, 0, 0);
  nodes.newGroup(2, 0, 1);
  expect(nodes.newGroup(3, 0, 1)).toBe("too many nodes");
  expect(nodes.newGroup(1, 0, 0)).toBe(null);
  expect(nodes.newGroup(1, 0, 2)).toBe("duplicate node ID");
  expect(drawTree(engine)).toBe("0[1[2[]] 1000]");
});

test("a definition that does not fit into memory", () => {
  const engine = engineWith([{ ...probe, state: 300_000 }], { memorySize: 1024 });
  expect(engine.nodes.newSynth("probe", 1, 0, 0)).toBe("alloc failed, increase server's memory allocation (e.g. via ServerOptions)");
  expect(drawTree(engine)).toBe("0[]");
  expect(engine.pool.used).toBe(0);
});

test("the engine chooses IDs below zero, and -1 as a target is the newest node", () => {
  const engine = scene();
  engine.nodes.newSynth("probe", -1, 0, 0);
  engine.nodes.newSynth("probe", -1, 3, -1);
  expect(drawTree(engine)).toBe("0[-16 -24 1[]]");
  expect(engine.nodes.newestId).toBe(-24);
  expect(engine.nodes.follow("np", -16)).toBe(-16);
  expect(engine.nodes.follow("uh", -24)).toBe(-16);
  expect(engine.nodes.follow("hh", 0)).toBe(undefined);
});

test("constructors run at the first turn, then every block; a paused synth is still constructed", () => {
  const engine = scene(10, 11);
  engine.nodes.run(11, false);
  engine.process();
  expect(takeLog(engine)).toEqual(["init 10", "run 10", "init 11"]);
  expect(turns(engine)).toBe("10");
  engine.nodes.run(11, true);
  expect(turns(engine)).toBe("10 11");
  engine.nodes.run(1, false);
  expect(turns(engine)).toBe("");
  expect(drawTree(engine)).toBe("0[1-[10 11]]");
});

test("moves and order", () => {
  const engine = scene(10, 11, 12);
  const { nodes } = engine;
  nodes.newGroup(2, 1, 0);
  nodes.moveToTail(2, 11);
  nodes.moveToHead(2, 12);
  expect(drawTree(engine)).toBe("0[1[10] 2[12 11]]");
  nodes.moveAfter(10, 12);
  expect(drawTree(engine)).toBe("0[1[] 2[12 10 11]]");
  nodes.order(0, 1, [11, 777, 12, 10]);
  expect(drawTree(engine)).toBe("0[1[11 12 10] 2[]]");
  // Nothing goes beside the root.
  nodes.moveBefore(10, 0);
  expect(drawTree(engine)).toBe("0[1[11 12 10] 2[]]");
});

test("before itself a node stays where it is; after or into itself it falls out of the tree until it is moved elsewhere", () => {
  const engine = scene(10, 11, 12);
  const { nodes } = engine;
  nodes.newGroup(2, 1, 0);
  nodes.moveBefore(10, 10);
  nodes.moveAfter(11, 11);
  expect(drawTree(engine)).toBe("0[1[10 12] 2[]]");
  nodes.newGroup(4, 0, 1);
  nodes.moveToTail(4, 1);
  expect(drawTree(engine)).toBe("0[2[]]");
  nodes.moveToTail(2, 11);
  nodes.moveAfter(10, 11);
  nodes.moveToHead(0, 1);
  expect(drawTree(engine)).toBe("0[1[4[] 12] 2[11 10]]");
  nodes.moveToTail(1, 1);
  nodes.free(1);
  expect(drawTree(engine)).toBe("0[2[11 10]]");
});

test("freeing: children before their group, synths by deep free", () => {
  const engine = scene(10, 11);
  const { nodes } = engine;
  nodes.newGroup(2, 1, 1);
  nodes.newSynth("probe", 12, 0, 2);
  engine.process();
  takeLog(engine);
  nodes.deepFree(1);
  expect(drawTree(engine)).toBe("0[1[2[]]]");
  expect(takeLog(engine)).toEqual(["end 10", "end 11", "end 12"]);
  nodes.newSynth("probe", 13, 0, 2);
  nodes.free(1);
  expect(takeLog(engine)).toEqual([]);
  expect(drawTree(engine)).toBe("0[]");
  expect(engine.pool.used).toBe(0);
  expect([nodes.synthCount, nodes.groupCount, nodes.unitCount]).toEqual([0, 1, 0]);
});

test("notifications", () => {
  const engine = scene(10);
  const { nodes, events } = engine;
  const seen: string[] = [];
  const names = ["go", "end", "off", "on", "move", "info"];
  const drain = () => {
    events.drain({
      node: (kind, id, parent, previous, next, isGroup, head, tail) =>
        seen.push([names[kind], id, parent, previous, next, ...(isGroup ? ["group", head, tail] : [])].join(" ")),
    });
    return seen.splice(0);
  };
  expect(drain()).toEqual(["go 1 0 -1 -1 group -1 -1", "go 10 1 -1 -1"]);
  nodes.newSynth("probe", 11, 0, 1);
  nodes.run(11, false);
  nodes.run(11, false);
  nodes.run(11, true);
  nodes.moveAfter(11, 10);
  nodes.query(1);
  nodes.free(11);
  expect(drain()).toEqual([
    "go 11 1 -1 10",
    "off 11 1 -1 10",
    "on 11 1 -1 10",
    "move 11 1 10 -1",
    "info 1 0 -1 -1 group 10 11",
    "end 11 1 10 -1",
  ]);
  nodes.newSynth("probe", -1, 0, 1);
  nodes.free(1);
  expect(drain()).toEqual(["end 10 -1 -1 -1", "end 1 0 -1 -1 group -1 -1"]);
});
