/// Filters that are not linear: a limit on the slope, and the running median.
import { atInit, f32s, f64, i32, i32s, perBlock, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// Slew (in, up 1, dn 1): follows `in` with at most `up` per second upwards and `dn` per second downwards.
export const Slew = ugen("Slew", {
  rates: "ar kr",
  family: "filters",
  inputs: { in: signal, up: perBlock(1), dn: perBlock(1) },
  state: { level: f64() },
  start: "step",
  init({ in: x }, s) {
    s.level = x;
  },
  block({ up, dn }, _s, c) {
    return { most: c.f32(up) * c.f32(c.period), least: -c.f32(dn) * c.f32(c.period) };
  },
  tick({ in: x }, s, { most, least }, c) {
    s.level += c.clip(x - s.level, least, most);
    return s.level;
  },
});

/// Median (length 3, in): the middle one of the last `length` samples, at most 32; of an even number the upper of the two.
export const Median = ugen("Median", {
  rates: "ar kr",
  family: "filters",
  inputs: { length: atInit(3), in: signal },
  state: { sorted: f32s(32), age: i32s(32), n: i32() },
  start: "step",
  init({ length, in: x }, s, c) {
    s.n = c.clip(c.tr(length), 1, 32);
    for (let i = 0; i < 32; i++) {
      s.sorted[i] = x;
      s.age[i] = i;
    }
  },
  tick({ in: x }, s) {
    const last = s.n - 1;
    let at = 0;
    for (let i = 0; i <= last; i++) {
      if (s.age[i] >= last) at = i;
      else s.age[i] += 1;
    }
    // The oldest makes room: what lies between its place and the new one's moves by one.
    while (at > 0 && s.sorted[at - 1] > x) {
      s.sorted[at] = s.sorted[at - 1];
      s.age[at] = s.age[at - 1];
      at -= 1;
    }
    while (at < last && s.sorted[at + 1] < x) {
      s.sorted[at] = s.sorted[at + 1];
      s.age[at] = s.age[at + 1];
      at += 1;
    }
    s.sorted[at] = x;
    s.age[at] = 0;
    return s.sorted[s.n >> 1];
  },
});
