// Values of the largest size that the defaults allow: 256 KiB as JSON, or slightly less.
const LIMIT = 256 * 1_024;
/** Bytes for the JSON around the value. */
const ENVELOPE = 100;

/** Rows like those of a report or an import: many keys, quotes and numbers. */
export const LARGE_VALUE = rows(LIMIT);
export const LARGE_TEXT = 'what the other side has said about it; '.repeat(LIMIT / 40);

function rows(bytes) {
  const made = [];
  for (let left = bytes - ENVELOPE, id = 1; left > 0; id++) {
    const row = { id, name: `name "${id}"`, email: `user-${id}@example.com`, amount: id * 1.37, paid: id % 2 === 0 };
    left -= JSON.stringify(row).length + 1;
    if (left > 0) made.push(row);
  }
  return { rows: made };
}
