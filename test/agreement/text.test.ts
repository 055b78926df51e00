/// The text of a module, assembled by an independent assembler, is the module.
import fc from "fast-check";
import { expect, it } from "vitest";
import wabtInit from "wabt";
import { emitModule, emitText, type ModuleOptions } from "../../packages/core/src/wasm/module.ts";
import { binary, f32, field, set, setField } from "../support/ir.ts";
import { layout, pool, programs } from "../support/ir-programs.ts";

const wabt = await wabtInit();

function assemble(text: string): Uint8Array {
  const module = wabt.parseWat("module.wat", text, { simd: true, threads: true, multi_value: true });
  try {
    return module.toBinary({ canonicalize_lebs: true, relocatable: false, write_debug_names: false }).buffer;
  } finally {
    module.destroy();
  }
}

it("text of random programs assembles to the bytes that were emitted", () => {
  fc.assert(
    fc.property(programs, (program) => {
      const options: ModuleOptions = {
        memory: { min: 2, max: 16, shared: true },
        programs: [{ name: "run", program, lanes: true }],
        scratch: layout.scratch,
      };
      expect(Buffer.from(assemble(emitText(options))).toString("hex")).toBe(Buffer.from(emitModule(options)).toString("hex"));
    }),
    { numRuns: 60 },
  );
});

it("names parameters, locals, fields and functions", () => {
  const [level] = pool.scalars as [(typeof pool.scalars)[0]];
  const [x] = pool.locals as [(typeof pool.locals)[0]];
  const body = [set(x, binary("mul", field(level), f32(0.5))), setField(level, { op: "local", type: "f32", local: x })];
  const text = emitText({ memory: { min: 2 }, programs: [{ name: "run", program: { name: "half", params: [pool.frames], body } }] });
  expect(text).toBe(`(module
  (type (func (param i32 i32)))
  (import "env" "memory" (memory 2))
  (export "run" (func $run))

  (func $run (type 0) (param $base i32) (param $frames i32)
    (local $f32_0 f32)
    local.get $base
    f32.load align=4 ;; s_f32
    f32.const 0.5
    f32.mul
    local.set $f32_0
    local.get $base
    local.get $f32_0
    f32.store align=4 ;; s_f32
  )
)
`);
});
