const LAST_MS = 8.64e15;

/** The date of a time in the database. Null if it has none, is infinite, or is later or earlier than dates can be. */
export function dateOrNull(ms: number | null): Date | null {
  return ms === null || !(Math.abs(ms) <= LAST_MS) ? null : new Date(ms);
}
