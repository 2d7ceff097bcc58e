import type { WrittenOutcome } from '../job/job-outcome.js';
import { insteadOf } from './instead-of.js';

const refusal = (code: string) => Object.assign(new Error('refused'), { code });
const UNENCODABLE = refusal('22P05');
const RAISED = refusal('P0001');

describe('instead of an outcome that cannot be written', () => {
  it.each<[string, WrittenOutcome, unknown, WrittenOutcome | null]>([
    [
      'a retry whose error the encoding lacks, the retry with the characters spelt out',
      { kind: 'retried', error: 'Error: a → b … 😀', delayMs: 5 },
      UNENCODABLE,
      { kind: 'retried', error: 'Error: a \\u2192 b \\u2026 \\u{1f600}', delayMs: 5 },
    ],
    [
      'a failure whose error the encoding lacks, the failure',
      { kind: 'failed', error: 'é →' },
      UNENCODABLE,
      { kind: 'failed', error: '\\u00e9 \\u2192' },
    ],
    [
      'a result that cannot be stored, the completion without it',
      { kind: 'completed', resultJson: '"→"' },
      UNENCODABLE,
      { kind: 'completed', resultJson: null, error: expect.stringContaining('result was not stored') as string },
    ],
    [
      'a completion that a trigger refuses, a failure that says so',
      { kind: 'completed', resultJson: null },
      RAISED,
      { kind: 'failed', error: expect.stringContaining('"completed" could not be stored: Error: refused') as string },
    ],
    [
      'a retry that a trigger refuses, a failure that says so',
      { kind: 'retried', error: 'a → b', delayMs: 5 },
      RAISED,
      { kind: 'failed', error: expect.stringContaining('"retried" could not be stored') as string },
    ],
    ['a failure that a trigger refuses, nothing', { kind: 'failed', error: 'a' }, RAISED, null],
    [
      'a failure in plain characters that the encoding lacks, nothing',
      { kind: 'failed', error: 'a' },
      UNENCODABLE,
      null,
    ],
  ])('of %s', (_, outcome, error, expected) => {
    expect(insteadOf(outcome, error)).toEqual(expected);
  });
});
