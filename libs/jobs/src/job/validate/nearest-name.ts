/** Shorter names are part of other names too often to be a hint. */
const MIN_PART_LENGTH = 3;

/** The known name most like `name`, ignoring case, or null. Of a path, only the last part is compared. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const wanted = name.toLowerCase();
  let nearest: string | null = null;
  let least = Infinity;
  for (const candidate of known) {
    const other = candidate.slice(candidate.lastIndexOf('.') + 1).toLowerCase();
    const edits = editDistance(wanted, other);
    if (edits >= least || !(edits <= allowedEdits(wanted) || isPart(wanted, other))) continue;
    nearest = candidate;
    least = edits;
  }
  return nearest;
}

/** A third of the letters may be wrong, and at least one. */
function allowedEdits(name: string): number {
  return Math.max(1, Math.floor(name.length / 3));
}

function isPart(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= MIN_PART_LENGTH && (a.includes(b) || b.includes(a));
}

/** The number of insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
export function editDistance(from: string, to: string): number {
  let older: number[] = [];
  let old = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const differs = from[row - 1] === to[column - 1] ? 0 : 1;
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const edits = Math.min(old[column]! + 1, current[column - 1]! + 1, old[column - 1]! + differs);
      current.push(isSwap && row > 1 && column > 1 ? Math.min(edits, older[column - 2]! + 1) : edits);
    }
    [older, old] = [old, current];
  }
  return old[to.length]!;
}
