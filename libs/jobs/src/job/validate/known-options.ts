import { InvalidJobOptionError, type JobsErrorIssue } from '../job.errors.js';
import { nearestName } from './nearest-name.js';

/** Longer names are cut in messages. */
const SHOWN_LENGTH = 50;

/** The names of an interface's options. The compiler refuses a list with a missing or an extra name. */
export function optionNames<T>(names: Record<keyof T, true>): readonly string[] {
  return Object.keys(names);
}

/** One issue per unknown name, or a single issue if `given` is no object with options. */
export function optionNameIssues(
  path: string,
  given: unknown,
  known: readonly string[],
  suggestions: readonly string[] = known,
): JobsErrorIssue[] {
  if (!isOptionsObject(given)) return [noOptions(path, given)];
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  return unknown.map((name) => ({
    path: path ? `${path}.${shown(name)}` : shown(name),
    message: `is not an option; ${adviceFor(name, known, suggestions)}`,
  }));
}

/** Throws `InvalidJobOptionError` if `given` is no object with options. Single options cannot be checked then. */
export function requireOptions(path: string, given: unknown): void {
  if (isOptionsObject(given)) return;
  const issue = noOptions(path, given);
  throw new InvalidJobOptionError(issue.path, issue.message);
}

/** Throws `InvalidJobOptionError` with each unknown option of `given` and the known option that is most like it. */
export function requireKnownOptions(path: string, given: unknown, known: readonly string[]): void {
  const [first, ...others] = optionNameIssues(path, given, known);
  if (first) throw new InvalidJobOptionError(first.path, first.message, 'Correct or remove the options above.', others);
}

function noOptions(path: string, given: unknown): JobsErrorIssue {
  return { path: path || 'options', message: `must be an object with options; it is ${kindOf(given)}` };
}

/** A class instance counts if it has properties. A `Date` or a `Map` has none. */
function isOptionsObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if (Object.keys(value).length > 0) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return `a ${value.constructor?.name ?? 'bare object'}`;
  return `a ${typeof value}`;
}

function adviceFor(name: string, known: readonly string[], suggestions: readonly string[]): string {
  const nearest = nearestName(name, suggestions);
  if (nearest !== null) return `did you mean "${nearest}"?`;
  return known.length === 1 ? `the only one is ${known[0]}` : `the options are ${known.join(', ')}`;
}

function shown(name: string): string {
  return name.length > SHOWN_LENGTH ? `${name.slice(0, SHOWN_LENGTH)}…` : name;
}
