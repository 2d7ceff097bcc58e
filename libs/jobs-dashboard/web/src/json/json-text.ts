/** Finds the end of the text in quotes that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Finds the end of the value that begins at `start`. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at]!;
    if (char === '"') at = endOfString(text, at) - 1;
    else if (char === '{' || char === '[') depth += 1;
    else if (depth === 0 && (char === ',' || char === '}')) return at;
    else if (char === '}' || char === ']') depth -= 1;
  }
  return text.length;
}

/** The members of a JSON object, each as the text that it has there. */
export function membersOf(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let at = text.indexOf('{') + 1;
  for (;;) {
    at = text.indexOf('"', at);
    if (at < 0) return members;
    const nameEnd = endOfString(text, at);
    const start = text.indexOf(':', nameEnd) + 1;
    const end = endOfValue(text, start);
    members.set(JSON.parse(text.slice(at, nameEnd)) as string, text.slice(start, end).trim());
    if (text[end] !== ',') return members;
    at = end + 1;
  }
}

const INDENT = '  ';

/** Lays JSON out in lines. Its values stay letter for letter: JavaScript would round long numbers. */
export function prettyJson(text: string): string {
  let depth = 0;
  let out = '';
  const line = () => `\n${INDENT.repeat(depth)}`;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (char === '"') {
      const end = endOfString(text, at);
      out += text.slice(at, end);
      at = end - 1;
    } else if (char === '{' || char === '[') {
      const close = /^[{[]\s*[}\]]/.exec(text.slice(at, at + 20));
      if (close) {
        out += char + close[0].at(-1);
        at += close[0].length - 1;
      } else {
        depth += 1;
        out += char + line();
      }
    } else if (char === '}' || char === ']') {
      depth -= 1;
      out += line() + char;
    } else if (char === ',') out += char + line();
    else if (char === ':') out += ': ';
    else if (!/\s/.test(char)) out += char;
  }
  return out;
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** JavaScript keeps so many digits of every number. */
const KEPT_DIGITS = 15;

/** The first number of a JSON text that JavaScript would round; null if it keeps all of them. */
export function roundedNumber(text: string): string | null {
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') at = endOfString(text, at) - 1;
    NUMBER.lastIndex = at;
    const number = text[at] === '"' ? undefined : NUMBER.exec(text)?.[0];
    if (number === undefined) continue;
    const digits = number
      .replace(/[eE].*/, '')
      .replace(/[-.]/g, '')
      .replace(/^0+/, '');
    if (digits.length > KEPT_DIGITS || !Number.isFinite(Number(number))) return number;
    at += number.length - 1;
  }
  return null;
}
