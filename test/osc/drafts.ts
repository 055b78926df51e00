/// Definitions that transcripts play.
import { constant, type Draft } from "../engine/support.ts";

export const ok: Draft = { name: "ok" };
export const ctl: Draft = { name: "ctl", controls: { freq: 440, amp: 0 } };
export const arr: Draft = { name: "arr", controls: { a: [1, 2, 3], b: 0.25 } };

const access = { rate: "ar", channels: 1 } as const;
const control = (index: number) => ({ expression: { offset: 0, terms: [{ control: index, factor: 1 }] } });
/// Says that it reads the bus `in` and writes the bus `out`.
const fx: Draft = {
  name: "fx",
  controls: { in: 16, out: 0 },
  buses: [
    { ...access, kind: "in", bus: control(0) },
    { ...access, kind: "out", bus: control(1) },
  ],
};

/// Those of a transcript, by its file's name.
export const draftsOf = (transcript: string): readonly Draft[] => (transcript === "order.osc.txt" ? [fx] : [ok, ctl, arr, constant]);
