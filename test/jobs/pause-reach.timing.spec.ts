import { Injectable } from '@nestjs/common';
import { defineJob, JobQueues, ProcessesJob, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const mail = defineJob({ type: 'mail', payload: z.object({}), queue: 'mail' });

@Injectable()
@ProcessesJob(mail)
class MailProcessor implements JobProcessor<typeof mail> {
  async process(): Promise<void> {}
}

const WORKERS = 8;
/** `MONSTERA_PAUSES=100` is the full run. */
const PAUSES = Number(process.env.MONSTERA_PAUSES ?? 3);

/** How long each pause took to reach the last worker. */
describe(`a pause among ${WORKERS} workers that are busy`, () => {
  const database = useDatabase();
  let workers: Host[];
  let office: Host;
  let isLoaded = true;
  let loading: Promise<void>;

  beforeAll(async () => {
    database.closeFirst(async () => {
      isLoaded = false;
      await loading;
      await Promise.all([...workers, office].map((host) => host.close()));
    });
    const { url } = database;
    office = await startHost({ url, jobs: { role: 'producer' } });
    workers = await Promise.all(
      Array.from({ length: WORKERS }, () => startHost({ url, providers: [MailProcessor], poolSize: 3 })),
    );
    await eventually(() => workers.every((worker) => status(worker).listening));
    loading = load();
  }, 120_000);

  const status = (host: Host) => host.get<WorkerStatus>(WorkerStatus, { strict: false });

  async function load(): Promise<void> {
    while (isLoaded)
      await office.jobs.enqueueMany(
        mail,
        Array.from({ length: 20 }, () => ({ payload: {} })),
      );
  }

  async function reaches(condition: (host: Host) => boolean): Promise<number> {
    const sinceMs = performance.now();
    await eventually(() => workers.every(condition), { timeoutMs: 10_000, intervalMs: 2 });
    return performance.now() - sinceMs;
  }

  it(`reaches them all within a second, ${PAUSES} of ${PAUSES} times`, async () => {
    const tookMs: number[] = [];
    for (let n = 0; n < PAUSES; n++) {
      await office.get(JobQueues).pause('mail');
      tookMs.push(await reaches((host) => status(host).pausedQueues.includes('mail')));
      await office.get(JobQueues).resume('mail');
      await reaches((host) => status(host).pausedQueues.length === 0);
    }
    const sorted = tookMs.toSorted((one, other) => one - other);
    const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1]!);
    if (PAUSES > 10) process.stderr.write(`${PAUSES} pauses: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms\n`);
    expect(tookMs).toHaveLength(PAUSES);
    expect(sorted.at(-1)).toBeLessThan(1_000);
  }, 300_000);
});
