import { setTimeout as delay } from 'node:timers/promises';
import { COMPLETED, FAILED, type RunCase, type Tools } from '../case.js';
import { raise, trapProxy, TRAPS } from '../thing.js';
import { ERRORS } from './errors.js';
import { VALUES } from './values.js';

type Handler = (tools: Tools) => unknown;

const use = (name: string, run: Handler, expected: RunCase['expected']): RunCase => ({
  kind: 'run',
  name: `context: ${name}`,
  run,
  expected,
});

const EFFECT: RunCase['expected'] = { ...COMPLETED, effects: 1 };
const EFFECT_AND_ERROR: RunCase['expected'] = { ...EFFECT, error: true };
const NO_EFFECT: RunCase['expected'] = { ...FAILED, effects: 0 };
/** Whatever becomes of it, nothing that was rolled back may count as done. */
const CONSISTENT: RunCase['expected'] = { status: ['completed', 'failed'], attempts: 1, effects: 'with completion' };

const commit = ({ context, effect }: Tools) => context.transaction(async (manager) => effect(manager));
const hostileError = ({ random }: Tools) => random.pick(ERRORS).make();

const TRANSACTIONS: RunCase[] = [
  use('a transaction', commit, EFFECT),
  use(
    'a transaction taken off its context',
    ({ context: { transaction }, effect }) => transaction((m) => effect(m)),
    EFFECT,
  ),
  use('a transaction that is not awaited', (tools) => void commit(tools), EFFECT),
  use(
    'a slow transaction that is not awaited',
    ({ context, effect }) => {
      void context.transaction(async (manager) => {
        await delay(20);
        await effect(manager);
      });
    },
    EFFECT,
  ),
  use(
    'a transaction that is not awaited and throws',
    ({ context, effect }) => {
      void context.transaction(async (manager) => {
        await effect(manager);
        throw new Error('nobody waits for this');
      });
    },
    CONSISTENT,
  ),
  use(
    'a transaction that is not awaited by a handler that throws',
    (tools) => {
      void commit(tools);
      raise(hostileError(tools));
    },
    CONSISTENT,
  ),
  use(
    'a second transaction',
    async (tools) => {
      await commit(tools);
      await commit(tools);
    },
    EFFECT_AND_ERROR,
  ),
  use(
    'a second transaction whose refusal is caught',
    async (tools) => {
      await commit(tools);
      await commit(tools).then(
        () => tools.complain('a second transaction was not refused'),
        () => {},
      );
    },
    EFFECT,
  ),
  use(
    'a nested transaction',
    ({ context, effect }) =>
      context.transaction(async (manager) => {
        await effect(manager);
        await context.transaction(async (inner) => effect(inner));
      }),
    NO_EFFECT,
  ),
  use(
    'a nested transaction whose refusal is caught',
    ({ context, effect, complain }) =>
      context.transaction(async (manager) => {
        await context
          .transaction(async (inner) => effect(inner))
          .then(
            () => complain('a nested transaction was not refused'),
            () => {},
          );
        await effect(manager);
      }),
    EFFECT,
  ),
  use('two transactions at once', (tools) => Promise.all([commit(tools), commit(tools)]), EFFECT_AND_ERROR),
  use(
    'two transactions at once whose refusals are caught',
    (tools) => Promise.allSettled([commit(tools), commit(tools)]),
    EFFECT,
  ),
  use(
    'five transactions that nobody awaits',
    (tools) => {
      for (let n = 0; n < 5; n++) void commit(tools).catch(() => {});
    },
    EFFECT,
  ),
];

const AROUND: RunCase[] = [
  use(
    'an error after the commit',
    async (tools) => {
      await commit(tools);
      raise(hostileError(tools));
    },
    EFFECT_AND_ERROR,
  ),
  use(
    'a hostile result after the commit',
    async (tools) => {
      await commit(tools);
      return { result: tools.random.pick(VALUES).make() };
    },
    EFFECT,
  ),
  use(
    'an error inside',
    ({ context, effect, ...tools }) =>
      context.transaction(async (manager) => {
        await effect(manager);
        raise(hostileError({ context, effect, ...tools }));
      }),
    NO_EFFECT,
  ),
  use(
    'an error thrown at once inside',
    (tools) => tools.context.transaction(() => raise(hostileError(tools))),
    NO_EFFECT,
  ),
  use(
    'a hostile result inside',
    ({ context, effect, random }) =>
      context.transaction(async (manager) => {
        await effect(manager);
        return { result: random.pick(VALUES).make() };
      }),
    EFFECT,
  ),
  use('work that is no function', ({ context }) => context.transaction(5 as never), NO_EFFECT),
  use('work that returns no promise', ({ context }) => context.transaction((() => 5) as never), {
    ...COMPLETED,
    effects: 0,
  }),
  use(
    'a statement that fails and is caught',
    ({ context, effect }) =>
      context.transaction(async (manager) => {
        await effect(manager);
        await manager.query('select 1 / 0').catch(() => {});
      }),
    NO_EFFECT,
  ),
  use(
    'a transaction after the handler has ended',
    ({ context, effect, complain }) => {
      setTimeout(() => {
        context
          .transaction(async (manager) => effect(manager))
          .then(
            () => complain('a transaction after the end was not refused'),
            () => {},
          );
      }, 60);
    },
    { ...COMPLETED, effects: 0 },
  ),
  use(
    'an ordinary job enqueued inside',
    ({ context, effect, enqueueOrdinary }) =>
      context.transaction(async (manager) => {
        await effect(manager);
        await enqueueOrdinary();
      }),
    EFFECT,
  ),
];

const OTHERS: RunCase[] = [
  use(
    'everything taken off it',
    ({ context: { progress, logger, signal, attempt, idempotencyKey } }) => {
      progress(10);
      logger.log('taken off', attempt);
      signal.throwIfAborted();
      return idempotencyKey.length;
    },
    { ...COMPLETED, result: '36' },
  ),
  use(
    'hostile log lines',
    ({ context, random }) => {
      for (let n = 0; n < 5; n++) context.logger.warn(random.pick(VALUES).make());
    },
    COMPLETED,
  ),
  use(
    'listeners of the signal that throw',
    ({ context, jobs, job }) =>
      new Promise((_, reject) => {
        context.signal.addEventListener('abort', () => reject(trapProxy(new Error('aborted'), TRAPS)));
        void jobs.cancel(job.id);
      }),
    { status: ['cancelled'], attempts: 1 },
  ),
  use(
    'changes of its job',
    ({ job }) => {
      for (const key of ['id', 'payload', 'attempt']) Reflect.set(job, key, 'changed');
      Reflect.deleteProperty(job, 'type');
    },
    COMPLETED,
  ),
  use(
    'an onabort that throws',
    ({ context, jobs, job }) => {
      context.signal.onabort = () => undefined;
      return jobs.cancel(job.id).then(() => delay(20));
    },
    { status: ['completed', 'cancelled'], attempts: 1 },
  ),
];

export const CONTEXT_CASES: readonly RunCase[] = [...TRANSACTIONS, ...AROUND, ...OTHERS];
