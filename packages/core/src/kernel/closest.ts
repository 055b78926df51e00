/// The known names that a misspelt one may have meant.

/// " Did you mean …?" with up to three of `known` that differ from `name` by a few letters; "" when none does.
export function didYouMean(name: string, known: Iterable<string>): string {
  const close = [...new Set(known)]
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, name.length / 3) && distance < Math.min(name.length, candidate.length))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3);
  return close.length > 0 ? ` Did you mean ${close.map(({ candidate }) => candidate).join(", ")}?` : "";
}

/// Letters inserted, left out or replaced between two words (Levenshtein).
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
