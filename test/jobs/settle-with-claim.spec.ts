import { randomUUID } from 'node:crypto';
import { connectionOptions } from '@monstera/database';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { JobOutcome, WrittenOutcome } from '../../libs/jobs/src/job/job-outcome.js';
import { JobStore } from '../../libs/jobs/src/store/job.store.js';
import { WorkerDatabase } from '../../libs/jobs/src/store/worker-database.js';
import { Claimer } from '../../libs/jobs/src/worker/claimer.js';
import { RunningJob } from '../../libs/jobs/src/worker/running-job.js';
import { SettleBatch } from '../../libs/jobs/src/worker/settle-batch.js';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { BreakingExecutor } from './breaking-executor.js';

const COMPLETED: WrittenOutcome = { kind: 'completed', result: undefined };
const LIMIT = 50;

interface Handed {
  job: RunningJob;
  outcome: JobOutcome | null;
}

describe.each([{ pooled: false }, { pooled: true }])(
  'outcomes that a claim takes along (pooled: $pooled)',
  ({ pooled }) => {
    const workerId = randomUUID();
    let database: TestDatabase;
    let dataSource: DataSource;
    let admin: pg.Client;
    let connections: WorkerDatabase;
    let line: BreakingExecutor;
    let batch: SettleBatch;
    let claimer: Claimer;

    beforeAll(async () => {
      database = await createTestDatabase();
      dataSource = await new DataSource(connectionOptions({ url: database.url })).initialize();
      admin = new pg.Client({ connectionString: database.url });
      await admin.connect();
    });

    afterAll(async () => {
      await admin.end();
      await dataSource.destroy();
      await database.drop();
    });

    beforeEach(() => {
      connections = new WorkerDatabase(dataSource, { pooled });
      line = new BreakingExecutor(connections.executor);
      const store = new JobStore(line);
      batch = new SettleBatch({ store, workerId: () => workerId, onError: () => {}, mayWrite: () => true });
      claimer = new Claimer({
        store,
        shards: 1,
        workerId: () => workerId,
        queues: () => ['default'],
        gathered: (shard) => batch.takeGathered(shard),
      });
    });

    afterEach(async () => {
      await admin.query('rollback');
      await admin.query('delete from jobs');
      await connections.end();
    });

    async function due(count: number): Promise<void> {
      await admin.query(`insert into jobs (type) select 'it' from generate_series(1, $1::int)`, [count]);
    }

    async function claimed(count: number): Promise<RunningJob[]> {
      await due(count);
      return claimer.claim(LIMIT);
    }

    function handIn(job: RunningJob, outcome: WrittenOutcome = COMPLETED): Handed {
      const handed: Handed = { job, outcome: null };
      batch.settle(job, outcome, (_, settled) => (handed.outcome = settled));
      return handed;
    }

    /** After one batch, what completes soon after waits for more. */
    async function gathering(count: number): Promise<Handed[]> {
      const [first, ...rest] = await claimed(count + 1);
      const written = handIn(first!);
      await eventually(() => written.outcome !== null);
      line.statements.length = 0;
      const handed = rest.map((job) => handIn(job));
      await new Promise((resolve) => setImmediate(resolve));
      return handed;
    }

    async function statuses(handed: Handed[]): Promise<string[]> {
      const { rows } = await admin.query<{ status: string }>(
        'select status from jobs join unnest($1::uuid[]) with ordinality as given (id, place) using (id) order by place',
        [handed.map(({ job }) => job.id)],
      );
      return rows.map(({ status }) => status);
    }

    const outcomes = (handed: Handed[]) => handed.map(({ outcome }) => outcome?.kind);

    it('are written by the claim’s own statement', async () => {
      const handed = await gathering(3);
      await due(2);
      const jobs = await claimer.claim(LIMIT);
      expect(line.statements).toEqual(['jobs_settle_and_claim']);
      expect(outcomes(handed)).toEqual(['completed', 'completed', 'completed']);
      expect(await statuses(handed)).toEqual(['completed', 'completed', 'completed']);
      expect(jobs.map(({ row }) => [row.type, row.run, row.attempts])).toEqual([
        ['it', 1, 1],
        ['it', 1, 1],
      ]);
    });

    it('are written where nothing is due', async () => {
      const handed = await gathering(2);
      expect(await claimer.claim(LIMIT)).toEqual([]);
      expect(line.statements).toEqual(['jobs_settle_and_claim']);
      expect(outcomes(handed)).toEqual(['completed', 'completed']);
    });

    it('go by themselves where no claim comes', async () => {
      const handed = await gathering(2);
      await eventually(() => handed.every(({ outcome }) => outcome !== null));
      expect(line.statements).toEqual(['jobs_settle_completed']);
    });

    it('go at once when one of them cannot wait', async () => {
      const handed = await gathering(2);
      const [failed] = await claimed(1);
      expect(line.statements.splice(0)).toEqual(['jobs_settle_and_claim']);
      const more = await claimed(1);
      const waiting = handIn(more[0]!);
      const retried = handIn(failed!, { kind: 'retried', error: 'it', delayMs: 60_000 });
      expect(batch.takeGathered(0)).toBeNull();
      await eventually(() => waiting.outcome !== null && retried.outcome !== null);
      expect(outcomes([...handed, retried])).toEqual(['completed', 'completed', 'retried']);
    });

    it('go at once when there are enough of them', async () => {
      const jobs = await claimed(100);
      jobs.push(...(await claimer.claim(LIMIT)), ...(await claimed(1)));
      const [first, ...rest] = jobs;
      const written = handIn(first!);
      await eventually(() => written.outcome !== null);
      const handed = rest.map((job) => handIn(job));
      await new Promise((resolve) => setImmediate(resolve));
      expect(batch.takeGathered(0)).toBeNull();
      await eventually(() => handed.every(({ outcome }) => outcome !== null));
    });

    it('are lost one by one where the run is somebody else’s by now', async () => {
      const handed = await gathering(2);
      await admin.query('update jobs set run = run + 1, worker_id = $2 where id = $1', [
        handed[0]!.job.id,
        randomUUID(),
      ]);
      await claimer.claim(LIMIT);
      await eventually(() => handed.every(({ outcome }) => outcome !== null));
      expect(outcomes(handed)).toEqual(['lost', 'completed']);
      expect(await statuses(handed)).toEqual(['processing', 'completed']);
    });

    it('are not in the way of a claim while somebody holds a row of theirs', async () => {
      const handed = await gathering(2);
      await due(1);
      await admin.query('begin');
      await admin.query('select from jobs where id = $1 for update', [handed[0]!.job.id]);
      expect(await claimer.claim(LIMIT)).toHaveLength(1);
      await eventually(() => handed[1]!.outcome !== null);
      expect(outcomes(handed)).toEqual([undefined, 'completed']);
      await admin.query('commit');
      await eventually(() => handed[0]!.outcome !== null);
      expect(outcomes(handed)).toEqual(['completed', 'completed']);
    });

    it.each(['breakBefore', 'breakAfter'] as const)('are written although the line broke (%s)', async (moment) => {
      const handed = await gathering(2);
      line[moment] = 1;
      await expect(claimer.claim(LIMIT)).rejects.toThrow('connection reset');
      await eventually(() => handed.every(({ outcome }) => outcome !== null));
      expect(outcomes(handed)).toEqual(['completed', 'completed']);
      expect(await statuses(handed)).toEqual(['completed', 'completed']);
    });
  },
);
