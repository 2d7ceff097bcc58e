import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { defineJob, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { useHost } from './use-host.js';

const SLOTS = 20;
/** What suspects may have of them. */
const GROUP = 6;
const HELD = 20;
const OTHERS = 200;
const HOLD_MS = 300;

const work = defineJob({ type: 'work', payload: z.object({ rescued: z.boolean().default(false) }) });

const running = { rescued: 0, others: 0 };
const seen = { mostRescued: 0, mostOthersBesideRescued: 0 };

@Injectable()
@ProcessesJob(work)
class WorkProcessor implements JobProcessor<typeof work> {
  async process({ payload }: Job<typeof work>): Promise<void> {
    const kind = payload.rescued ? 'rescued' : 'others';
    running[kind]++;
    seen.mostRescued = Math.max(seen.mostRescued, running.rescued);
    if (running.rescued > 0) seen.mostOthersBesideRescued = Math.max(seen.mostOthersBesideRescued, running.others);
    await delay(HOLD_MS);
    running[kind]--;
  }
}

describe('after a crash that took a worker’s jobs along', () => {
  const host = useHost({
    providers: [WorkProcessor],
    jobs: { concurrency: SLOTS, lease: { renewMs: 100, fenceAfterMs: 10_000, deadAfterMs: 15_000 } },
  });

  const count = async (condition: string): Promise<number> =>
    (await host.dataSource.query<{ n: number }[]>(`select count(*)::int as n from jobs where ${condition}`))[0]!.n;

  /** What a dead worker held falls due at its rescue, and the others right behind it. */
  async function crash(): Promise<void> {
    const worker = randomUUID();
    await host.dataSource.transaction(async (manager) => {
      await manager.query(
        `insert into job_workers (id, host, pid, version, queues, slots, dead_at)
         values ($1, 'node-7', 42, '1', '{default}', 1, now())`,
        [worker],
      );
      await manager.query(
        `insert into jobs (type, payload, status, worker_id, started_at, attempts, run)
         select 'work', '{"rescued": true}', 'processing', $1, now(), 1, 1 from generate_series(1, $2)`,
        [worker, HELD],
      );
      await manager.query(
        `insert into jobs (type, payload, scheduled_at)
         select 'work', '{}', now() + interval '700 milliseconds' from generate_series(1, $1)`,
        [OTHERS],
      );
    });
  }

  it('runs them again in some of its slots, while all others go on in the rest', async () => {
    await crash();
    await eventually(async () => expect(await count(`status = 'completed' and crashes = 1`)).toBe(HELD), {
      timeoutMs: 15_000,
    });
    await eventually(async () => expect(await count(`status = 'completed'`)).toBe(HELD + OTHERS), {
      timeoutMs: 15_000,
    });
    expect(await count(`status = 'completed' and crashes = 0`)).toBe(OTHERS);
    expect(await count('attempts <> 1 + crashes')).toBe(0);
    expect(seen.mostRescued).toBeLessThanOrEqual(2 * GROUP);
    expect(seen.mostOthersBesideRescued).toBeGreaterThanOrEqual(SLOTS - 2 * GROUP);
  }, 60_000);
});
