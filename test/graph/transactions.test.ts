/// Transactions on a patch that runs (section 11): all or nothing, at a boundary, and unheard by what does not depend on them.
import { describe, expect, test } from "vitest";
import { type Job, PatchOwner } from "../../packages/core/src/engine/patch/index.ts";
import { comparePlans, type GraphSpec, InvalidGraphError } from "../../packages/core/src/graph/index.ts";
import {
  bodyModule,
  definitionModule,
  delayModule,
  scriptModule,
  unitModule,
  variableDelayModule,
} from "../../packages/core/src/patch/index.ts";
import type { Restructure } from "../../packages/core/src/patch/shadow.ts";
import { audio, synthDef } from "../../packages/core/src/synthdef/index.ts";
import { DC, In, Out, SinOsc } from "../../packages/core/src/ugens/index.ts";
import { hashModule } from "./support/modules.ts";
import { randomGraph } from "./support/random.ts";
import { engineOf, finish, start } from "./support/start.ts";

const two: GraphSpec = {
  nodes: [
    { id: "a", istreams: 0, jstreams: 0, ostreams: 1 },
    { id: "b", istreams: 1, jstreams: 1, ostreams: 1, flags: ["consumer"] },
  ],
  connections: [{ from: "a.o0", to: "b.j0" }],
};

describe("T1: one invalid edit refuses the whole, with every error", () => {
  const cases: [string, Restructure[], string[]][] = [
    ["a cycle without delay", [{ op: "connect", from: "b.o0", to: "b.i0" }], ["cycle-without-deferred: b"]],
    [
      "unknown names and ports",
      [
        { op: "connect", from: "a.o0", to: "b.i7" },
        { op: "disconnect", from: "a.o0", to: "b.i0" },
        { op: "remove", node: "x" },
        { op: "setFlag", node: "y", flag: "pinned", on: true },
      ],
      ["unknown-connection: a b", "unknown-node: x", "unknown-node: y", "bad-port: a b"],
    ],
    [
      "two connections where one fits",
      [
        { op: "connect", from: "a.o0", to: "b.i0" },
        { op: "connect", from: "a.o0", to: "b.i0" },
      ],
      ["istream-multiple: b"],
    ],
    ["a name twice", [{ op: "module", id: "a", type: delayModule(1) }], ["duplicate-node: a"]],
  ];
  test.each(cases)("%s", (_, edits, errors) => {
    const engine = engineOf(16);
    const { owner, heard } = start(engine, two);
    engine.process();
    const before = { used: engine.pool.used, table: engine.definitions.tableLength, plan: owner.running.plan };
    const added: Restructure = { op: "module", id: "new", type: delayModule(3) };
    let refused: unknown;
    try {
      owner.commit([added, ...edits], [{ kind: "suspend", node: "a" }]);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(InvalidGraphError);
    expect((refused as InvalidGraphError).errors.map(({ code, nodes }) => `${code}: ${nodes.join(" ")}`).sort()).toEqual(errors.sort());
    engine.process();
    expect({ used: engine.pool.used, table: engine.definitions.tableLength, plan: owner.running.plan }).toEqual(before);
    expect(heard.get("a")).toHaveLength(32);
    // Its names are not used up by what was refused.
    owner.commit([added]);
    finish(engine, owner);
  });

  test("jobs for what is not there, or not understood, refuse it too", () => {
    const engine = engineOf(16);
    const { owner } = start(engine, two);
    expect(() => owner.commit([], [{ kind: "suspend", node: "nobody" }])).toThrow('suspend: there is no module "nobody"');
    owner.commit([
      {
        op: "module",
        id: "names",
        type: hashModule({ id: "names", istreams: 1, jstreams: 0, ostreams: 1, flags: ["virtual"] }, new Map()),
      },
      { op: "module", id: "units", type: delayModule(1) },
    ]);
    expect(() => owner.commit([], [{ kind: "suspend", node: "names" }])).toThrow("is virtual");
    expect(() => owner.commit([], [{ kind: "flow", node: "units", operation: "sing" }])).toThrow('has no operation "sing"');
    finish(engine, owner);
  });

  test("a patch that does not fit leaves the one that runs", () => {
    const engine = engineOf(16, 64);
    const { owner, heard } = start(engine, two);
    const used = engine.pool.used;
    const type = delayModule(1);
    const many = Array.from({ length: 1000 }, (_, k): Restructure => ({ op: "module", id: `m${k}`, type }));
    expect(() => owner.commit(many)).toThrow(/raise memorySize/);
    expect(engine.pool.used).toBe(used);
    engine.process();
    expect(heard.get("b")).toHaveLength(16);
    finish(engine, owner);
  });
});

describe("T5: streams that do not depend on the edit are the same with and without it; nothing that stays is reset", () => {
  test.each([1, 16, 64])("blocks of %i", (blockSize) => {
    const engine = engineOf(blockSize);
    for (let seed = 1; seed <= 25; seed++) {
      const graph = randomGraph(seed * 13 + blockSize);
      const ticks = Math.ceil(200 / blockSize) * blockSize;
      const half = Math.ceil(100 / blockSize) * blockSize;
      const play = (edits: (owner: PatchOwner) => void) => {
        const { owner, heard } = start(engine, graph);
        const before = owner.plan!.program.plan;
        for (let t = 0; t < ticks; t += blockSize) {
          if (t === half) edits(owner);
          engine.process();
        }
        const after = owner.plan!.program.plan;
        finish(engine, owner);
        return { heard, effect: comparePlans(before, after) };
      };
      const plain = play(() => {});
      const edited = play((owner) => {
        for (let k = 0; k < 3; k++) {
          try {
            owner.commit(randomEdit(graph, seed * 5 + k));
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidGraphError);
          }
        }
      });
      for (const id of edited.effect.unaffected) expect(edited.heard.get(id), `graph ${seed}, ${id}`).toEqual(plain.heard.get(id));
      for (const id of edited.effect.kept) expect(edited.heard.get(id)!.slice(0, half)).toEqual(plain.heard.get(id)!.slice(0, half));
      const none = play((owner) => {
        const [connection] = owner.graph.graph.connections.filter(({ to }) => to.includes(".i"));
        if (connection)
          owner.commit([
            { op: "disconnect", ...connection },
            { op: "connect", ...connection },
          ]);
      });
      for (const [id, states] of plain.heard) expect(none.heard.get(id)).toEqual(states);
    }
  });
});

/// A connection less, or one more, or a node less.
function randomEdit({ nodes, connections }: GraphSpec, seed: number): Restructure[] {
  const at = <T>(list: readonly T[], k: number): T => list[(seed * 31 + k * 17) % list.length];
  if (seed % 3 === 0 && connections.length > 0) return [{ op: "disconnect", ...at(connections, 0) }];
  const from = at(nodes, 1);
  const to = at(nodes, 2);
  if (seed % 3 === 1 && from.ostreams > 0 && to.jstreams > 0) return [{ op: "connect", from: `${from.id}.o0`, to: `${to.id}.j0` }];
  return [{ op: "remove", node: at(nodes, 3).id }];
}

describe("T2, T8: when transactions act", () => {
  test("at the first boundary at or after a frame, in order, and come back", () => {
    const engine = engineOf(16);
    const { owner } = start(engine, two);
    const acted: string[] = [];
    const note = (name: string) => ({ onReturn: ({ acted: frame }: { acted: number }) => void acted.push(`${name} ${frame}`) });
    owner.commit([{ op: "setLatency", node: "a", latency: 3 }], [], { at: 40, ...note("later") });
    owner.commit([], [{ kind: "message" }], note("now"));
    owner.commit([{ op: "setLatency", node: "a", latency: 5 }], [], { at: 32, ...note("before") });
    for (let b = 0; b < 5; b++) {
      engine.process();
      owner.collect();
    }
    expect(acted).toEqual(["now 0", "before 32", "later 48"]);
    expect(owner.graph.graph.nodes[0].latency).toBe(3);
    finish(engine, owner);
  });

  test("one that would break a later one is refused, and names it", () => {
    const engine = engineOf(16);
    const { owner } = start(engine, two);
    owner.commit([{ op: "connect", from: "a.o0", to: "b.i0" }], [], { at: 100 });
    expect(() => owner.commit([{ op: "remove", node: "a" }])).toThrow(/transaction 2, which waits for frame 100, would fail/);
    finish(engine, owner);
  });
});

describe("jobs", () => {
  test("J2: late ones run at once and say so; those of a removed module come back undone", () => {
    const engine = engineOf(16);
    const { owner } = start(engine, two);
    for (let b = 0; b < 4; b++) engine.process();
    const back: Job[] = [];
    const onReturn = (job: Job) => void back.push(job);
    owner.commit(
      [],
      [
        { kind: "flow", node: "a", tick: 10, operation: "poke", args: [1], onReturn },
        { kind: "flow", node: "a", tick: 70, operation: "poke", args: [2], onReturn },
        { kind: "flow", node: "a", tick: 1000, operation: "poke", args: [3], onReturn },
      ],
    );
    engine.process();
    owner.commit([{ op: "remove", node: "a" }]);
    for (let b = 0; b < 60; b++) engine.process();
    owner.collect();
    expect(back.map(({ args: [n], late, done }) => [n, late, done])).toEqual([
      [1, true, true],
      [2, false, true],
      [3, false, false],
    ]);
    finish(engine, owner);
  });

  test("J5: a boundary job may commit; the boundary repeats until none is left, 64 times at most", () => {
    const engine = engineOf(16);
    const owner = new PatchOwner(engine);
    let rounds = 0;
    const again = scriptModule("again", { outputs: ["out"] }, () => ({
      process() {},
      operations: {
        more() {
          rounds++;
          owner.commit([], [{ kind: "boundary", node: "again", tick: 0, operation: "more" }]);
        },
      },
    }));
    owner.commit(
      [{ op: "module", id: "again", type: again, flags: ["consumer"] }],
      [{ kind: "boundary", node: "again", tick: 0, operation: "more" }],
    );
    engine.patches.place(owner.key, "patch", 1000, 0, 0);
    engine.process();
    expect(rounds).toBe(64);
    engine.process();
    expect(rounds).toBe(128);
    finish(engine, owner);
  });

  test("a probe brings the outputs of the next block", () => {
    const engine = engineOf(16);
    const owner = new PatchOwner(engine);
    const stereo = bodyModule("stereo", { freq: 440 }, ({ freq }) => [DC.ar(1), SinOsc.ar(freq)]);
    owner.commit([{ op: "module", id: "s", type: stereo, flags: ["consumer"] }]);
    engine.patches.place(owner.key, "patch", 1000, 0, 0);
    engine.process();
    const into = [new Float32Array(16), new Float32Array(16)];
    owner.commit([], [{ kind: "probe", node: "s", into }]);
    engine.process();
    expect(into[0]).toEqual(new Float32Array(16).fill(1));
    expect(into[1].every((x, k) => Math.abs(x - Math.sin((2 * Math.PI * 440 * (16 + k)) / 48_000)) < 1e-4)).toBe(true);
    finish(engine, owner);
  });
});

describe("modules", () => {
  /// What comes out of bus 0 in `blocks` blocks of 16.
  const play = (edits: Restructure[], blocks: number, jobs: Parameters<PatchOwner["commit"]>[1] = []): number[] => {
    const engine = engineOf(16);
    const owner = new PatchOwner(engine);
    owner.commit(
      [
        ...edits,
        { op: "module", id: "out", type: unitModule(Out, { bus: 0, channels: 1 }) },
        { op: "connect", from: "x.o0", to: "out.j0" },
      ],
      jobs,
    );
    engine.patches.place(owner.key, "patch", 1000, 0, 0);
    const sound: number[] = [];
    for (let b = 0; b < blocks; b++) {
      engine.process();
      sound.push(...engine.output(0));
    }
    finish(engine, owner);
    return sound;
  };
  const ramp = scriptModule("ramp", { outputs: ["out"] }, () => ({
    process({ outputs: [out], from, to, frame }) {
      for (let j = from; j < to; j++) out[j] = frame + j + 1;
    },
  }));

  test("a definition: audio-rate controls come in, what it gives to Out goes out, other controls are set", () => {
    const def = synthDef("gain", { in: audio(0), gain: 2 }, ({ in: x, gain }) => Out.ar(0, x.mul(gain)));
    const sound = play(
      [
        { op: "module", id: "r", type: ramp },
        { op: "module", id: "x", type: definitionModule(def) },
        { op: "connect", from: "r.o0", to: "x.j0" },
      ],
      3,
      [{ kind: "flow", node: "x", tick: 16, operation: "set", args: [2, 10] }],
    );
    // Control 1 is "gain": inputs come first, then the two controls.
    expect(sound.slice(0, 16)).toEqual(Array.from({ length: 16 }, (_, k) => 2 * (k + 1)));
    // The product glides to a new value of a control for one block, as it does in a synth.
    expect(sound.slice(32)).toEqual(Array.from({ length: 16 }, (_, k) => 10 * (k + 33)));
  });

  test("buses are those of synths: what a patch writes, a module after it reads", () => {
    const sound = play(
      [
        { op: "module", id: "r", type: ramp },
        { op: "module", id: "w", type: unitModule(Out, { bus: 4, channels: 1 }) },
        { op: "connect", from: "r.o0", to: "w.j0" },
        { op: "module", id: "x", type: unitModule(In, { bus: 4, channels: 1 }) },
      ],
      1,
    );
    expect(sound).toEqual(Array.from({ length: 16 }, (_, k) => k + 1));
  });

  test("a delay that moves, n at least, reads where its time said n ticks ago", () => {
    const time = scriptModule("time", { outputs: ["out"] }, () => ({
      process({ outputs: [out], from, to, frame }) {
        for (let j = from; j < to; j++) out[j] = (frame + j) % 9;
      },
    }));
    const sound = play(
      [
        { op: "module", id: "r", type: ramp },
        { op: "module", id: "t", type: time },
        { op: "module", id: "x", type: variableDelayModule(3, 7) },
        { op: "connect", from: "r.o0", to: "x.i0" },
        { op: "connect", from: "t.o0", to: "x.i1" },
      ],
      4,
    );
    const delay = (t: number) => (t < 3 ? 3 : Math.min(7, Math.max(3, (t - 3) % 9)));
    expect(sound).toEqual(sound.map((_, t) => (t < delay(t) ? 0 : t - delay(t) + 1)));
  });

  test("a script that throws is silent from then on, and the engine tells", () => {
    const engine = engineOf(16);
    const owner = new PatchOwner(engine);
    const bad = scriptModule("bad", { outputs: ["out"] }, () => ({
      process({ outputs: [out], from, to, frame }) {
        out.fill(1, from, to);
        if (frame === 16) throw new Error("cannot go on");
      },
    }));
    owner.commit([
      { op: "module", id: "x", type: bad },
      { op: "module", id: "out", type: unitModule(Out, { bus: 0, channels: 1 }) },
      { op: "connect", from: "x.o0", to: "out.j0" },
    ]);
    engine.patches.place(owner.key, "patch", 1000, 0, 0);
    const levels: number[] = [];
    for (let b = 0; b < 3; b++) {
      engine.process();
      levels.push(engine.output(0)[0]);
    }
    expect(levels).toEqual([1, 0, 0]);
    expect(engine.takeFaults()).toEqual([{ nodeId: 1000, definition: "x", block: 1, message: "cannot go on" }]);
    finish(engine, owner);
  });
});
