const PIECES = /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

/**
 * The text with spaces in place of comments and of what is in quotes, so that only code is left, each character at its
 * place. A regular expression with quotes in it is not understood.
 */
export function masked(text: string): string {
  return text.replaceAll(PIECES, (piece) => {
    const blank = piece.replaceAll(/[^\n]/g, ' ');
    const quote = piece[0]!;
    return quote === '/' ? blank : quote + blank.slice(1, -1) + quote;
  });
}

const OPENING = '([{';
const CLOSING = ')]}';

/** The place of the bracket that closes the one at `open`, in a masked text. -1 if there is none. */
export function closingOf(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if (OPENING.includes(code[at]!)) depth++;
    if (CLOSING.includes(code[at]!) && --depth === 0) return at;
  }
  return -1;
}

/** The place behind `name:` among the properties of the object that opens at `open`, in a masked text. -1 if it has none. */
export function propertyOf(code: string, open: number, name: string): number {
  const end = closingOf(code, open);
  const property = new RegExp(`(?<![\\w.$])${name}\\s*:\\s*`, 'y');
  for (let at = open + 1; at < end; at++) {
    if (OPENING.includes(code[at]!)) at = closingOf(code, at);
    property.lastIndex = at;
    if (property.test(code)) return property.lastIndex;
  }
  return -1;
}
