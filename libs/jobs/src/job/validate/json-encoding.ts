import type { JobsErrorIssue } from '../job.errors.js';

/** Deeper values are refused: they are mistakes, and parsers may fail on them. */
export const MAX_JSON_DEPTH = 64;

const MAX_ISSUES = 20;

/**
 * What keeps a value from surviving JSON and `jsonb` unchanged, each issue with its path. Empty if nothing does.
 *
 * `undefined`, functions, class instances and NaN change on the way. PostgreSQL refuses U+0000 and lone surrogates.
 * Whole numbers beyond 2^53 are rounded. `__proto__` keys are attacks or mistakes.
 */
export function jsonIssues(value: unknown, root: string): JobsErrorIssue[] {
  const issues: JobsErrorIssue[] = [];
  visit(value, root, [], issues);
  return issues;
}

/** The path of a `__proto__` key in parsed JSON, or null if there is none. */
export function protoKeyPath(value: unknown, path: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (Object.hasOwn(value, '__proto__')) return `${path}.__proto__`;
  // `for in` allocates no list of keys for each job that starts.
  for (const key in value) {
    const entry = (value as Record<string, unknown>)[key];
    const found = typeof entry === 'object' ? protoKeyPath(entry, `${path}.${key}`) : null;
    if (found !== null) return found;
  }
  return null;
}

function visit(value: unknown, path: string, parents: object[], issues: JobsErrorIssue[]): void {
  if (issues.length >= MAX_ISSUES) return;
  const message = typeof value === 'object' && value !== null ? containerIssue(value, parents) : scalarIssue(value);
  if (message !== null) {
    issues.push({ path, message });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const inside = [...parents, value];
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) visit(value[i], `${path}[${i}]`, inside, issues);
    return;
  }
  for (const [key, entry] of Object.entries(value)) {
    const problem = keyIssue(key);
    if (problem) issues.push({ path: `${path}.${JSON.stringify(key)}`, message: problem });
    else visit(entry, `${path}.${key}`, inside, issues);
  }
}

function scalarIssue(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return textIssue(value);
    case 'number':
      if (!Number.isFinite(value)) return `${value} cannot be written as JSON; use null or a string`;
      if (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21)
        return `${value} is beyond 2^53 and would be rounded; use a string`;
      return null;
    case 'bigint':
      return 'a BigInt cannot be written as JSON; use a string';
    case 'undefined':
      return 'undefined cannot be written as JSON; leave it out or use null';
    case 'function':
    case 'symbol':
      return `a ${typeof value} cannot be written as JSON`;
    default:
      return null;
  }
}

function containerIssue(value: object, parents: object[]): string | null {
  if (parents.includes(value)) return 'refers to itself';
  if (parents.length >= MAX_JSON_DEPTH) return `is nested deeper than ${MAX_JSON_DEPTH} levels`;
  if (value instanceof Date) return 'a Date would come back as text; use its toISOString()';
  if (!isPlain(value)) {
    const kind = Array.isArray(value) ? 'array' : 'object';
    return `an instance of ${value.constructor?.name ?? 'a class'} would come back as a plain ${kind}`;
  }
  if (Object.getOwnPropertySymbols(value).length > 0) return 'has a symbol as key, which JSON leaves out';
  if (Array.isArray(value) && Object.keys(value).length > value.length)
    return 'has named properties beside its elements, which JSON leaves out';
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return 'has a toJSON method';
  return null;
}

/**
 * Judged by the length of the prototype chain, not by `Object.prototype` itself. The objects of `response.json()` in a
 * test runner's sandbox are plain too, but of another realm.
 */
function isPlain(value: object): boolean {
  const base: unknown = Array.isArray(value) ? Object.getPrototypeOf(value) : value;
  const prototype: unknown = Object.getPrototypeOf(base ?? value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function keyIssue(key: string): string | null {
  if (key === '__proto__') return 'this key is not allowed';
  return textIssue(key);
}

function textIssue(text: string): string | null {
  if (text.includes('\u0000')) return 'has the character U+0000, which PostgreSQL cannot store';
  if (!text.isWellFormed()) return 'has a lone surrogate, which PostgreSQL cannot store';
  return null;
}
