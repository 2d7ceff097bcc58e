import type { WrittenOutcome } from '../job/outcome/job-outcome.js';
import { insteadOf } from './instead-of.js';

const refusal = (code: string) => Object.assign(new Error('refused'), { code });
const UNENCODABLE = refusal('22P05');
const RAISED = refusal('P0001');

describe('insteadOf()', () => {
  it.each<[string, WrittenOutcome, unknown, WrittenOutcome | null]>([
    [
      'a retry with its characters spelt out, if the encoding lacks them',
      { kind: 'retried', error: 'Error: a → b … 😀', delayMs: 5 },
      UNENCODABLE,
      { kind: 'retried', error: 'Error: a \\u2192 b \\u2026 \\u{1f600}', delayMs: 5 },
    ],
    [
      'a failure with its characters spelt out, if the encoding lacks them',
      { kind: 'failed', error: 'é →' },
      UNENCODABLE,
      { kind: 'failed', error: '\\u00e9 \\u2192' },
    ],
    [
      'a completion without its result, if that cannot be stored',
      { kind: 'completed', resultJson: '"→"' },
      UNENCODABLE,
      { kind: 'completed', resultJson: null, error: expect.stringContaining('result was not stored') as string },
    ],
    [
      'a failure that says so, if a trigger refuses a completion',
      { kind: 'completed', resultJson: null },
      RAISED,
      { kind: 'failed', error: expect.stringContaining('"completed" could not be stored: Error: refused') as string },
    ],
    [
      'a failure that says so, if a trigger refuses a retry',
      { kind: 'retried', error: 'a → b', delayMs: 5 },
      RAISED,
      { kind: 'failed', error: expect.stringContaining('"retried" could not be stored') as string },
    ],
    ['nothing, if a trigger refuses a failure', { kind: 'failed', error: 'a' }, RAISED, null],
    ['nothing, if a failure in ASCII cannot be stored', { kind: 'failed', error: 'a' }, UNENCODABLE, null],
  ])('gives %s', (_, outcome, error, expected) => {
    expect(insteadOf(outcome, error)).toEqual(expected);
  });
});
