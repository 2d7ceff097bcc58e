import type { Job, JobContext } from '@monstera/jobs';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour, ledgerJob } from './ledger-job.js';

type Handle = (job: Job<typeof ledgerJob>, context: JobContext) => unknown;

const GATE_POLL_MS = 20;

/** What handlers do, by the payload's `does`. */
export const behaviours: Record<Behaviour, Handle> = {
  plain: () => undefined,
  /** Takes a while, and stops as soon as its signal fires. */
  hold: ({ payload }, { signal }) => delay(payload.ms, undefined, { signal }),
  /** Goes on when the harness creates a file, whatever the signal says: the late completion that must be refused. */
  gate: async ({ payload }) => {
    while (!existsSync(payload.gate ?? '')) await delay(GATE_POLL_MS);
    return 'late';
  },
  credit: async ({ id, payload }, context) => {
    await delay(payload.ms);
    await context.transaction(async (manager) => {
      await manager.query('insert into chaos_credits (job_id, amount) values ($1, $2)', [id, payload.amount]);
      await manager.query('update chaos_balances set amount = amount + $1 where account = mod(abs(hashtext($2)), $3)', [
        payload.amount,
        id,
        payload.accounts,
      ]);
    });
  },
  /** As running out of memory or a fault in native code: nothing in the process gets to say anything. */
  crash: async ({ payload }) => {
    if (payload.ms > 0) await delay(payload.ms);
    process.kill(process.pid, 'SIGKILL');
  },
  /** Never lets go of the event loop. */
  block: ({ payload }) => {
    const end = performance.now() + payload.ms;
    while (performance.now() < end);
  },
  fail: () => {
    throw new Error('fails every time');
  },
  unstorable: () => ({ text: `lone surrogate \ud800 and NUL \u0000` }),
  nulError: () => {
    throw new Error('an error with NUL \u0000 and a lone surrogate \ud800 in its text');
  },
};
