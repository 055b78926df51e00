/// Mouse and keyboard as signals. The position is 0, nothing is pressed, until a host says otherwise, as in a server without a screen: they rest at the
/// value of position 0.
import { atInit, perBlock } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

const doc = "What it gives at position 0, where it stays without a screen: min.";
const rest = { rates: "kr", family: "interaction", doc } as const;
const axis = { min: perBlock(0), max: perBlock(1), warp: atInit(0), lag: perBlock(0.2) };

/// MouseX, MouseY (min 0, max 1, warp 0, lag 0.2 s): position * (max - min) + min, or (max / min)^position * min with warp 1.
const pointer = (name: string) =>
  ugen(name, {
    ...rest,
    inputs: axis,
    tick({ min }) {
      return min;
    },
  });
export const MouseX = pointer("MouseX");
export const MouseY = pointer("MouseY");

/// MouseButton (min 0, max 1, lag 0.2 s): max while a button is held.
export const MouseButton = ugen("MouseButton", {
  ...rest,
  inputs: { min: perBlock(0), max: perBlock(1), lag: perBlock(0.2) },
  tick({ min }) {
    return min;
  },
});

/// KeyState (keycode 0, min 0, max 1, lag 0.2 s): max while the key is held.
export const KeyState = ugen("KeyState", {
  ...rest,
  inputs: { keycode: perBlock(0), min: perBlock(0), max: perBlock(1), lag: perBlock(0.2) },
  tick({ min }) {
    return min;
  },
});
