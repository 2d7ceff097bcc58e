import { InvalidJobOptionError } from '../job.errors.js';
import { shownValue } from './option-checks.js';

// oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Throws `InvalidJobOptionError` unless it is a name for the audit: one line of text. */
export function requireActor(actor: unknown): void {
  if (typeof actor !== 'string' || actor.trim() === '' || CONTROL.test(actor) || !actor.isWellFormed())
    throw new InvalidJobOptionError('actor', `must name who acts, in one line; it is ${shownValue(actor)}`);
}
