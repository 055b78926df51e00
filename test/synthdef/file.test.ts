import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SynthDefError } from "../../packages/core/src/synthdef/check.ts";
import {
  controlUnits,
  type InputRef,
  paramCounts,
  type RateNumber,
  type SynthDefGraph,
} from "../../packages/core/src/synthdef/graph-types.ts";
import { readSynthDefs } from "../../packages/core/src/synthdef/read.ts";
import { writeSynthDefs } from "../../packages/core/src/synthdef/write.ts";

/// SinOsc.ar(440, 0) to bus 0, as sclang writes it.
const sine: SynthDefGraph = {
  name: "SinOsc_const",
  constants: [440, 0],
  params: [],
  paramNames: [],
  units: [
    { name: "SinOsc", rate: 2, inputs: [{ constant: 440 }, { constant: 0 }], outputRates: [2], special: 0 },
    { name: "Out", rate: 2, inputs: [{ constant: 0 }, { unit: 0, output: 0 }], outputRates: [], special: 0 },
  ],
  variants: [],
};
const sineFile =
  "534367660000000200010c53696e4f73635f636f6e7374" + // SCgf, version 2, one definition, its name
  "0000000243dc000000000000" + // two constants
  "0000000000000000" + // no controls, no names
  "00000002" + // two units
  "0653696e4f7363020000000200000001" + // SinOsc, audio rate, two inputs, one output
  "0000ffffffff00000000ffffffff0000000102" + // special index, constant 0, constant 1, output rate
  "034f757402000000020000000000" + // Out
  "00ffffffff000000010000000000000000" + // constant 1, unit 0 output 0
  "0000"; // no variants

const controls: SynthDefGraph = {
  name: "voice",
  constants: [],
  params: [440, 0.5, 1, 2, 3],
  paramNames: [
    { name: "levels", index: 2 },
    { name: "freq", index: 0 },
    { name: "amp", index: 1 },
  ],
  units: [{ name: "Control", rate: 1, inputs: [], outputRates: [1, 1, 1, 1, 1], special: 0 }],
  variants: [{ name: "voice.low", values: [110, 0.5, 0, 0, 0] }],
};

const hex = (text: string) => Uint8Array.from(text.match(/../g)!, (byte) => Number.parseInt(byte, 16));

test("a file is the bytes that sclang writes", () => {
  expect(writeSynthDefs([sine])).toEqual(hex(sineFile));
  expect(readSynthDefs(hex(sineFile))).toEqual({ version: 2, definitions: [sine] });
});

test.each([0, 1, 2] as const)("version %d reads back", (version) => {
  const expected = version === 0 ? { ...controls, variants: [] } : controls;
  expect(readSynthDefs(writeSynthDefs([sine, controls], version))).toEqual({ version, definitions: [sine, expected] });
});

test("a version that is not known is passed over", () => {
  const bytes = hex(sineFile);
  bytes[7] = 3;
  expect(readSynthDefs(bytes)).toEqual({ version: 3, definitions: [] });
});

test("a control name reaches to the next larger index", () => {
  expect(paramCounts(controls)).toEqual([3, 1, 1]);
  expect(paramCounts({ params: [1, 2], paramNames: [] })).toEqual([]);
});

test("equal constants keep their places", () => {
  const graph = { ...sine, constants: [440, 0, 440] };
  graph.units = [{ ...sine.units[0], inputs: [{ constant: 440, index: 2 }, { constant: 0 }] }];
  expect(readSynthDefs(writeSynthDefs([graph])).definitions).toEqual([graph]);
});

test("constants that are in no table are added, 0 and -0 apart", () => {
  const graph: SynthDefGraph = {
    ...sine,
    constants: [0],
    units: [{ name: "Sum", rate: 2, inputs: [0, -0, 0.1, 0.1, NaN].map((constant) => ({ constant })), outputRates: [2], special: 0 }],
  };
  const [read] = readSynthDefs(writeSynthDefs([graph])).definitions;
  expect(read.constants).toEqual([0, -0, Math.fround(0.1), NaN]);
  expect(read.units[0].inputs.map((input) => "constant" in input && input.constant)).toEqual([
    0,
    -0,
    Math.fround(0.1),
    Math.fround(0.1),
    NaN,
  ]);
});

describe("what is refused, and how", () => {
  /// The sine file with the 32-bit number at `offset` replaced.
  const patched = (offset: number, value: number) => {
    const bytes = hex(sineFile);
    new DataView(bytes.buffer).setInt32(offset, value);
    return bytes;
  };
  const constantsAt = 23;
  const unitsAt = constantsAt + 20;
  const sineInputsAt = unitsAt + 4 + 7 + 1 + 10;
  const outAt = sineInputsAt + 17;
  const outInputsAt = outAt + 4 + 1 + 10;

  test.each<[string, Uint8Array, number, string]>([
    ["nothing", new Uint8Array(), 0, 'the file ends inside the mark "SCgf"'],
    ["a sound file", new TextEncoder().encode("RIFF...."), 0, 'it begins with "RIFF"'],
    ["10^9 constants", patched(constantsAt, 1e9), constantsAt, "the number of constants is 1000000000, but only 88 bytes are left"],
    ["-1 constants", patched(constantsAt, -1), constantsAt, "the number of constants is -1"],
    ["10^9 controls", patched(constantsAt + 12, 1e9), constantsAt + 12, "the number of controls is 1000000000"],
    ["10^9 control names", patched(constantsAt + 16, 1e9), constantsAt + 16, "the number of control names is"],
    ["10^9 units", patched(unitsAt, 1e9), unitsAt, "the number of units is 1000000000"],
    ["10^9 inputs", patched(sineInputsAt - 10, 1e9), sineInputsAt - 10, "the number of inputs of SinOsc is"],
    ["10^9 outputs", patched(sineInputsAt - 6, 1e9), sineInputsAt - 6, "the number of outputs of SinOsc is"],
    ["an absent constant", patched(sineInputsAt + 4, 2), sineInputsAt, "unit 0 (SinOsc), input 0: constant 2, but there are 2 constants"],
    ["a negative constant", patched(sineInputsAt + 4, -1), sineInputsAt, "constant -1"],
    ["unit -2", patched(sineInputsAt, -2), sineInputsAt, "unit -2 does not exist"],
    ["a forward reference", patched(sineInputsAt, 1), sineInputsAt, "it reads unit 1, but a unit can only read those before it"],
    ["a unit that reads itself", patched(outInputsAt + 8, 1), outInputsAt + 8, "before it and not itself"],
    ["an absent output", patched(outInputsAt + 12, 1), outInputsAt + 8, "it reads output 1 of unit 0 (SinOsc), which has one output"],
  ])("%s", (_name, bytes, offset, reason) => {
    const error = thrown(() => readSynthDefs(bytes));
    expect(error.message).toContain(reason);
    expect(error.offset).toBe(offset);
    expect(error.definition).toBe(offset < constantsAt ? "" : "SinOsc_const");
  });

  test("rates other than 0 to 3", () => {
    const bytes = hex(sineFile);
    bytes[unitsAt + 4 + 7] = 4;
    expect(thrown(() => readSynthDefs(bytes)).message).toBe(
      `SynthDef "SinOsc_const", byte ${unitsAt + 11}: unit 0 (SinOsc) has rate 4, but rates are 0 to 3`,
    );
  });

  test("every shorter file", () => {
    const whole = writeSynthDefs([sine, controls]);
    for (let size = 0; size < whole.length; size++) thrown(() => readSynthDefs(whole.subarray(0, size)));
  });

  test("controls and control names beyond the last control", () => {
    const unit = { ...controls.units[0], special: 1 };
    expect(thrown(() => writeSynthDefs([{ ...controls, units: [unit] }])).message).toBe(
      'SynthDef "voice": unit 0 (Control) gives controls 1 to 5, but the definition has 5',
    );
    expect(thrown(() => writeSynthDefs([{ ...controls, paramNames: [{ name: "far", index: 6 }] }])).message).toContain(
      'control name "far" has index 6, but there are 5 controls',
    );
  });

  test("what does not fit the format", () => {
    expect(thrown(() => writeSynthDefs([{ ...sine, name: "x".repeat(256) }])).message).toContain("has 256 bytes, but names can have 255");
    const params = new Array<number>(40_000).fill(0);
    expect(thrown(() => writeSynthDefs([{ ...sine, params }], 1)).message).toContain("40000 does not fit the 16 bits");
    expect(thrown(() => writeSynthDefs([{ ...controls, variants: [{ name: "voice.x", values: [1] }] }])).message).toContain(
      'variant "voice.x" has 1 values for 5 controls',
    );
  });
});

function thrown(action: () => unknown): SynthDefError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(SynthDefError);
    return error as SynthDefError;
  }
  return expect.fail("nothing was thrown");
}

const name = fc.string({ minLength: 1, maxLength: 12 });
const float = fc.float({ noNaN: true });
const rate = fc.constantFrom<RateNumber>(0, 1, 2, 3);

/// A valid definition: each input is a constant or an output of a unit before its own.
const graph: fc.Arbitrary<SynthDefGraph> = fc
  .record({
    name,
    params: fc.array(float, { maxLength: 6 }),
    plan: fc.array(
      fc.record({
        name,
        rate,
        outputRates: fc.array(rate, { maxLength: 3 }),
        inputs: fc.array(fc.tuple(fc.boolean(), float, fc.nat()), { maxLength: 4 }),
      }),
      { maxLength: 12 },
    ),
    special: fc.integer({ min: -32768, max: 32767 }),
  })
  .map(({ name, params, plan, special }) => {
    const outputs: InputRef[] = [];
    const constants: number[] = [];
    const units = plan.map(({ inputs, ...unit }, index) => {
      const refs = inputs.map(([wire, value, pick]): InputRef => {
        if (wire && outputs.length > 0) return outputs[pick % outputs.length];
        if (!constants.some((constant) => Object.is(constant, value))) constants.push(value);
        return { constant: value };
      });
      for (let output = 0; output < unit.outputRates.length; output++) outputs.push({ unit: index, output });
      return { ...unit, inputs: refs, special: controlUnits.has(unit.name) ? 0 : special };
    });
    const paramNames = params.map((_, index) => ({ name: `p${index}`, index }));
    return { name, constants, params, paramNames, units, variants: [{ name: `${name}.v`, values: params }] };
  });

test("what is written reads back, and writes the same bytes again", () => {
  fc.assert(
    fc.property(fc.array(graph, { maxLength: 3 }), fc.constantFrom<1 | 2>(1, 2), (graphs, version) => {
      const bytes = writeSynthDefs(graphs, version);
      const { definitions } = readSynthDefs(bytes);
      expect(definitions).toEqual(graphs);
      expect(writeSynthDefs(definitions, version)).toEqual(bytes);
    }),
    { numRuns: 200 },
  );
});

test("no change to a file's bytes does more than throw a SynthDefError", () => {
  fc.assert(
    fc.property(graph, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), (valid, changes) => {
      const damaged = writeSynthDefs([valid, controls]);
      for (const [at, value] of changes) damaged[at % damaged.length] = value;
      try {
        writeSynthDefs(readSynthDefs(damaged).definitions);
      } catch (error) {
        expect(error).toBeInstanceOf(SynthDefError);
      }
    }),
    { numRuns: 2000 },
  );
});
