import { OperationsLab } from './operations-lab.js';
import { useStarted } from '../support/use-started.js';

const UNKNOWN = '019a0000-0000-7000-8000-000000000000';
const ADA = { actor: 'ada' };

describe('an operation', () => {
  const lab = useStarted((url) => OperationsLab.open(url, 1));

  afterEach(() => lab.reset());

  const begin = async () => {
    await lab.addMany(1_100, 'failed');
    return (await lab.jobs.where({ type: 'letter', payload: { to: 'Ada' } }).retry({ atMost: 5_000, ...ADA }))
      .operation!;
  };

  it('keeps values of payloads only until it has ended', async () => {
    const id = await begin();
    const read = () =>
      lab.selection.sql<{ query: unknown; filter: unknown }>('select query, filter from job_operations');
    const [before] = await read();
    expect(JSON.stringify(before!.query)).toContain('Ada');
    expect(before!.filter).toEqual({ filter: { type: ['letter'], payload: ['to'] } });
    await lab.runAll();
    expect(await read()).toEqual([{ query: null, filter: before!.filter }]);
    expect((await lab.operations.get(id)).changed).toBe(1_100);
  });

  it('tries smaller batches after an error, and fails in the end with what it has done', async () => {
    const id = await begin();
    await lab.runBatch();
    expect(await lab.operations.get(id)).toMatchObject({ changed: 1_000 });
    await lab.selection.sql('alter table jobs rename column completed_at to finished_at');
    const batches: number[] = [];
    try {
      for (let tries = 0; tries < 20 && (await lab.operations.get(id)).endedAt === null; tries++) {
        const [row] = await lab.selection.sql<{ batch: number }>('select batch from job_operations');
        batches.push(row!.batch);
        await lab.selection.sql('update job_operations set next_at = now()');
        await lab.runBatch().catch(() => {});
      }
    } finally {
      await lab.selection.sql('alter table jobs rename column finished_at to completed_at');
    }
    expect(batches).toEqual([1_000, 500, 250, 125, 62, 31, 15, 7, 3, 2, 2, 2]);
    expect(await lab.operations.get(id)).toMatchObject({
      status: 'failed',
      changed: 1_000,
      refused: 0,
      error: expect.stringContaining('completed_at'),
    });
    expect(await lab.selection.audit()).toMatchObject([{ details: { status: 'failed', changed: 1_000 } }]);
  }, 60_000);

  it('of a later version is left alone', async () => {
    const id = await begin();
    await lab.selection.sql('update job_operations set format = 2');
    expect(await lab.runBatch()).toBeNull();
    expect(await lab.operations.get(id)).toMatchObject({ status: 'pending' });
  });

  it('is not begun by a transaction that is rolled back', async () => {
    await lab.addMany(1_100, 'failed');
    const selection = lab.jobs.where({ status: 'failed' });
    const rolledBack = lab.selection.host.dataSource.transaction(async (manager) => {
      const { operation } = await selection.retry({ atMost: 5_000, manager });
      expect(operation).toEqual(expect.any(String));
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    expect(await lab.operations.list()).toEqual([]);
  });

  it('is refused beside 100 others that have not ended, and the list has those first', async () => {
    const id = await begin();
    await lab.runAll();
    await lab.selection.sql(
      `insert into job_operations (format, action, filter, at_most, total, total_capped, batch)
       select 1, 'retry', '{}', 1, 1, false, 1 from generate_series(1, 100)`,
    );
    await lab.addMany(1_100, 'failed');
    const asked = lab.jobs.where({ status: 'failed' }).retry({ atMost: 5_000 });
    await expect(asked).rejects.toMatchObject({ code: 'JOBS_TOO_MANY_OPERATIONS' });
    const listed = await lab.operations.list({ limit: 101 });
    expect(listed.at(-1)!.id).toBe(id);
    expect(listed.slice(0, 100).every(({ endedAt }) => endedAt === null)).toBe(true);
    expect(await lab.operations.list()).toHaveLength(20);
  });

  it.each<[string, () => Promise<unknown>, object]>([
    ['an id of another shape', () => lab.operations.get('7'), { code: 'JOBS_INVALID_OPTION' }],
    ['an unknown id', () => lab.operations.get(UNKNOWN), { code: 'JOBS_UNKNOWN_OPERATION' }],
    ['a cancel of an unknown one', () => lab.operations.cancel(UNKNOWN), { code: 'JOBS_UNKNOWN_OPERATION' }],
    ['a bad actor', () => lab.operations.cancel(UNKNOWN, { actor: ' ' }), { code: 'JOBS_INVALID_OPTION' }],
    ['a limit of none', () => lab.operations.list({ limit: 0 }), { code: 'JOBS_INVALID_OPTION' }],
    ['too much', () => lab.jobs.where({}).retry({ atMost: 1_000_001 }), { code: 'JOBS_INVALID_OPTION' }],
    ['a time that is none', () => lab.jobs.where({}).reschedule('soon' as never), { code: 'JOBS_INVALID_OPTION' }],
    ['a time too far away', () => lab.jobs.where({}).reschedule({ byMs: 4e11 }), { code: 'JOBS_INVALID_OPTION' }],
    [
      'other statuses',
      () => lab.jobs.where({ status: 'failed' }).reschedule(new Date()),
      { code: 'JOBS_INVALID_OPTION' },
    ],
  ])('refuses %s', async (_, call, error) => {
    await expect(call()).rejects.toMatchObject(error);
  });
});
