/// A pack shares buses as four synths would that run one after the other.
import { describe, expect, it } from "vitest";
import type { Expr, HostFunction, Local, Program, Stmt } from "../../packages/core/src/kernel/ir.ts";
import { laneRefusal } from "../../packages/core/src/wasm/lanes/refusal.ts";
import { emitModule } from "../../packages/core/src/wasm/module.ts";
import { binary, branch, compare, f32, field, i32, load, local, set, setField, store, unary } from "../support/ir.ts";
import { packLikeFour } from "../support/ir-agreement.ts";
import { layout, pool } from "../support/ir-programs.ts";

const program = (...body: Stmt[]): Program => ({ name: "case", params: [pool.frames], body });
const [level, wide, number] = pool.scalars as [(typeof pool.scalars)[0], (typeof pool.scalars)[0], (typeof pool.scalars)[0]];
const x = field(level);
const frame: Local = { name: "frame", type: "i32" };

/// Runs `body` for each frame.
const eachFrame = (...body: Stmt[]): Stmt[] => [
  set(frame, i32(0)),
  {
    op: "loop",
    label: 7,
    body: [
      branch(compare("ge", local(frame), local(pool.frames)), [{ op: "break", label: 7 }]),
      ...body,
      set(frame, binary("add", local(frame), i32(1))),
    ],
  },
];
const atFrame = (address: Expr) => binary("add", address, binary("shl", local(frame), i32(2)));
const addTo = (address: Expr, value: Expr) => store("f32", address, binary("add", load("f32", address), value));

/// In f32, ((1e8 + 5) + 5) - 1e8 is 16, and 1e8 + (5 + 5) - 1e8 is 8.
const states = [1e8, 5, 5, -1e8].map((value, i) => ({ s_f32: [value], s_f64: [value / 3], s_i32: [i % 2] }));
const serialSum = 16;

describe("buses", () => {
  const bus = i32(layout.bus);
  /// Bus 0 or 1, as the synth's field says.
  const chosen = binary("add", bus, binary("shl", field(number), i32(5)));

  it("a sum at one address is made in lane order", () => {
    expect(packLikeFour(program(...eachFrame(addTo(atFrame(bus), x))), states).bus.slice(0, 6)).toEqual([...Array(5).fill(serialSum), 0]);
  });

  it("so is a sum of f64, with the load on the right", () => {
    const sum = store("f64", bus, binary("add", field(wide), load("f64", bus)));
    packLikeFour(program(sum), states);
  });

  it("lanes may choose different addresses, or the same", () => {
    const { bus: after } = packLikeFour(program(...eachFrame(addTo(atFrame(chosen), x))), states);
    expect([after[0], after[8]]).toEqual([100000008, -99999992]);
  });

  it("a sum whose load was kept in a local is still a sum", () => {
    const kept: Local = { name: "kept", type: "f32" };
    const at: Local = { name: "at", type: "i32" };
    const scaled: Local = { name: "scaled", type: "f32" };
    const body = program(
      ...eachFrame(
        set(at, atFrame(chosen)),
        set(kept, load("f32", local(at))),
        set(scaled, binary("mul", x, f32(2))),
        store("f32", local(at), binary("add", local(kept), local(scaled))),
      ),
    );
    packLikeFour(body, states);
    expect(laneRefusal(body)).toBeUndefined();
  });

  it("a load kept in a local stays where it is when something else uses it", () => {
    const kept: Local = { name: "kept", type: "f32" };
    packLikeFour(
      program(
        set(kept, load("f32", bus)),
        store("f32", bus, binary("add", local(kept), x)),
        setField(level, binary("add", local(kept), x)),
      ),
      states,
    );
  });

  it("the last lane's value stays where all store", () => {
    expect(packLikeFour(program(store("f32", bus, x)), states).bus[0]).toBe(-1e8);
  });

  it("only the lanes that take a branch add", () => {
    const half = branch(compare("gt", x, f32(0)), [addTo(bus, x)], [addTo(bus, unary("neg", x))]);
    packLikeFour(program(half), states);
  });

  it("a lane reads what it wrote itself", () => {
    const seen = setField(level, binary("mul", load("f32", bus), f32(2)));
    packLikeFour(program(store("f32", bus, x), seen), states);
  });

  for (const [name, address] of [
    ["one bus", bus],
    ["chosen buses", chosen],
  ] as const) {
    const stamp = binary("add", address, i32(128));
    const block = i32(5);
    const written: Local = { name: "written", type: "i32" };
    const first = [store("i32", stamp, block), store("f32", address, x)];

    it(`the first synth to write ${name} replaces, the others add`, () => {
      const out = branch(compare("ne", load("i32", stamp), block), first, [addTo(address, x)]);
      packLikeFour(program(out), states);
    });

    it(`also when the stamp of ${name} was read into a local before`, () => {
      const out = branch(local(written), [addTo(address, x)], first);
      packLikeFour(program(set(written, compare("eq", load("i32", stamp), block)), setField(number, i32(3)), out), states);
    });
  }
});

describe("regions", () => {
  const done: HostFunction = { name: "probe_f32", params: ["f32"], result: "f32" };
  const call: Expr = { op: "host", type: "f32", fn: done, args: [x] };

  it("call the host for the active lanes, in lane order", () => {
    const { calls } = packLikeFour(program(branch(compare("lt", x, f32(100)), [{ op: "do", value: call }])), states);
    expect(calls).toEqual([
      [1, 5],
      [2, 5],
      [3, -1e8],
    ]);
  });

  it("keep both branches of an if in lane order", () => {
    const loud = branch(compare("lt", x, f32(100)), [{ op: "do", value: call }], [setField(level, call)]);
    expect(packLikeFour(program(loud), states).calls.map(([lane]) => lane)).toEqual([0, 1, 2, 3]);
  });

  it("need scratch memory, and say so", () => {
    const only = program({ op: "do", value: call });
    const emit = () => emitModule({ memory: { min: 1 }, programs: [{ name: "run", program: only, lanes: true }] });
    expect(emit).toThrow("needs scratch memory");
  });
});

describe("a refusal", () => {
  const count: Local = { name: "count", type: "i32" };
  const upTo = (limit: Expr) =>
    program(set(count, i32(0)), {
      op: "loop",
      label: 1,
      body: [
        branch(compare("ge", local(count), limit), [{ op: "break", label: 1 }]),
        setField(level, binary("mul", x, f32(0.5))),
        set(count, binary("add", local(count), i32(1))),
      ],
    });

  it("comes when lanes leave the main loop at different times", () => {
    expect(laneRefusal(upTo(field(number)))?.reason).toMatch(
      /% of "case" must run lane by lane: its lanes leave the loop at different times/,
    );
  });

  it("does not come for uniform loops", () => {
    expect(laneRefusal(upTo(local(pool.frames)))).toBeUndefined();
  });
});
