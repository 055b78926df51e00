/// A kernel that cannot be compiled says why, with its line and a caret: the cases of errors.txt.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Engine } from "../../packages/core/src/engine/index.ts";
import { KernelError } from "../../packages/core/src/kernel/diagnostic.ts";
import { f32s, helper, i32, type KernelSpec, signal } from "../../packages/core/src/kernel/language.ts";
import { planDefinition, synthDef } from "../../packages/core/src/synthdef/index.ts";
import { builtins, Out, UGenRegistry, ugen } from "../../packages/core/src/ugens/index.ts";

const { target } = new Engine({ outputs: 2, inputs: 0 });
const twice = helper((x: number) => x * 2);
const forever = helper((x: number, c: { forever(x: number, c: unknown): number }): number => c.forever(x, c));
type Tick = NonNullable<KernelSpec<{ in: typeof signal }, Record<never, never>, undefined, Record<never, never>>["tick"]>;

/// A function from its text, which its `toString` gives back. Text of a method becomes a member of an object.
function fromText(source: string): Tick {
  const method = /^(async )?\*?tick\(/.test(source);
  return new Function(`return ${method ? `({${source}}).tick` : `(${source})`}`)();
}

function messageOf(tick: Tick): string {
  const Wrong = ugen("Wrong", { inputs: { in: signal }, state: { n: i32(), y: 0, line: f32s(4) }, uses: { twice, forever }, tick });
  const { graph } = synthDef("d", { level: 1 }, ({ level }) => Out.ar(0, Wrong.ar({ in: level })));
  try {
    planDefinition(graph, target, new UGenRegistry([...builtins, Wrong]));
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    expect(error.code).toMatch(/^kernel-/);
    return error.message;
  }
  return "no error";
}

const [, ...cases] = readFileSync(new URL("errors.txt", import.meta.url), "utf8").split(/^=== /m);

test.each(
  cases.map((text) => {
    const [name, ...rest] = text.split("\n");
    const [source, message] = rest.join("\n").split(/^---$/m);
    return [name, source.trim(), message.trim()] as const;
  }),
)("%s", (_name, source, message) => {
  expect(messageOf(fromText(source))).toBe(message);
});
