/** Characters that XML 1.0 cannot hold, and the carriage return, which XML readers turn into a line feed. */
// oxlint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;

/** An underscore that a reader would take as the start of an escape. */
const FALSE_ESCAPE = /_(?=x[0-9a-f]{4}_)/gi;

/**
 * Escapes a text for a cell of OOXML, where `_x0041_` stands for the letter A. Escapes texts that look like that, and
 * characters that XML cannot hold. Half a surrogate pair becomes the replacement character.
 */
export function spreadsheetText(text: string): string {
  return text.toWellFormed().replace(FALSE_ESCAPE, '_x005F_').replace(UNWRITABLE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}
