import { AuditLogsService, dataCleanup } from '@monstera/audit-logs';
import { InvalidPayloadError, JobService } from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { DataCleanupProcessor } from '../../libs/audit-logs/src/data-cleanup.processor.js';
import { DataCleanupSchedule } from '../../libs/audit-logs/src/data-cleanup.schedule.js';
import { startFeatures } from './features-host.js';
import { jobRun, type JobRunOptions } from './job-run.js';
import { useStarted } from '../support/use-started.js';

const host = useStarted((url) => startFeatures({ databaseUrl: url }));
let dataSource: DataSource;

beforeAll(async () => {
  dataSource = host.get(DataSource);
});

beforeEach(() => dataSource.query('truncate audit_logs'));

function cleanUp(options: JobRunOptions = {}): Promise<{ deleted: number }> {
  return host.get(DataCleanupProcessor).process(...jobRun(dataCleanup, { days_to_keep: 90 }, options));
}

/** Rows as old as the interval says, by the database's clock. */
async function addLogs(count: number, age: string): Promise<void> {
  await dataSource.query(
    `insert into audit_logs (actor, action, subject, created_at)
     select 'test', 'test.added', n::text, now() - $2::interval from generate_series(1, $1::int) as n`,
    [count, age],
  );
}

async function countLogs(): Promise<number> {
  const [{ count }] = await dataSource.query<[{ count: number }]>('select count(*)::int as count from audit_logs');
  return count;
}

describe('AuditLogsService.record', () => {
  it('writes an entry with the time of the database', async () => {
    await host.get(AuditLogsService).record({
      actor: 'demo.engineer.1@example.com',
      action: 'report.submitted',
      subject: '2024-W03',
      details: { hours: 40, tags: ['a'] },
    });

    const [row] = await dataSource.query<Record<string, unknown>[]>(
      'select actor, action, subject, details, abs(extract(epoch from now() - created_at)) < 60 as fresh from audit_logs',
    );
    expect(row).toEqual({
      actor: 'demo.engineer.1@example.com',
      action: 'report.submitted',
      subject: '2024-W03',
      details: { hours: 40, tags: ['a'] },
      fresh: true,
    });
  });

  it('is part of the transaction it is given', async () => {
    const rolledBack = dataSource.transaction(async (manager) => {
      await host.get(AuditLogsService).record({ actor: 'a', action: 'b', subject: 'c' }, { manager });
      throw new Error('roll back');
    });

    await expect(rolledBack).rejects.toThrow('roll back');
    expect(await countLogs()).toBe(0);
  });
});

describe('the clean-up', () => {
  it('deletes what is older than the days to keep, and nothing else', async () => {
    await addLogs(3, '90 days 1 minute');
    await addLogs(2, '89 days 23 hours');

    expect(await cleanUp()).toEqual({ deleted: 3 });
    expect(await countLogs()).toBe(2);
  });

  it('has nothing to do on an empty table, and says it is done', async () => {
    const progress: number[] = [];

    expect(await cleanUp({ onProgress: (percent) => progress.push(percent) })).toEqual({ deleted: 0 });
    expect(progress).toEqual([100]);
  });

  it('deletes in transactions of at most 5,000 rows and says how far it is', async () => {
    await addLogs(12_000, '100 days');
    // A trigger is the only one who sees how many rows each statement of which transaction took.
    await dataSource.query('create table deletions (xid xid8, rows int)');
    await dataSource.query(`
      create function note_deletion() returns trigger language plpgsql as $$
      begin
        insert into deletions select pg_current_xact_id(), count(*) from gone;
        return null;
      end $$`);
    await dataSource.query(`
      create trigger note_deletion after delete on audit_logs
      referencing old table as gone for each statement execute function note_deletion()`);
    const progress: number[] = [];

    const result = await cleanUp({ onProgress: (percent) => progress.push(percent) });

    await dataSource.query('drop trigger note_deletion on audit_logs');
    expect(result).toEqual({ deleted: 12_000 });
    expect(progress).toEqual([41, 83, 100]);
    expect(await dataSource.query('select sum(rows)::int as rows from deletions group by xid order by xid')).toEqual([
      { rows: 5_000 },
      { rows: 5_000 },
      { rows: 2_000 },
    ]);
  });

  it('stops between batches when it is aborted, and goes on there when it runs again', async () => {
    await addLogs(12_000, '100 days');
    const abort = new AbortController();
    const onProgress = () => abort.abort(new Error('shutting down'));

    await expect(cleanUp({ signal: abort.signal, onProgress })).rejects.toThrow('shutting down');
    expect(await countLogs()).toBe(7_000);

    expect(await cleanUp({ attempt: 2 })).toEqual({ deleted: 7_000 });
    expect(await countLogs()).toBe(0);
  });

  it('leaves rows alone that somebody else has locked, instead of waiting for them', async () => {
    await addLogs(10, '100 days');

    await dataSource.transaction(async (manager) => {
      await manager.query('select 1 from audit_logs order by id limit 4 for update');
      expect(await cleanUp()).toEqual({ deleted: 6 });
    });

    expect(await countLogs()).toBe(4);
  });

  it.each([0, -1, 36_501, 1.5, '90'])('cannot be asked to keep %j days', async (days) => {
    const enqueuing = host.get(JobService).enqueue(dataCleanup, { days_to_keep: days as number });

    await expect(enqueuing).rejects.toBeInstanceOf(InvalidPayloadError);
    await expect(enqueuing).rejects.toMatchObject({ issues: [{ path: 'payload.days_to_keep' }] });
  });

  it('is enqueued every night with 90 days, in the transaction of the tick', async () => {
    const schedule = host.get(DataCleanupSchedule);
    const tick = { name: 'data_cleanup', plannedAt: new Date(), signal: new AbortController().signal };

    await dataSource.transaction((manager) => schedule.enqueueCleanup({ ...tick, manager }));
    await dataSource.transaction((manager) => schedule.enqueueCleanup({ ...tick, manager }));

    expect(await dataSource.query('select type, payload from jobs')).toEqual([
      { type: 'data_cleanup', payload: { days_to_keep: 90 } },
    ]);
  });
});
