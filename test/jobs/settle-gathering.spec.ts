import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { COMPLETED, type JobOutcome, type WrittenOutcome } from '../../libs/jobs/src/job/outcome/job-outcome.js';
import { hostPool } from '../../libs/jobs/src/store/connection/executors.js';
import { SettleStore } from '../../libs/jobs/src/store/stages/settle.store.js';
import { RunningJob } from '../../libs/jobs/src/slots/running-job.js';
import { SettleBatch } from '../../libs/jobs/src/settle/settle-batch.js';
import { eventually } from '../support/index.js';
import { inTestSchema } from '../support/in-test-schema.js';
import { BreakingExecutor } from './breaking-executor.js';
import { processingJobs } from './processing-jobs.js';
import { TestClock } from '../support/test-clock.js';
import { useDatabase } from '../support/use-database.js';

const RETRIED: WrittenOutcome = { kind: 'retried', error: 'it', delayMs: 60_000 };
/** Longer than anything gathers. */
const GATHERED_MS = 60;

describe('completions that gather', () => {
  const workerId = randomUUID();
  const database = useDatabase();
  let dataSource: DataSource;
  let line: BreakingExecutor;
  let batch: SettleBatch;
  let clock: TestClock;

  beforeAll(async () => {
    dataSource = await database.openDataSource();
  });

  beforeEach(async () => {
    // Time stands still unless a test moves it: whatever is written meanwhile was not waiting for it.
    clock = new TestClock();
    line = new BreakingExecutor(inTestSchema(hostPool(dataSource, true)));
    batch = new SettleBatch({
      clock,
      store: new SettleStore(line),
      workerId,
      onError: () => {},
      mayWrite: () => true,
    });
    await handIn(COMPLETED, 1);
    line.statements.length = 0;
  });

  const running = (count: number) => processingJobs(dataSource, workerId, count);

  const settle = (job: RunningJob, outcome: WrittenOutcome) =>
    new Promise<JobOutcome>((resolve) => batch.settle(job, outcome, (_, settled) => resolve(settled)));

  async function handIn(outcome: WrittenOutcome, count: number): Promise<void> {
    const jobs = await running(count);
    await Promise.all(jobs.map((job) => settle(job, outcome)));
  }

  it('are written together once they have waited', async () => {
    const [first, second] = (await running(2)) as [RunningJob, RunningJob];
    const settled = [settle(first, COMPLETED)];
    await new Promise((resolve) => setImmediate(resolve));
    settled.push(settle(second, COMPLETED));
    expect(line.statements).toEqual([]);
    clock.nowMs += GATHERED_MS;
    expect(await Promise.all(settled)).toEqual([COMPLETED, COMPLETED]);
    expect(line.statements).toEqual(['jobs_settle_completed']);
  });

  it('do not wait after a quiet while', async () => {
    clock.nowMs += GATHERED_MS;
    await handIn(COMPLETED, 1);
    expect(line.statements).toEqual(['jobs_settle_completed']);
  });

  it('go at once together with an outcome that cannot wait', async () => {
    await Promise.all([handIn(COMPLETED, 2), handIn(RETRIED, 1)]);
    expect(line.statements.sort()).toEqual(['jobs_settle_completed', 'jobs_settle_or_cancel']);
  });

  it('go at once when there are enough of them', async () => {
    await handIn(COMPLETED, 100);
    expect(line.statements).toEqual(['jobs_settle_completed']);
  });

  it('do not keep those from going at once that come while a batch is on its way', async () => {
    const early = handIn(COMPLETED, 100);
    await eventually(() => line.statements.length > 0);
    await Promise.all([early, handIn(RETRIED, 1)]);
    expect(line.statements).toEqual(['jobs_settle_completed', 'jobs_settle_or_cancel']);
  });
});
