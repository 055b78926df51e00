/// A definition for tests of everything around definitions: Out.ar(out, SinOsc.ar(freq) * amp).
import { type SynthDefGraph, writeSynthDefs } from "@heddle/core/synthdef";

const graph: SynthDefGraph = {
  name: "tone",
  constants: [0],
  params: [0, 440, 0.25],
  paramNames: [
    { name: "out", index: 0 },
    { name: "freq", index: 1 },
    { name: "amp", index: 2 },
  ],
  units: [
    { name: "Control", rate: 1, inputs: [], outputRates: [1, 1, 1], special: 0 },
    { name: "SinOsc", rate: 2, inputs: [{ unit: 0, output: 1 }, { constant: 0 }], outputRates: [2], special: 0 },
    {
      name: "BinaryOpUGen",
      rate: 2,
      inputs: [
        { unit: 1, output: 0 },
        { unit: 0, output: 2 },
      ],
      outputRates: [2],
      special: 2,
    },
    {
      name: "Out",
      rate: 2,
      inputs: [
        { unit: 0, output: 0 },
        { unit: 2, output: 0 },
      ],
      outputRates: [],
      special: 0,
    },
  ],
  variants: [{ name: "tone.soft", values: [0, 440, 0.125] }],
};

export const toneBytes = writeSynthDefs([graph]);

/// The definition as the client API takes it.
export const tone = { name: "tone", controls: { out: 0, freq: 440, amp: 0.25 }, bytes: () => toneBytes };
