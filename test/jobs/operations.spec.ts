import { JobConflictError, type ActionResult } from '@monstera/jobs';
import { eventually } from '../support/index.js';
import { OperationsLab } from './operations-lab.js';
import { useStarted } from '../support/use-started.js';
import { NEXT_YEAR } from '../support/next-year.js';

const LONG = { timeoutMs: 30_000 };
const ADA = { actor: 'ada' };

describe.each([1, 2])('an action on more than 1,000 jobs, with %i shards', (shards) => {
  const lab = useStarted((url) => OperationsLab.open(url, shards));

  afterEach(() => lab.reset());

  const failed = () => lab.jobs.where({ status: 'failed' });
  const idOf = ({ operation }: ActionResult) => operation!;

  it('is left to a worker, which changes all of them and leaves one entry in the audit', async () => {
    await lab.addMany(2_500, 'failed');
    const asked = await failed().retry({ atMost: 50_000, ...ADA });
    expect(asked).toEqual({ changed: 0, skipped: 0, refused: 0, more: false, operation: expect.any(String) });
    const id = idOf(asked);
    const filter = { status: 'failed' };
    expect(await lab.operations.get(id)).toMatchObject({
      id,
      action: 'retry',
      details: { filter },
      actor: 'ada',
      status: 'pending',
      total: 2_500,
      totalCapped: false,
      changed: 0,
    });
    expect(await lab.count('failed')).toBe(2_500);
    expect(await lab.selection.audit()).toEqual([]);

    await lab.startWorker();
    await eventually(async () => expect((await lab.operations.get(id)).status).toBe('completed'), LONG);

    expect(await lab.operations.get(id)).toMatchObject({
      changed: 2_500,
      skipped: 0,
      refused: 0,
      error: null,
      endedBy: null,
    });
    expect(await lab.count('pending')).toBe(2_500);
    const details = { filter, changed: 2_500, skipped: 0, refused: 0, operation: id, status: 'completed' };
    expect(await lab.selection.audit()).toEqual([{ actor: 'ada', action: 'jobs.retry', job_id: null, details }]);
  }, 60_000);

  it('is done at once if no more than 1,000 match', async () => {
    await lab.addMany(1_000, 'failed');
    expect(await failed().retry({ atMost: 50_000 })).toEqual({ changed: 1_000, skipped: 0, refused: 0, more: false });
    expect(await lab.operations.list()).toEqual([]);
  });

  it('changes the newest, at most as many as asked for', async () => {
    await lab.addMany(1_300, 'failed');
    await lab.selection.sql(`update jobs set completed_at = now() - interval '1 day' * row from (
      select id, row_number() over (order by id desc) as row from jobs) as r where r.id = jobs.id`);
    const asked = await failed().retry({ atMost: 1_200 });
    expect(asked).toMatchObject({ more: true });
    await lab.runAll();
    expect(await lab.operations.get(idOf(asked))).toMatchObject({ status: 'completed', total: 1_200, changed: 1_200 });
    const [left] = await lab.selection.sql<{ n: number; newest: number }>(
      `select count(*)::int as n, min(extract(day from now() - completed_at))::int as newest from jobs where status = 'failed'`,
    );
    expect(left).toEqual({ n: 100, newest: 1_201 });
  }, 60_000);

  it('does not retry a job again that fails again meanwhile', async () => {
    await lab.addMany(2_500, 'failed');
    const id = idOf(await failed().retry({ atMost: 50_000 }));
    await lab.startWorker('failures');
    await eventually(async () => expect((await lab.operations.get(id)).status).toBe('completed'), LONG);
    await eventually(async () => expect(await lab.count('failed')).toBe(2_500), LONG);
    expect((await lab.operations.get(id)).changed).toBe(2_500);
    expect(await lab.selection.sql('select run, count(*)::int as n from jobs group by run')).toEqual([
      { run: 4, n: 2_500 },
    ]);
  }, 90_000);

  it('does not copy its own copies, nor jobs that were added after it was asked for', async () => {
    await lab.addMany(1_200, 'completed');
    const id = idOf(await lab.jobs.where({}).replay({ atMost: 50_000 }));
    await lab.addMany(100, 'completed');
    await lab.runAll();
    expect(await lab.operations.get(id)).toMatchObject({ status: 'completed', changed: 1_200 });
    expect(await lab.selection.sql('select count(*)::int as n from jobs')).toEqual([{ n: 2_500 }]);
  }, 60_000);

  it.each([
    ['cancel', 'pending', 'cancelled'],
    ['delete', 'completed', null],
  ] as const)('%s works on jobs in the order of their ids too', async (action, before, after) => {
    await lab.addMany(1_500, before);
    const id = idOf(await lab.jobs.where({ type: 'letter' })[action]({ atMost: 2_000 }));
    await lab.runAll();
    expect(await lab.operations.get(id)).toMatchObject({ status: 'completed', changed: 1_500 });
    if (after) expect(await lab.count(after)).toBe(1_500);
    else expect(await lab.selection.sql('select from jobs')).toEqual([]);
  });

  it('reschedules each job once, by so much', async () => {
    await lab.addMany(1_200, 'pending');
    await lab.selection.sql(`update jobs set scheduled_at = '${NEXT_YEAR}-01-01T00:00:00Z'`);
    const id = idOf(await lab.jobs.where({ queue: 'mail' }).reschedule({ byMs: 3_600_000 }, { atMost: 2_000, ...ADA }));
    await lab.runAll();
    expect(await lab.operations.get(id)).toMatchObject({ action: 'reschedule', changed: 1_200 });
    expect(
      await lab.selection.sql(
        `select count(*)::int as n from jobs where scheduled_at = '${NEXT_YEAR}-01-01T01:00:00Z'`,
      ),
    ).toEqual([{ n: 1_200 }]);
    expect(await lab.selection.audit()).toMatchObject([
      { action: 'jobs.reschedule', details: { to: { byMs: 3_600_000 }, filter: { queue: 'mail' } } },
    ]);
  }, 60_000);

  it('is cancelled between two batches; what has been changed stays', async () => {
    await lab.addMany(2_500, 'failed');
    const id = idOf(await failed().retry({ atMost: 50_000, ...ADA }));
    await lab.runBatch();
    expect(await lab.operations.get(id)).toMatchObject({ status: 'processing', changed: 1_000, total: 2_500 });

    const cancelled = await lab.operations.cancel(id, { actor: 'grace' });

    expect(cancelled).toMatchObject({
      status: 'cancelled',
      changed: 1_000,
      endedBy: 'grace',
      endedAt: expect.any(Date),
    });
    expect(await lab.runAll()).toBe(0);
    expect([await lab.count('pending'), await lab.count('failed')]).toEqual([1_000, 1_500]);
    expect(await lab.selection.audit()).toEqual([
      {
        actor: 'ada',
        action: 'jobs.retry',
        job_id: null,
        details: expect.objectContaining({ changed: 1_000, status: 'cancelled', cancelledBy: 'grace' }),
      },
    ]);
    const again = await lab.operations.cancel(id).catch((error: unknown) => error);
    expect(again).toBeInstanceOf(JobConflictError);
    expect(again).toMatchObject({ code: 'JOBS_OPERATION_ENDED' });
  }, 60_000);

  it('shares its jobs with another on the same jobs, and several workers count each once', async () => {
    await lab.addMany(2_500, 'failed');
    const ids = [idOf(await failed().retry({ atMost: 50_000 })), idOf(await failed().retry({ atMost: 50_000 }))];
    await Promise.all([lab.startWorker(), lab.startWorker(), lab.startWorker()]);
    await eventually(async () => {
      const operations = await Promise.all(ids.map((id) => lab.operations.get(id)));
      expect(operations.map(({ status }) => status)).toEqual(['completed', 'completed']);
      expect(operations.reduce((sum, { changed }) => sum + changed, 0)).toBe(2_500);
    }, LONG);
    expect(await lab.count('pending')).toBe(2_500);
  }, 60_000);

  it('goes on with another worker after one is shut down in the middle', async () => {
    await lab.addMany(4_500, 'failed');
    const id = idOf(await failed().retry({ atMost: 50_000 }));
    const first = await lab.startWorker();
    await eventually(async () => expect((await lab.operations.get(id)).changed).toBeGreaterThan(0));
    await first.close();
    const { status, changed } = await lab.operations.get(id);
    expect([status, changed % 1_000]).toEqual(['processing', 0]);
    await lab.startWorker();
    await eventually(async () => expect((await lab.operations.get(id)).status).toBe('completed'), LONG);
    expect(await lab.count('pending')).toBe(4_500);
  }, 60_000);
});
