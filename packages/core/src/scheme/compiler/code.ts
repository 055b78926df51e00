/// A procedure's instructions while they are written: words, jumps to labels, constants and source places.
import type { Interpreter } from "../interpreter.ts";
import { Op } from "../machine/ops.ts";
import { FALSE, Flag, fix, isRef, NONE, Type } from "../words.ts";

/// Instructions that push their result instead of leaving it in the accumulator.
const pushing = new Map<number, number>([
  [Op.CarLocal, Op.PushCarLocal],
  [Op.CdrLocal, Op.PushCdrLocal],
  [Op.AddLocalConstant, Op.PushAddLocalConstant],
  [Op.SubtractLocalConstant, Op.PushSubtractLocalConstant],
]);

export class Code {
  readonly words: number[] = [];
  private readonly labels: number[] = [];
  private readonly jumps: { at: number; label: number }[] = [];
  private readonly constants = new Set<number>();
  /// Alternating: offset of an instruction, source place.
  private readonly places: number[] = [];
  private lastPlace = 0;

  /// Where the last instruction begins, -1 when something may jump to what follows it.
  private last = -1;

  emit(...words: number[]): void {
    this.last = this.words.length;
    for (const word of words) this.words.push(word);
  }

  /// Emits a value as operand and keeps what it refers to alive.
  constant(value: number): number {
    if (isRef(value) && value !== NONE) this.constants.add(value);
    return value;
  }

  label(): number {
    this.labels.push(-1);
    return this.labels.length - 1;
  }

  /// Pushes the accumulator, by the instruction that filled it where that has a form which does.
  push(): void {
    const direct = this.last < 0 ? undefined : pushing.get(this.words[this.last]);
    if (direct === undefined) this.emit(Op.Push);
    else this.words[this.last] = direct;
    this.last = -1;
  }

  mark(label: number): void {
    this.last = -1;
    this.labels[label] = this.words.length;
  }

  /// Emits an instruction whose last operand is the distance to a label.
  jump(label: number, ...words: number[]): void {
    this.emit(...words);
    this.last = -1;
    this.jumps.push({ at: this.words.length, label });
    this.words.push(0);
  }

  place(place: number): void {
    if (place === 0 || place === this.lastPlace) return;
    this.lastPlace = place;
    this.places.push(fix(this.words.length), place);
  }

  /// The finished Code object.
  finish(s: Interpreter, options: { name: number; source: number; file: number; required: number; flags: number; place: number }): number {
    const { heap } = s;
    const { w } = heap;
    for (const { at, label } of this.jumps) this.words[at] = this.labels[label] - at;
    const constants = heap.vector(this.constants.size);
    let i = heap.data(constants);
    for (const value of this.constants) w[i++] = value;
    const places = heap.vector(this.places.length);
    this.places.forEach((p, k) => {
      w[heap.data(places) + k] = p;
    });
    const description = heap.vector(Description.Size, FALSE);
    const d = heap.data(description);
    w[d + Description.Name] = options.name === 0 ? FALSE : options.name;
    w[d + Description.Source] = options.source === 0 ? FALSE : options.source;
    w[d + Description.File] = options.file;
    w[d + Description.Places] = places;
    w[d + Description.Place] = options.place === 0 ? FALSE : options.place;
    const code = heap.object(1 + ((this.words.length + 3) >> 2));
    w[code] = Type.Code | options.flags | (options.required << 12);
    w[code + 1] = constants;
    w[code + 2] = description;
    w[code + 3] = fix(this.words.length);
    w.set(this.words, code + 4);
    return code;
  }
}

/// Fields of a code object's description vector.
export const Description = { Name: 0, Source: 1, File: 2, Places: 3, Place: 4, Parameters: 5, Size: 6 } as const;

export const codeFlags = (rest: boolean, star: boolean): number => (rest ? Flag.Rest : 0) | (star ? Flag.Star : 0);
