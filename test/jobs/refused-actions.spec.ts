import type { ActionResult } from '@monstera/jobs';
import type { EntityManager } from 'typeorm';
import { RefusingRules } from './refusing-rules.js';
import { SelectionLab } from './selection-lab.js';
import { useStarted } from '../support/use-started.js';

const NONE = { changed: 0, skipped: 0, refused: 0, more: false };

describe.each([1, 2])('an action on jobs that the database refuses to change, with %i shards', (shards) => {
  const lab = useStarted((url) => SelectionLab.open(url, shards, { waitTimeoutMs: 2_000 }));
  let rules: RefusingRules;

  beforeAll(async () => {
    rules = new RefusingRules((text, params) => lab.sql(text, params));
  });

  beforeEach(async () => {
    await lab.reset();
    await rules.open();
  });

  afterEach(() => rules.close());

  async function addMany(count: number, status: 'failed' | 'pending' | 'completed' = 'failed'): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) ids.push(await lab.add(status));
    return ids;
  }

  const failed = () => lab.host.jobs.where({ status: 'failed' });
  const statuses = (ids: readonly string[]) => Promise.all(ids.map((id) => lab.statusOf(id)));

  it.each(['P0001', '23514', '42501', '53100', '57014', '23505'])(
    'leaves out those for which a trigger raises %s, changes the others, and says why',
    async (sqlstate) => {
      const ids = await addMany(8);
      await rules.add([ids[1]!, ids[6]!], { raises: sqlstate });
      const result = await failed().retry({ actor: 'ada' });
      const refusal = expect.stringMatching(new RegExp(`\\(${sqlstate}\\): not this one$`)) as string;
      expect(result).toEqual({ ...NONE, changed: 6, refused: 2, refusal });
      const expected = ids.map((_, i) => (i === 1 || i === 6 ? 'failed' : 'pending'));
      expect(await statuses(ids)).toEqual(expected);
      const details = { filter: { status: 'failed' }, ...result };
      expect(await lab.audit()).toEqual([{ actor: 'ada', action: 'jobs.retry', job_id: null, details }]);
    },
  );

  it('leaves out those that break a constraint', async () => {
    const ids = await addMany(5);
    await rules.constrain([ids[2]!]);
    const refusal = expect.stringContaining('no_pending_bulk') as string;
    expect(await failed().retry()).toEqual({ ...NONE, changed: 4, refused: 1, refusal });
    expect(await lab.statusOf(ids[2]!)).toBe('failed');
  });

  it('skips those of which a trigger skips the change', async () => {
    const ids = await addMany(4);
    await rules.add([ids[0]!], 'skips');
    expect(await failed().retry()).toEqual({ ...NONE, changed: 3, skipped: 1 });
    expect(await lab.statusOf(ids[0]!)).toBe('failed');
  });

  it('skips at once those that another transaction holds, however long', async () => {
    const ids = await addMany(4);
    const startedMs = performance.now();
    const result = await lab.beside('select from jobs where id = $1 for update', [ids[3]], () => failed().retry());
    expect(result).toEqual({ ...NONE, changed: 3, skipped: 1 });
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  });

  it('leaves out a job whose unique key another transaction goes on holding', async () => {
    const keyed = await lab.add('failed', { uniqueKey: 'k' });
    const others = await addMany(3);
    const result = await holdingKey(keyed, () => failed().retry());
    const refusal = expect.stringMatching(/^Another transaction is in the way.*55P03/) as string;
    expect(result).toEqual({ ...NONE, changed: 3, refused: 1, refusal });
    expect(await statuses([keyed, ...others])).toEqual(['failed', 'pending', 'pending', 'pending']);
  });

  it('throws if nothing else could be changed than a job that stays held up', async () => {
    const keyed = await lab.add('failed', { uniqueKey: 'k' });
    const retried = holdingKey(keyed, () => failed().retry());
    await expect(retried).rejects.toMatchObject({ code: 'JOBS_LOCK_HELD' });
    expect(await lab.statusOf(keyed)).toBe('failed');
  });

  async function holdingKey(id: string, work: () => Promise<ActionResult>): Promise<ActionResult> {
    const [row] = await lab.sql<{ shard: number }>('select shard from jobs where id = $1', [id]);
    const insert = `insert into jobs (shard, type, queue, unique_key) values ($1, 'letter', 'mail', 'k')`;
    return lab.beside(insert, [row!.shard], work);
  }

  it('changes none if all are refused, and throws nothing', async () => {
    const ids = await addMany(3);
    await rules.add(ids, { raises: 'P0001' });
    const refusal = expect.any(String) as string;
    expect(await lab.host.jobs.where({ ids }).retry()).toEqual({ ...NONE, refused: 3, refusal });
  });

  it('finds one refused job among a thousand', async () => {
    await lab.sql(
      `insert into jobs (type, status, completed_at) select 'it', 'failed', now() from generate_series(1, 1000)`,
    );
    const [poison] = await lab.sql<{ id: string }>('select id from jobs order by id offset 617 limit 1');
    await rules.add([poison!.id], { raises: 'P0001' });
    expect(await failed().retry()).toMatchObject({ changed: 999, skipped: 0, refused: 1 });
    expect(await lab.statusOf(poison!.id)).toBe('failed');
  });

  describe('in the transaction of a caller', () => {
    const begun: [string, (work: (manager: EntityManager) => Promise<void>) => Promise<void>][] = [
      ['begun by TypeORM', (work) => lab.host.dataSource.transaction(work)],
      ['begun in SQL', inRawTransaction],
    ];

    async function inRawTransaction(work: (manager: EntityManager) => Promise<void>): Promise<void> {
      const runner = lab.host.dataSource.createQueryRunner();
      try {
        await runner.query('begin');
        await work(runner.manager);
        await runner.query('commit');
      } finally {
        await runner.query('rollback');
        await runner.release();
      }
    }

    it.each(begun)('%s leaves the refused ones out, and what the caller wrote stays', async (_, run) => {
      const ids = await addMany(4);
      await rules.add([ids[1]!], { raises: 'P0001' });
      await run(async (manager) => {
        await manager.query(`update jobs set priority = 1 where id = $1`, [ids[0]]);
        expect(await failed().retry({ manager })).toMatchObject({ changed: 3, refused: 1 });
        expect(await failed().retry({ manager })).toMatchObject({ changed: 0, refused: 1 });
      });
      expect(await statuses(ids)).toEqual(['pending', 'failed', 'pending', 'pending']);
      expect((await lab.host.jobs.get(ids[0]!))!.priority).toBe(1);
    });
  });

  it.each([
    ['cancel', 'pending', { changed: 2, refused: 1 }],
    ['delete', 'completed', { changed: 2, refused: 1 }],
    ['replay', 'completed', { changed: 3, refused: 0 }],
  ] as const)('%s leaves out the refused ones too', async (action, status, expected) => {
    const ids = await addMany(3, status);
    await rules.add([ids[0]!], { raises: 'P0001' });
    expect(await lab.host.jobs.where({ ids })[action]()).toMatchObject(expected);
    if (action !== 'replay') expect(await lab.statusOf(ids[0]!)).toBe(status);
  });

  it.each(['runNow', 'reschedule'] as const)('%s leaves out the refused ones too', async (action) => {
    const ids = await addMany(3, 'pending');
    await lab.sql(`update jobs set scheduled_at = '2035-01-01'`);
    await rules.add([ids[0]!], { raises: 'P0001' });
    const selection = lab.host.jobs.where({ ids });
    const result = action === 'runNow' ? await selection.runNow() : await selection.reschedule({ byMs: -1_000 });
    expect(result).toMatchObject({ changed: 2, refused: 1 });
  });
});
