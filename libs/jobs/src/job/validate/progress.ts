import { InvalidJobOptionError } from '../job.errors.js';
import type { Progress } from '../progress.js';
import { storableText } from '../text/error-text.js';
import type { Redact } from '../text/redact-secrets.js';
import { requireKnownOptions } from './known-options.js';
import { shownValue } from './option-checks.js';

/** In characters. */
export const MAX_NOTE_LENGTH = 200;
/** Longer notes are cut before secrets are looked for, so that no pattern runs over megabytes. */
const MAX_READ_LENGTH = 4 * MAX_NOTE_LENGTH;

/** A percentage, or one with a note. Throws `InvalidJobOptionError`. */
export function checkProgress(given: unknown, redact: Redact): Progress {
  if (typeof given !== 'object' || given === null) return { percent: checkPercent('progress', given), note: null };
  requireKnownOptions('progress', given, ['percent', 'note']);
  const { percent, note = null } = given as { percent: unknown; note?: unknown };
  if (note !== null && typeof note !== 'string')
    throw new InvalidJobOptionError('progress.note', `must be a text; it is ${shownValue(note)}`);
  return { percent: checkPercent('progress.percent', percent), note: note === null ? null : noteText(note, redact) };
}

function checkPercent(path: string, percent: unknown): number {
  if (typeof percent !== 'number' || !Number.isFinite(percent))
    throw new InvalidJobOptionError(path, `is ${shownValue(percent)}; must be a number from 0 to 100`);
  return Math.round(Math.min(Math.max(percent, 0), 100));
}

/** Counted in characters, as PostgreSQL does. */
function noteText(note: string, redact: Redact): string {
  const characters = Array.from(redact(storableText(note.slice(0, MAX_READ_LENGTH))));
  if (characters.length <= MAX_NOTE_LENGTH && note.length <= MAX_READ_LENGTH) return characters.join('');
  return `${characters.slice(0, MAX_NOTE_LENGTH - 1).join('')}…`;
}
