import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { JobOutcome, WrittenOutcome } from '../../libs/jobs/src/job/outcome/job-outcome.js';
import { hostPool } from '../../libs/jobs/src/store/connection/executors.js';
import { SettleStore } from '../../libs/jobs/src/store/stages/settle.store.js';
import type { ClaimedRow } from '../../libs/jobs/src/store/sql/claim/claim-jobs.sql.js';
import { RunningJob } from '../../libs/jobs/src/slots/running-job.js';
import { SettleBatch } from '../../libs/jobs/src/settle/settle-batch.js';
import { inTestSchema } from '../support/in-test-schema.js';
import { isPooled } from '../support/pooler.js';
import { systemClock } from '../../libs/jobs/src/support/time/clock.js';
import { useDatabase } from '../support/use-database.js';

/** What a trigger of the host's does about an update of some rows: where it names a status, an update to that. */
const RULES = `
  create table rules (id uuid, sqlstate text, status text);
  create function apply_rules() returns trigger language plpgsql as $$
    declare rule rules%rowtype;
    begin
      select * into rule from rules where id = new.id and coalesce(rules.status, new.status) = new.status;
      if not found then return new; end if;
      if rule.sqlstate is null then return null; end if;
      raise exception 'not this one' using errcode = rule.sqlstate;
    end $$;
  create trigger apply_rules before update on jobs for each row execute function apply_rules()`;
const DONE: WrittenOutcome = { kind: 'completed', resultJson: null };
const SQLSTATES = ['P0001', '42501', '40001', '53100', '57014', '08006', '25006', '23514', 'XX000', null];

describe('an outcome that the database refuses', () => {
  const workerId = randomUUID();
  const database = useDatabase();
  let dataSource: DataSource;
  let batch: SettleBatch;
  let mayWrite: boolean;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    dataSource = await database.openDataSource({ asApplication: true });
    await dataSource.query(RULES);
  });

  beforeEach(async () => {
    await dataSource.query('truncate jobs, rules');
    mayWrite = true;
    batch = new SettleBatch({
      clock: systemClock,
      store: new SettleStore(inTestSchema(hostPool(dataSource, !isPooled))),
      workerId,
      onError: () => {},
      mayWrite: () => mayWrite,
    });
  });

  async function processing(): Promise<RunningJob> {
    const [row] = await dataSource.query<ClaimedRow[]>(
      `insert into jobs (type, status, worker_id, started_at, attempts, run)
       values ('it', 'processing', $1, now(), 1, 1) returning *`,
      [workerId],
    );
    return new RunningJob(0, row!, systemClock);
  }

  async function refusedBy(sqlstate: string | null, only: string | null = null): Promise<RunningJob> {
    const job = await processing();
    await dataSource.query('insert into rules values ($1, $2, $3)', [job.id, sqlstate, only]);
    return job;
  }

  const settle = (job: RunningJob, outcome: WrittenOutcome) =>
    new Promise<JobOutcome>((resolve) => batch.settle(job, outcome, (_, settled) => resolve(settled)));

  const read = async ({ id }: RunningJob) =>
    (
      await dataSource.query<{ status: string; error: string }[]>('select status, error from jobs where id = $1', [id])
    )[0]!;

  it('holds up no other, whatever the trigger raises', async () => {
    const refused = await Promise.all(SQLSTATES.map((sqlstate) => refusedBy(sqlstate)));
    const good = await Promise.all(Array.from({ length: 50 }, () => processing()));
    const ends = Promise.all(refused.map((job) => settle(job, { kind: 'failed', error: 'it' })));
    const startedMs = performance.now();
    for (const outcome of await Promise.all(good.map((job) => settle(job, DONE)))) expect(outcome).toEqual(DONE);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    mayWrite = false;
    await ends;
  });

  it.each([['P0001'], ['42501'], [null]])('altogether (%s) ends with the reason', async (sqlstate) => {
    const job = await refusedBy(sqlstate);
    expect(await settle(job, { kind: 'failed', error: 'it' })).toEqual({
      kind: 'lost',
      error: expect.stringMatching(/not this one|skips the change/) as string,
    });
    expect(await read(job)).toEqual({ status: 'processing', error: null });
  });

  it('fails its job with the reason where that can be written', async () => {
    const sqlstates = ['P0001', '23514', null];
    const refused = await Promise.all(sqlstates.map((sqlstate) => refusedBy(sqlstate, 'completed')));
    const ends = await Promise.all(refused.map((job) => settle(job, DONE)));
    expect(ends.map(({ kind }) => kind)).toEqual(sqlstates.map(() => 'failed'));
    for (const job of refused)
      expect(await read(job)).toEqual({
        status: 'failed',
        error: expect.stringMatching(/"completed" could not be stored: .*(not this one|skips the change)/) as string,
      });
  });
});
