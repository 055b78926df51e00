/// The units behind a definition's controls. `special` is the index of the first control; there is one output per control.
import { ugen } from "./declare.ts";

/// Control: the value of each control in this block; a mapped control reads its bus as it is now. At scalar rate: the value at the start.
export const Control = ugen("Control", {
  rates: "kr ir",
  inputs: {},
  outputs: "caller",
  system: true,
  family: "controls",
  init(_x, _s, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) {
      const map = c.controlMap(c.special + i);
      y[i] = map !== 0 ? c.loadF32(map) : c.control(c.special + i);
    }
    return y;
  },
  tick(_x, _s, _b, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) {
      const map = c.controlMap(c.special + i);
      y[i] = map !== 0 ? c.loadF32(map) : c.control(c.special + i);
    }
    return y;
  },
});
