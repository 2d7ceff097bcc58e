import { defineJob } from '@monstera/jobs';
import { setTimeout as delay } from 'node:timers/promises';
import { COMPLETED, FAILED, type Case, type Expected, type RunCase } from './case.js';
import { CONTEXT_CASES } from './cases/context-cases.js';
import { RETURNS, THROWS } from './cases/deliveries.js';
import { enqueueCase } from './cases/enqueue-cases.js';
import { causedBy, ERRORS, HOSTILE_SNOOZES, mayBePermanent } from './cases/errors.js';
import { NUMBER_CASES } from './cases/number-cases.js';
import { ANYTHING, SCHEMA_CASES } from './cases/schema-cases.js';
import { VALUES, wrapped } from './cases/values.js';
import { Random } from './random.js';
import type { Thing } from './thing.js';

export const hostile = defineJob({ type: 'hostile', payload: ANYTHING, maxAttempts: 1, timeoutMs: 5_000 });
export const accepted = defineJob({ type: 'accepted', payload: ANYTHING, maxAttempts: 1 });

const TWICE = { maxAttempts: 2, retry: { type: 'fixed', initialDelayMs: 1, maxDelayMs: 1, jitter: 0 } } as const;

/** Input number `n` of the seed: always the same, whatever came before it. */
export function caseOf(seed: number, n: number): Case {
  const random = Random.forInput(seed, n);
  const dice = random.below(100);
  if (dice < 34) return errorCase(random);
  if (dice < 60) return resultCase(random);
  if (dice < 76) return random.pick(CONTEXT_CASES);
  if (dice < 84) return random.pick(NUMBER_CASES);
  if (dice < 91) return random.pick(SCHEMA_CASES);
  if (dice < 93) return cancelCase(random);
  return enqueueCase(accepted, random);
}

function errorCase(random: Random): RunCase {
  if (random.chance(0.03)) return snoozeCase(random.pick(HOSTILE_SNOOZES));
  const plain = random.pick(ERRORS);
  const error = random.chance(0.25) ? causedBy(plain, random.chance(0.5)) : plain;
  const { name: how, deliver, ambiguous = false } = random.pick(THROWS);
  // What an error says of its retry is read only where there may be one.
  const twice = random.chance(0.6);
  return {
    kind: 'run',
    name: `error: ${error.name}, ${how}${twice ? ', with two attempts' : ''}`,
    ...(twice && { options: TWICE }),
    run: () => deliver(error.make()),
    expected: ambiguous ? { status: ['completed', 'failed'] } : expectedOfError(error, twice),
  };
}

function expectedOfError(error: Thing, twice: boolean): Expected {
  if (!twice) return FAILED;
  return mayBePermanent(error) ? { status: ['completed', 'failed'] } : { status: ['completed'], attempts: 2 };
}

function snoozeCase({ name, make }: Thing): RunCase {
  return {
    kind: 'run',
    name: `error: ${name}`,
    run: () => Promise.reject(make()),
    expected: { status: ['completed', 'failed'], attempts: 1 },
  };
}

function resultCase(random: Random): RunCase {
  const plain = random.pick(VALUES);
  const isWrapped = random.chance(0.5);
  const value = isWrapped ? wrapped(plain, random.below(100)) : plain;
  const { name: how, deliver, ambiguous = false } = random.pick(RETURNS);
  return {
    kind: 'run',
    name: `result: ${value.name}, ${how}`,
    run: () => deliver(value.make()),
    expected: ambiguous || value.touchy ? { status: ['completed', 'failed'], attempts: 1 } : expectedOfResult(value),
  };
}

const MAX_RESULT_BYTES = 256 * 1024;

/** What JSON makes of it is stored; what JSON cannot take is not, and the job says so. */
function expectedOfResult({ make }: Thing): Expected {
  try {
    const text = JSON.stringify(make()) as string | undefined;
    if (text === undefined) return { ...COMPLETED, result: null };
    if (Buffer.byteLength(text) > MAX_RESULT_BYTES) return { ...COMPLETED, result: null, error: true };
    // PostgreSQL takes neither, and nobody said what is to be made of them.
    if (/\\u0000|\\ud8|__proto__/.test(text) || /(\[{65}|({"[^"]+":){65})/.test(text)) return COMPLETED;
    return { ...COMPLETED, result: text };
  } catch {
    return { ...COMPLETED, result: null, error: true };
  }
}

/** Cancels itself, and then ends in a way that would run it again. */
function cancelCase(random: Random): RunCase {
  const error = random.pick(ERRORS.filter((thing) => !mayBePermanent(thing)));
  const waits = random.chance(0.5);
  return {
    kind: 'run',
    name: `cancel: cancelled while it runs, then ${error.name}${waits ? ', after the abort' : ''}`,
    options: { maxAttempts: 3, retry: TWICE.retry },
    run: async ({ jobs, job }) => {
      await jobs.cancel(job.id);
      if (waits) await delay(20);
      throw error.make() as Error;
    },
    expected: { status: ['cancelled'], attempts: 1 },
  };
}
