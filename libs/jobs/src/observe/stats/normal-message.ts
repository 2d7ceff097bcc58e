const HEX = '[0-9a-fA-F]';
const LETTER_OR_DIGIT = String.raw`[\p{L}\p{N}]`;

/** What differs between two errors of one cause, and what stands for it. Quoted texts are first: they may have the rest. */
const VARIABLE: readonly [pattern: RegExp, placeholder: string][] = [
  [/"[^"]*"|`[^`]*`/g, '"…"'],
  // Not an apostrophe, as in "can't".
  [new RegExp(String.raw`(?<!${LETTER_OR_DIGIT})'[^']*'(?!${LETTER_OR_DIGIT})`, 'gu'), '"…"'],
  [/[^\s@<>()[\]:;,"]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu, '<email>'],
  [new RegExp(String.raw`\b${HEX}{8}(?:-${HEX}{4}){3}-${HEX}{12}\b`, 'g'), '<uuid>'],
  [new RegExp(String.raw`\b0x${HEX}+\b|\b(?=${HEX}*\d)(?=${HEX}*[a-fA-F])${HEX}{8,}\b`, 'g'), '<hex>'],
  [/\d+(?:[.,:]\d+)*/g, '<n>'],
];

/** The first line of an error without what differs each time: quoted texts, addresses, ids and numbers. */
export function normalMessage(error: string): string {
  let message = error.split('\n', 1)[0]!.trim();
  for (const [pattern, placeholder] of VARIABLE) message = message.replace(pattern, placeholder);
  return message;
}

const PLACEHOLDER = /"…"|<(?:email|uuid|hex|n)>/;

/** The longest part of a normal message that the errors themselves have; null if it has none of some length. */
export function searchOf(message: string): string | null {
  const parts = message.split(PLACEHOLDER).map((part) => part.trim());
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  return longest.length >= MIN_SEARCH ? longest.slice(0, MAX_SEARCH) : null;
}

const MIN_SEARCH = 4;
/** As long as the filter `error` may be. */
const MAX_SEARCH = 200;
