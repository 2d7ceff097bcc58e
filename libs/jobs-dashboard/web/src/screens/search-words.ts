/** What the server puts for numbers and ids that differ between the errors of a group. */
const PLACEHOLDER = /<[^<>]*>|[#*…]|\d+|\n/u;

const MOST = 200;
const LEAST = 3;

/** The longest part of a group's message that each of its errors has, letter for letter; empty if there is none. */
export function searchWords(message: string): string {
  const parts = message.split(PLACEHOLDER).map((part) => part.trim());
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  return longest.length < LEAST ? '' : longest.slice(0, MOST).trim();
}
