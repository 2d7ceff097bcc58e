import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { JobOutcome, WrittenOutcome } from '../../libs/jobs/src/job/outcome/job-outcome.js';
import { hostPool } from '../../libs/jobs/src/store/connection/executors.js';
import { SettleStore } from '../../libs/jobs/src/store/stages/settle.store.js';
import type { ClaimedRow } from '../../libs/jobs/src/store/sql/claim/claim-jobs.sql.js';
import { RunningJob } from '../../libs/jobs/src/slots/running-job.js';
import { SettleBatch } from '../../libs/jobs/src/settle/settle-batch.js';
import { inTestSchema } from '../support/in-test-schema.js';
import { isPooled } from '../support/pooler.js';
import { BreakingExecutor } from './breaking-executor.js';
import { systemClock } from '../../libs/jobs/src/support/time/clock.js';
import { useDatabase } from '../support/use-database.js';

const UNSTARTED = 'Cancelled before its next run';
const REFUSE = `
  create table refused (id uuid);
  create function refuse() returns trigger language plpgsql as
    $$ begin if exists (select from refused where id = new.id) then raise exception 'no'; end if; return new; end $$;
  create trigger refuse before update on jobs for each row execute function refuse()`;

describe('settling', () => {
  const workerId = randomUUID();
  const database = useDatabase();
  let dataSource: DataSource;
  let line: BreakingExecutor;
  let batch: SettleBatch;
  let errors: unknown[];
  let mayWrite: boolean;

  beforeAll(async () => {
    dataSource = await database.openDataSource({ asApplication: true });
  });

  beforeEach(() => {
    line = new BreakingExecutor(inTestSchema(hostPool(dataSource, !isPooled)));
    errors = [];
    mayWrite = true;
    batch = new SettleBatch({
      clock: systemClock,
      store: new SettleStore(line),
      workerId,
      onError: (error) => errors.push(error),
      mayWrite: () => mayWrite,
    });
  });

  async function processing({ worker = workerId, run = 1, attempts = 1 } = {}): Promise<RunningJob> {
    const [row] = await dataSource.query<ClaimedRow[]>(
      `insert into jobs (type, status, worker_id, started_at, attempts, run)
       values ('it', 'processing', $1, now(), $2, $3) returning *`,
      [worker, attempts, run],
    );
    return new RunningJob(0, row!, systemClock);
  }

  const read = async ({ id }: RunningJob) =>
    (
      await dataSource.query<object[]>(
        'select status, attempts, run, worker_id, error, result from jobs where id = $1',
        [id],
      )
    )[0];
  const settle = (job: RunningJob, outcome: WrittenOutcome) =>
    new Promise<JobOutcome>((resolve) => batch.settle(job, outcome, (_, settled) => resolve(settled)));
  const lowerRun = (job: RunningJob) => new RunningJob(0, { ...job.row, run: job.row.run - 1 }, systemClock);

  it('writes the outcomes of one moment in one statement', async () => {
    const jobs = await Promise.all(Array.from({ length: 5 }, () => processing()));
    const settled = await Promise.all(jobs.map((job) => settle(job, { kind: 'completed', resultJson: '{"done":1}' })));
    expect(settled.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => 'completed'));
    expect(line.statements).toEqual(['jobs_settle_jobs']);
    expect(await read(jobs[4]!)).toMatchObject({ status: 'completed', worker_id: null, result: { done: 1 } });
  });

  it.each([
    ['a later run', (job: RunningJob) => lowerRun(job), {}],
    ['another worker', (job: RunningJob) => job, { worker: randomUUID() }],
  ])('touches nothing that belongs to %s', async (_, late, owner) => {
    const job = await processing({ run: 2, ...owner });
    const before = await read(job);
    for (const resultJson of ['"late"', null])
      expect(await settle(late(job), { kind: 'completed', resultJson })).toEqual({ kind: 'lost' });
    expect(line.statements).toEqual(['jobs_settle_jobs', 'jobs_read_runs', 'jobs_settle_completed', 'jobs_read_runs']);
    expect(await read(job)).toEqual(before);
  });

  it('tells two runs of one job apart, though it writes them together', async () => {
    const job = await processing({ run: 2 });
    const settled = await Promise.all([
      settle(lowerRun(job), { kind: 'failed', error: 'late' }),
      settle(job, { kind: 'failed', error: 'in time' }),
    ]);
    expect(settled.map(({ kind }) => kind)).toEqual(['lost', 'failed']);
    expect(line.statements).toEqual(['jobs_settle_jobs', 'jobs_read_runs']);
    expect(await read(job)).toMatchObject({ error: 'in time' });
  });

  it('takes a write whose reply was lost for the success that it was', async () => {
    const job = await processing();
    line.breakAfter = 1;
    expect(await settle(job, { kind: 'completed', resultJson: '7' })).toMatchObject({ kind: 'completed' });
    expect(line.statements).toEqual(['jobs_settle_jobs', 'jobs_settle_jobs', 'jobs_read_runs']);
    expect(await read(job)).toMatchObject({ status: 'completed', result: 7 });
    expect(errors).toHaveLength(1);
  });

  it('does not take somebody else’s success for its own after a lost reply', async () => {
    const job = await processing({ run: 2 });
    await dataSource.query(
      `update jobs set status = 'completed', worker_id = null, completed_at = now() where id = $1`,
      [job.id],
    );
    line.breakBefore = 1;
    expect(await settle(lowerRun(job), { kind: 'completed', resultJson: '7' })).toEqual({ kind: 'lost' });
  });

  it('does not take a rescue of the same run for its own success after a lost reply', async () => {
    const job = await processing();
    await dataSource.query(`update jobs set status = 'pending', worker_id = null where id = $1`, [job.id]);
    line.breakBefore = 1;
    expect(await settle(job, { kind: 'completed', resultJson: '7' })).toEqual({ kind: 'lost' });
    expect(await read(job)).toMatchObject({ status: 'pending', result: null });
  });

  it('tries again until the database answers', async () => {
    const job = await processing();
    line.breakBefore = 3;
    expect(await settle(job, { kind: 'retried', error: 'Error: x', delayMs: 1_000 })).toMatchObject({
      kind: 'retried',
    });
    expect(errors).toHaveLength(3);
    expect(await read(job)).toMatchObject({ status: 'pending', attempts: 1, error: 'Error: x' });
  });

  it('gives up when shutdown has no time left, and leaves the job to the rescue', async () => {
    const job = await processing();
    mayWrite = false;
    line.breakBefore = 1;
    expect(await settle(job, { kind: 'completed', resultJson: 'null' })).toEqual({ kind: 'lost' });
    expect(await read(job)).toMatchObject({ status: 'processing', worker_id: workerId });
  });

  it('lets a row that the table refuses fail alone', async () => {
    const refused = await processing({ attempts: 0 });
    const neighbour = await processing();
    const settled = await Promise.all([
      settle(refused, { kind: 'handed_back', delayMs: 0 }),
      settle(neighbour, { kind: 'completed', resultJson: '"fine"' }),
    ]);
    expect(settled.map(({ kind }) => kind)).toEqual(['failed', 'completed']);
    expect(await read(refused)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('could not be stored') as string,
    });
    expect(await read(neighbour)).toMatchObject({ status: 'completed', result: 'fine' });
  });

  it('goes on with others while a trigger of the host refuses one, and writes that once it no longer does', async () => {
    const refused = await processing();
    const neighbours = await Promise.all([processing(), processing()]);
    await dataSource.query(REFUSE);
    await dataSource.query('insert into refused values ($1)', [refused.id]);
    let written = false;
    const waiting = settle(refused, { kind: 'failed', error: 'it' }).then(() => (written = true));
    for (const job of neighbours)
      expect(await settle(job, { kind: 'failed', error: 'too' })).toMatchObject({ kind: 'failed' });
    expect(written).toBe(false);
    await dataSource.query('delete from refused');
    await waiting;
    expect(await read(refused)).toMatchObject({ status: 'failed', error: 'it' });
    expect(errors.length).toBeGreaterThan(0);
  });

  it('tells the lost ones among plain completions, which answer with their number only', async () => {
    const own = await processing();
    const lost = await processing({ worker: randomUUID() });
    const settled = await Promise.all([own, lost].map((job) => settle(job, { kind: 'completed', resultJson: null })));
    expect(settled.map(({ kind }) => kind)).toEqual(['completed', 'lost']);
    expect(line.statements).toEqual(['jobs_settle_completed', 'jobs_read_runs']);
    expect(await read(lost)).toMatchObject({ status: 'processing' });
  });

  it.each([
    ['retried', { kind: 'retried', error: 'E', delayMs: 5_000 }, { status: 'pending', attempts: 1, error: 'E' }, 1],
    ['failed', { kind: 'failed', error: 'E' }, { status: 'failed', attempts: 1, error: 'E' }, 1],
    ['cancelled', { kind: 'cancelled', error: 'C' }, { status: 'cancelled', attempts: 1, error: 'C' }, 0],
    ['snoozed', { kind: 'snoozed', delayMs: 5_000 }, { status: 'pending', attempts: 0, error: null }, 0],
    ['handed back', { kind: 'handed_back', delayMs: 0 }, { status: 'pending', attempts: 0, error: null }, 0],
  ] as const)('writes what %s means', async (_, outcome, expected, failures) => {
    const job = await processing();
    await settle(job, outcome);
    expect(await read(job)).toMatchObject({ ...expected, worker_id: null, run: 1 });
    const rows = await dataSource.query<object[]>(
      'select attempt, error, worker_id from job_failures where job_id = $1',
      [job.id],
    );
    expect(rows).toEqual(failures ? [{ attempt: 1, error: 'E', worker_id: workerId }] : []);
  });

  describe('of a job that somebody asked to cancel', () => {
    const request = (job: RunningJob) =>
      dataSource.query(`insert into job_signals (job_id, kind) values ($1, 'cancel')`, [job.id]);

    it.each([
      ['retried', { kind: 'retried', error: 'E', delayMs: 5_000 }, 'E', 1, 1],
      ['snoozed', { kind: 'snoozed', delayMs: 5_000 }, UNSTARTED, 0, 0],
      ['handed back', { kind: 'handed_back', delayMs: 0 }, UNSTARTED, 0, 0],
    ] as const)('cancels it instead of leaving it %s', async (_, outcome, error, attempts, failures) => {
      const [job, neighbour] = [await processing(), await processing()];
      await request(job);
      const settled = await Promise.all([settle(job, outcome), settle(neighbour, outcome)]);
      expect(settled).toEqual([{ kind: 'cancelled', error }, outcome]);
      expect(await read(job)).toMatchObject({ status: 'cancelled', attempts, error, worker_id: null, run: 1 });
      expect(await read(neighbour)).toMatchObject({ status: 'pending' });
      const rows = await dataSource.query<object[]>('select attempt from job_failures where job_id = $1', [job.id]);
      expect(rows).toHaveLength(failures);
    });

    it.each([
      ['completed', { kind: 'completed', resultJson: '7' }],
      ['failed', { kind: 'failed', error: 'E' }],
    ] as const)('leaves it %s', async (status, outcome) => {
      const job = await processing();
      await request(job);
      expect(await settle(job, outcome)).toEqual(outcome);
      expect(await read(job)).toMatchObject({ status });
    });

    it('takes a cancellation whose reply was lost for the one that it was', async () => {
      const job = await processing();
      await request(job);
      line.breakAfter = 1;
      const settled = await settle(job, { kind: 'retried', error: 'E', delayMs: 5_000 });
      expect(settled).toEqual({ kind: 'cancelled', error: 'E' });
      expect(line.statements).toEqual(['jobs_settle_or_cancel', 'jobs_settle_or_cancel', 'jobs_read_runs']);
    });
  });
});
