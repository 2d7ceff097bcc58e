export interface BatchBounds {
  rows: number;
  bytes: number;
}

/** Limit on the payloads of one statement, in bytes. Client and server need several times as much memory for it. */
export const MAX_STATEMENT_BYTES = 4 * 1024 * 1024;

/** The most bytes that a UTF-16 code unit takes in UTF-8. With it, most payloads need no exact measuring. */
const MAX_BYTES_PER_UNIT = 3;

/** How many items from `start` on fit into one statement. At least one. */
export function fitting<T>(
  items: readonly T[],
  payloadOf: (item: T) => string,
  { rows, bytes }: BatchBounds,
  start = 0,
): number {
  const end = Math.min(items.length, start + rows);
  let units = 0;
  for (let i = start; i < end; i++) units += payloadOf(items[i]!).length;
  if (units * MAX_BYTES_PER_UNIT <= bytes) return end - start;
  let left = bytes;
  for (let i = start; i < end; i++) {
    left -= Buffer.byteLength(payloadOf(items[i]!));
    if (left < 0) return Math.max(1, i - start);
  }
  return end - start;
}
