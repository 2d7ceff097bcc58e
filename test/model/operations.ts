import fc from 'fast-check';

export const SHARDS = 2;
export const QUEUES = ['default', 'mail'] as const;
export const PROCESSES = 2;
export const MANY_ACTIONS = ['retry', 'cancel', 'delete', 'runNow', 'reschedule'] as const;
export type ManyAction = (typeof MANY_ACTIONS)[number];

export interface JobSpec {
  queue: (typeof QUEUES)[number];
  priority: number;
  delayHours: number;
  maxAttempts: number;
  uniqueKey: string | null;
}

/** How a handler ends; what becomes of the job is for the product, and for the model on its own, to say. */
export type Ending =
  | { how: 'returns'; value?: number }
  | { how: 'throws'; retryAfterHours: number }
  | { how: 'throws permanently' }
  | { how: 'snoozes'; hours: number }
  | { how: 'is aborted by shutdown' }
  | { how: 'is cancelled' };

/**
 * One step of a history. Picks count back from what was made last, so that a step keeps its meaning while others are
 * shrunk away before it; a step that finds nothing to pick does nothing. A late settle picks a run that is over of
 * a job that runs again, if there is one.
 */
export type Operation =
  | { op: 'enqueue'; jobs: JobSpec[]; rolledBack: boolean }
  | { op: 'claim'; process: number; shardOf: number; limit: number }
  | { op: 'settle'; claims: number[]; late: boolean; ending: Ending; inTransaction: boolean }
  | { op: 'report progress'; claim: number; percent: number }
  | { op: 'renew'; process: number }
  | { op: 'upkeep'; process: number }
  | { op: 'stop and start'; process: number }
  | { op: 'cancel'; job: number }
  /** A cancel that saw the job run, and whose transaction commits only now. */
  | { op: 'cancel late'; job: number }
  | { op: 'read cancelled'; process: number }
  | { op: 'sweep requests' }
  | { op: 'retry'; job: number }
  | { op: 'update'; job: number }
  | { op: 'act on many'; action: ManyAction; jobs: number[] }
  | { op: 'prune' }
  | { op: 'time passes'; hours: number };

/** Mostly at once, and mostly by one process: a run that is over matters most while a later one is under way. */
const hours = fc.constantFrom(0, 0, 0, 1, 30);
const process = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat({ max: PROCESSES - 1 }));
const pick = fc.nat({ max: 9 });

const jobSpec: fc.Arbitrary<JobSpec> = fc.record({
  queue: fc.constantFrom(...QUEUES),
  priority: fc.constantFrom(5, 5, 0, 9),
  delayHours: hours,
  maxAttempts: fc.constantFrom(2, 2, 1, 3),
  uniqueKey: fc.constantFrom(null, null, null, 'a', 'b'),
});

const ending: fc.Arbitrary<Ending> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ how: fc.constant('returns' as const) }) },
  fc.record({ how: fc.constant('returns' as const), value: fc.nat({ max: 9 }) }),
  fc.record({ how: fc.constant('throws' as const), retryAfterHours: hours }),
  fc.record({ how: fc.constant('throws permanently' as const) }),
  fc.record({ how: fc.constant('snoozes' as const), hours }),
  fc.record({ how: fc.constant('is aborted by shutdown' as const) }),
  fc.record({ how: fc.constant('is cancelled' as const) }),
);

const step = <T extends Operation['op'], R extends object>(op: T, fields: { [K in keyof R]: fc.Arbitrary<R[K]> }) =>
  fc.record({ op: fc.constant(op), ...fields }) as unknown as fc.Arbitrary<Operation>;

const claims = fc.array(pick, { minLength: 1, maxLength: 3 });
const sometimes = fc.nat({ max: 2 }).map((n) => n === 2);
const rarely = fc.nat({ max: 5 }).map((n) => n === 5);

const weighted: [weight: number, arbitrary: fc.Arbitrary<Operation>][] = [
  [3, step('enqueue', { jobs: fc.array(jobSpec, { minLength: 1, maxLength: 3 }), rolledBack: rarely })],
  [6, step('claim', { process, shardOf: pick, limit: fc.integer({ min: 1, max: 3 }) })],
  [6, step('settle', { claims, late: sometimes, ending, inTransaction: rarely })],
  [1, step('report progress', { claim: pick, percent: fc.integer({ min: 0, max: 100 }) })],
  [1, step('renew', { process })],
  [4, step('upkeep', { process })],
  [1, step('stop and start', { process })],
  [2, step('cancel', { job: pick })],
  [1, step('cancel late', { job: pick })],
  [1, step('read cancelled', { process })],
  [1, step('sweep requests', {})],
  [2, step('retry', { job: pick })],
  [1, step('update', { job: pick })],
  [
    3,
    step('act on many', {
      action: fc.constantFrom(...MANY_ACTIONS),
      jobs: fc.array(pick, { minLength: 1, maxLength: 4 }),
    }),
  ],
  [1, step('prune', {})],
  [2, step('time passes', { hours: fc.constantFrom(1, 30, 8 * 24, 31 * 24) })],
];

/** Any history of up to `maxLength` steps. */
export function histories(maxLength: number): fc.Arbitrary<Operation[]> {
  const operation = fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
  return fc.array(operation, { minLength: 1, maxLength, size: 'max' });
}
