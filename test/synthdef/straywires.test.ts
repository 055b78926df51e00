/// Which signal lies before the input of Pitch: the answers were read off scsynth's renderings.
import { expect, test } from "vitest";
import type { UnitSpec } from "../../packages/core/src/synthdef/graph-types.ts";
import { withStrayWires } from "../../packages/core/src/synthdef/straywires.ts";

/// A unit of these names reads the units that its letters name: "x+:ab" is x = a + b, "z>:z" hears z; the last is what Pitch hears.
function strayOf(program: string): string {
  const units: UnitSpec[] = [];
  const places = new Map<string, number>();
  for (const step of program.split(" ")) {
    const [name, reads = ""] = step.split(":");
    const inputs = [...reads].map((letter) => ({ unit: places.get(letter)!, output: 0 }));
    const sink = name.endsWith(">");
    if (!sink) places.set(name[0], units.length);
    units.push({ name, rate: 2, inputs, outputRates: sink ? [] : [2], special: 0 });
  }
  const heard = places.get(program.split(" ").at(-1)![0])!;
  const settings = Array.from({ length: 10 }, () => ({ constant: 1 }));
  units.push({ name: "Pitch", rate: 1, inputs: [{ unit: heard, output: 0 }, ...settings], outputRates: [1, 1], special: 0 });
  // What nobody has read yet is read afterwards.
  const read = (place: number) => units.some(({ inputs }) => inputs.some((ref) => "unit" in ref && ref.unit === place));
  const unread = [...places.values()].filter((place) => place !== heard && !read(place)).map((unit) => ({ unit, output: 0 }));
  units.push({ name: "Out", rate: 2, inputs: unread, outputRates: [], special: 0 });
  const stray = withStrayWires({ units }).at(-2)!.inputs.at(-1)!;
  return "unit" in stray ? units[stray.unit].name[0] : "nothing";
}

test.each([
  ["x", "nothing"],
  ["z x", "z"],
  ["z z>:z x", "nothing"],
  ["a b x+:ba", "a"],
  ["a b x+:ab", "nothing"],
  ["z a b x+:ab", "z"],
  ["z a b x+:ba", "a"],
])("%s: %s", (program, stray) => expect(strayOf(program)).toBe(stray));
