import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Engine } from "../../packages/core/src/engine/index.ts";
import { Model } from "./model.ts";
import { drawTree, engineWith, probe, takeLog } from "./support.ts";

type Command = (engine: Engine, model: Model) => void;

const id = fc.integer({ min: 1, max: 12 });
const target = fc.integer({ min: 0, max: 12 });
const addAction = fc.integer({ min: 0, max: 4 });
const control = fc.constantFrom("action" as const, "inInit" as const);

const commands: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(id, addAction, target).map(
    ([id, action, target]): Command =>
      (engine, model) => {
        const accepted = engine.nodes.newSynth("probe", id, action, target) === null;
        expect(accepted).toBe(model.create(id, false, action, target));
      },
  ),
  fc.tuple(id, addAction, target).map(
    ([id, action, target]): Command =>
      (engine, model) => {
        const accepted = engine.nodes.newGroup(id, action, target) === null;
        expect(accepted).toBe(model.create(id, true, action, target));
      },
  ),
  fc.tuple(id, control, fc.integer({ min: -1, max: 16 })).map(
    ([id, control, action]): Command =>
      (engine, model) => {
        const node = model.find(id);
        if (!node || node.children) return;
        engine.controls.set(id, control, action);
        node[control] = action;
      },
  ),
  fc.tuple(id, fc.boolean()).map(
    ([id, flag]): Command =>
      (engine, model) => {
        engine.nodes.run(id, flag);
        const node = model.find(id);
        if (node && !node.ending) node.paused = !flag;
      },
  ),
  fc.tuple(id, fc.integer({ min: 0, max: 3 }), target).map(
    ([id, action, target]): Command =>
      ({ nodes }, model) => {
        model.move(id, action, target);
        if (action === 0) nodes.moveToHead(target, id);
        else if (action === 1) nodes.moveToTail(target, id);
        else if (action === 2) nodes.moveBefore(id, target);
        else nodes.moveAfter(id, target);
      },
  ),
  id.map(
    (id): Command =>
      (engine, model) => {
        engine.nodes.free(id);
        model.free(id);
      },
  ),
  id.map(
    (id): Command =>
      (engine, model) => {
        engine.nodes.freeAll(id);
        model.freeAll(model.find(id));
      },
  ),
  id.map(
    (id): Command =>
      (engine, model) => {
        engine.nodes.deepFree(id);
        model.deepFree(model.find(id));
      },
  ),
  fc.constant((engine: Engine, model: Model) => {
    engine.process();
    model.process();
  }),
);

describe.each([{ referenceWalk: false }, { referenceWalk: true }])("%j", (options) => {
  test("any sequence of operations leaves the tree that the rules ask for, and gives nodes their turns in order", () => {
    fc.assert(
      fc.property(fc.array(commands, { minLength: 1, maxLength: 60 }), (sequence) => {
        const engine = engineWith([probe], { ...options, audioBuses: 4, controlBuses: 4, buffers: 1, memorySize: 16 });
        const model = new Model();
        for (const command of sequence) {
          command(engine, model);
          expect(visible(drawTree(engine))).toBe(visible(model.draw()));
          expect(takeLog(engine).map(visible)).toEqual(model.log.splice(0).map(visible));
        }
        engine.nodes.freeAll(0);
        // What was moved into itself lies outside the tree.
        for (let id = 1; id <= 12; id++) engine.nodes.free(id);
        expect(engine.pool.used).toBe(0);
      }),
      { numRuns: 400 },
    );
  });
});

/// Hidden IDs differ between the two.
function visible(text: string): string {
  return text.replaceAll(/-\d+/g, "hidden");
}
