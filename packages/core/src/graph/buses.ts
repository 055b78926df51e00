/// Bus programs (section 14): the order that synths really need among each other, found from their bus reads and writes.

/// One access: `in` reads what has been written in this cycle, `infb` also what the last one left; `out` mixes, `replace` overwrites, `xout` reads
/// and overwrites.
export interface BusOp {
  readonly op: "in" | "infb" | "out" | "replace" | "xout";
  readonly bus: number;
}

/// A synth and its accesses in the order in which it makes them.
export interface BusSynth {
  readonly id: string;
  readonly ops: readonly BusOp[];
}

/// What one read hears: the left fold of these writers' terms, silence for none.
export interface BusRead {
  readonly synth: string;
  readonly bus: number;
  readonly terms: readonly string[];
  /// A feedback read without a writer before it: hears the last cycle.
  readonly previousCycle: boolean;
}

export interface BusProgram {
  /// [before, after]: true dependencies only; reusing a bus orders nothing (D4).
  readonly deps: readonly (readonly [string, string])[];
  readonly level: Readonly<Record<string, number>>;
  /// Synths on the longest chain of dependencies, and on the longest chain if every write waited for earlier reads and writes of its bus.
  readonly criticalPath: number;
  readonly criticalPathWithoutRenaming: number;
  readonly reads: readonly BusRead[];
  /// What each bus holds at the end of the cycle.
  readonly final: Readonly<Record<string, readonly string[]>>;
}

const readsBus = ({ op }: BusOp): boolean => op === "in" || op === "infb" || op === "xout";
const writesBus = ({ op }: BusOp): boolean => op === "out" || op === "replace" || op === "xout";

/// Follows the versions of every bus through the tree order (D2, D3).
export function busProgram(synths: readonly BusSynth[]): BusProgram {
  const versions = new Map<number, readonly string[]>();
  const level = new Map<string, number>();
  const deps: [string, string][] = [];
  const reads: BusRead[] = [];
  for (const synth of synths) {
    const waitsFor = new Set<string>();
    for (const access of synth.ops) {
      const { op, bus } = access;
      const written = versions.get(bus);
      const terms = written ?? [];
      if (readsBus(access)) {
        for (const id of terms) if (id !== synth.id) waitsFor.add(id);
        reads.push({ synth: synth.id, bus, terms, previousCycle: op === "infb" && written === undefined });
      }
      if (op === "out") versions.set(bus, [...terms, synth.id]);
      else if (writesBus(access)) versions.set(bus, [synth.id]);
    }
    let own = 0;
    for (const id of waitsFor) {
      deps.push([id, synth.id]);
      own = Math.max(own, level.get(id)! + 1);
    }
    level.set(synth.id, own);
  }
  return {
    deps: deps.sort((a, b) => (a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? -1 : 1)),
    level: Object.fromEntries(level),
    criticalPath: 1 + [...level.values()].reduce((a, b) => Math.max(a, b), -1),
    criticalPathWithoutRenaming: serialPath(synths),
    reads,
    final: Object.fromEntries([...versions].map(([bus, terms]) => [String(bus), terms])),
  };
}

/// The longest chain when a write waits for every earlier access of its bus, and a read for every earlier write.
function serialPath(synths: readonly BusSynth[]): number {
  const written = new Map<number, number>();
  const touched = new Map<number, number>();
  let longest = 0;
  for (const { ops } of synths) {
    let length = 1;
    for (const access of ops) {
      const earlier = (writesBus(access) ? touched : written).get(access.bus) ?? 0;
      length = Math.max(length, earlier + 1);
    }
    for (const access of ops) {
      touched.set(access.bus, Math.max(touched.get(access.bus) ?? 0, length));
      if (writesBus(access)) written.set(access.bus, Math.max(written.get(access.bus) ?? 0, length));
    }
    longest = Math.max(longest, length);
  }
  return longest;
}
