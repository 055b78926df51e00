/// Damage to JSON values: what a reader of cases must refuse or understand.
import type { Random } from "./mutate.ts";

/// Values that have no place anywhere in a case.
const odd = [null, -1, 1e300, 0.5, "x", "a.o0", "a.i99999999", "", [], {}, [null], true, 4294967296, "__proto__"];

/// A copy with one to three values replaced, removed or put elsewhere as well.
export function mutateJson(value: unknown, random: Random): unknown {
  const places: [Record<string, unknown>, string][] = [];
  const collect = (v: unknown): void => {
    if (typeof v !== "object" || v === null) return;
    for (const key of Object.keys(v)) {
      places.push([v as Record<string, unknown>, key]);
      collect((v as Record<string, unknown>)[key]);
    }
  };
  const copy = structuredClone(value);
  collect(copy);
  for (let n = 1 + random(3); n > 0; n--) {
    const [parent, key] = places[random(places.length)];
    const how = random(3);
    if (how === 0) parent[key] = structuredClone(odd[random(odd.length)]);
    else if (how === 1) delete parent[key];
    else {
      const [other, otherKey] = places[random(places.length)];
      parent[key] = structuredClone(other[otherKey]);
    }
  }
  return copy;
}
