import { RetryJobError, SnoozeJobError } from '@monstera/jobs';
import { COMPLETED, FAILED, type RunCase } from '../case.js';
import { trap } from '../thing.js';

/** No number of milliseconds at all. */
const NO_NUMBERS: [string, unknown][] = [
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['undefined', undefined],
  ['null', null],
  ['the text "5"', '5'],
  ['a Retry-After that is a date', Number('Wed, 21 Oct 2026 07:28:00 GMT')],
  ['a BigInt', 5n],
  ['a Date', new Date()],
  ['a list', [5]],
  ['a symbol', Symbol('odd')],
  ['an object whose valueOf throws', { valueOf: () => trap('valueOf') }],
];

/** Numbers that can be read in more than one way: an error, or the nearest that can be waited. */
const ODD_NUMBERS: [string, number][] = [
  ['-1', -1],
  ['-0', -0],
  ['0.5', 0.5],
  ['1e308', 1e308],
  ['2^53', 2 ** 53],
];

const TWICE = { maxAttempts: 2, retry: { type: 'fixed', initialDelayMs: 1, maxDelayMs: 1, jitter: 0 } } as const;

const odd = (name: string, run: RunCase['run'], expected: RunCase['expected']): RunCase => ({
  kind: 'run',
  name: `number: ${name}`,
  run,
  expected,
});

/** A SnoozeJobError makes a text of its number, which a symbol does not take; then that is what the handler throws. */
const SNOOZES = NO_NUMBERS.flatMap(([what, value]) => [
  odd(`a snooze of ${what}`, () => Promise.reject(new SnoozeJobError(value as number)), FAILED),
  {
    ...odd(`a snooze of ${what}, with two attempts`, () => Promise.reject(new SnoozeJobError(value as number)), {
      status: ['completed'],
      attempts: 2,
    }),
    options: TWICE,
  },
]);

const RETRIES = NO_NUMBERS.flatMap(([what, value]) => [
  odd(`a retry after ${what}`, () => Promise.reject(new RetryJobError('odd', value as number)), FAILED),
  {
    ...odd(
      `a retry after ${what}, with two attempts`,
      () => Promise.reject(new RetryJobError('odd', value as number)),
      {
        status: ['completed'],
        attempts: 2,
      },
    ),
    options: TWICE,
  },
]);

const UNCLEAR = ODD_NUMBERS.map(([what, value]) =>
  odd(`a snooze of ${what}`, () => Promise.reject(new SnoozeJobError(value)), {
    status: ['failed', 'completed', 'pending'],
  }),
);

const PROGRESS = NO_NUMBERS.map(([what, value]) =>
  odd(
    `progress of ${what}, fifty times`,
    ({ context }) => {
      for (let n = 0; n < 50; n++) context.progress(value as number);
    },
    { status: ['completed', 'failed'], attempts: 1, progressIsNot: 0 },
  ),
);

const FLOODS: RunCase[] = [
  odd(
    'progress of 100, 500 times',
    ({ context }) => {
      for (let n = 0; n < 500; n++) context.progress(100);
    },
    COMPLETED,
  ),
  odd(
    'progress after the end',
    ({ context }) => {
      setTimeout(() => {
        try {
          for (let n = 0; n < 50; n++) context.progress(100);
        } catch {
          // A refusal is as good as silence.
        }
      }, 5);
    },
    COMPLETED,
  ),
  odd('five snoozes of 1 ms', ({ random }) => Promise.reject(new SnoozeJobError(random.below(2))), COMPLETED),
];

export const NUMBER_CASES: readonly RunCase[] = [...SNOOZES, ...RETRIES, ...UNCLEAR, ...PROGRESS, ...FLOODS];
