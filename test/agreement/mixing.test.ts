/// What a pack adds to buses after its loop is what four synths add in theirs, in the same order.
import { describe, expect, it } from "vitest";
import type { Expr, Local, Program, Stmt } from "../../packages/core/src/kernel/ir.ts";
import { mixOf } from "../../packages/core/src/wasm/lanes/mixing.ts";
import { binary, branch, compare, f32, field, i32, load, local, set, setField, store, unary } from "../support/ir.ts";
import { agree, packLikeFour } from "../support/ir-agreement.ts";
import { layout, pool } from "../support/ir-programs.ts";

const program = (...body: Stmt[]): Program => ({ name: "case", params: [pool.frames], body });
const [level, , number] = pool.scalars as [(typeof pool.scalars)[0], (typeof pool.scalars)[0], (typeof pool.scalars)[0]];
const frame: Local = { name: "frame", type: "i32" };
const at: Local = { name: "at", type: "i32" };

/// A loop over `frames` frames as definitions have it.
const sampleLoop = (frames: number, ...body: Stmt[]): Stmt[] => [
  set(frame, i32(0)),
  {
    op: "loop",
    label: 3,
    body: [
      ...body,
      set(frame, binary("add", local(frame), i32(1))),
      branch(compare("ge", local(frame), i32(frames)), [{ op: "break", label: 3 }]),
    ],
  },
];
const atFrame = (address: Expr) => binary("add", address, binary("mul", local(frame), i32(4)));
const addTo = (address: Expr, value: Expr) => store("f32", address, binary("add", load("f32", address), value));

const first = i32(layout.bus);
/// The first bus or the one after it, as the synth's field says.
const chosen = binary("add", first, binary("shl", field(number), i32(5)));
const held: Local = { name: "held", type: "i32" };
const x = binary("mul", field(level), unary("nearest", f32(1)));

/// In f32 the order of these sums shows.
const states = [1e8, 5, 5, -1e8].map((value, i) => ({ s_f32: [value], s_i32: [i % 2] }));

describe("sums", () => {
  const twice = sampleLoop(8, addTo(atFrame(first), x), addTo(atFrame(first), f32(3)));
  const apart = [set(held, chosen), ...sampleLoop(8, set(at, atFrame(local(held))), addTo(local(at), x), addTo(atFrame(first), f32(1)))];

  it("wait for the end of the loop, at one address or at one for each lane", () => {
    expect(mixOf(twice, 1)?.sums).toHaveLength(2);
    expect(mixOf(apart, 2)?.sums).toHaveLength(2);
  });

  it("are made in the order of four lone synths, also when a synth adds twice to a bus", () => {
    packLikeFour(program(...twice), states);
    packLikeFour(program(...apart), states);
  });

  it("stay in a loop that reads a bus as it goes, that stores otherwise, or whose length is no multiple of four", () => {
    expect(mixOf(sampleLoop(8, setField(level, load("f32", atFrame(first))), addTo(atFrame(first), x)), 1)).toBeUndefined();
    expect(mixOf(sampleLoop(8, addTo(atFrame(first), x), store("f32", first, f32(1))), 1)).toBeUndefined();
    expect(mixOf(sampleLoop(7, addTo(atFrame(first), x)), 1)).toBeUndefined();
    expect(mixOf(sampleLoop(8, set(held, binary("add", local(held), i32(4))), addTo(atFrame(local(held)), x)), 1)).toBeUndefined();
  });
});

describe("any", () => {
  const loud = compare("gt", field(level), f32(100));
  const mark = (value: number) => setField(number, i32(value));

  it("is one choice for the whole pack", () => {
    // Lanes 1 to 3 go along with lane 0; alone they would have chosen the other way, to the same result.
    const way = branch(unary("any", loud), [branch(loud, [mark(7)], [mark(8)])], [mark(8)]);
    agree(program(way), states);
  });

  it("counts the lanes that run the statement only", () => {
    const quiet = compare("lt", field(level), f32(100));
    agree(program(branch(quiet, [branch(unary("any", loud), [mark(9)], [mark(8)])], [mark(7)])), states);
  });
});
