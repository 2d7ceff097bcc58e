/** What XML 1.0 cannot hold, and the carriage return, which its readers turn into a line feed. */
// oxlint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;

/** An underscore that a reader would take for the start of an escape. */
const FALSE_ESCAPE = /_(?=x[0-9a-f]{4}_)/gi;

/**
 * A text as a cell of OOXML holds it, where `_x0041_` stands for the letter A: such a text is escaped itself, and so is
 * what XML cannot hold. Half a surrogate pair, which no file can hold, becomes the replacement character.
 */
export function spreadsheetText(text: string): string {
  return text.toWellFormed().replace(FALSE_ESCAPE, '_x005F_').replace(UNWRITABLE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}
