import type { JobOperation } from '@monstera/jobs';
import { OperationsLab } from './operations-lab.js';
import { RefusingRules } from './refusing-rules.js';
import { useStarted } from '../support/use-started.js';

const MANY = 10_000;
const FEW = 1_100;

describe('an operation on jobs of which the database refuses to change some', () => {
  const lab = useStarted((url) => OperationsLab.open(url, 1, { waitTimeoutMs: 2_000 }));
  let rules: RefusingRules;

  beforeAll(async () => {
    rules = new RefusingRules((text, params) => lab.selection.sql(text, params));
  });

  beforeEach(() => rules.open());

  afterEach(async () => {
    await rules.close();
    await lab.reset();
  });

  const sql: OperationsLab['selection']['sql'] = (text, params) => lab.selection.sql(text, params);

  /** Failed jobs; the first id is that of the one that an operation comes to first. */
  async function addFailed(count: number): Promise<string[]> {
    await sql(
      `insert into jobs (type, queue, status, completed_at)
       select 'letter', 'mail', 'failed', now() - n * interval '1 second' from generate_series(1, $1::int) as s (n)`,
      [count],
    );
    return (await sql<{ id: string }>('select id from jobs order by completed_at desc')).map(({ id }) => id);
  }

  const begin = async () =>
    (await lab.jobs.where({ status: 'failed' }).retry({ atMost: 50_000, actor: 'ada' })).operation!;
  const get = (id: string): Promise<JobOperation> => lab.operations.get(id);
  const statusOf = (id: string) => lab.selection.statusOf(id);

  it('leaves out the only one for which a trigger raises an error, and completes', async () => {
    const ids = await addFailed(MANY);
    const poison = ids[6_789]!;
    await rules.add([poison], { raises: 'P0001' });
    const id = await begin();
    await lab.runAll();
    const refusal = expect.stringMatching(/\(P0001\): not this one$/) as string;
    expect(await get(id)).toMatchObject({
      status: 'completed',
      changed: MANY - 1,
      skipped: 0,
      refused: 1,
      refusal,
      total: MANY,
      error: null,
    });
    expect([await lab.count('pending'), await statusOf(poison)]).toEqual([MANY - 1, 'failed']);
    expect(await lab.selection.audit()).toMatchObject([
      { action: 'jobs.retry', details: { status: 'completed', changed: MANY - 1, refused: 1, refusal } },
    ]);
  }, 120_000);

  it('leaves out many, wherever they are, and says why the first of them was refused', async () => {
    const ids = await addFailed(FEW);
    const first = ids.slice(0, 40);
    const odd = ids.slice(200, 600).filter((_, i) => i % 2 === 1);
    await rules.add(first, { raises: '23514' });
    await rules.add([...odd, ids.at(-1)!], { raises: 'P0001' });
    const id = await begin();
    await lab.runAll();
    const refused = first.length + odd.length + 1;
    expect(await get(id)).toMatchObject({
      status: 'completed',
      changed: FEW - refused,
      skipped: 0,
      refused,
      refusal: expect.stringContaining('23514') as string,
    });
    expect(await lab.count('pending')).toBe(FEW - refused);
  }, 120_000);

  it('goes on behind the last job of a batch that took long', async () => {
    const ids = await addFailed(FEW);
    const odd = ids.slice(0, 300).filter((_, i) => i % 2 === 1);
    await rules.add(odd, { raises: 'P0001', takesSeconds: 0.02 });
    const id = await begin();
    expect(await lab.runAll()).toBeGreaterThan(3);
    const refused = odd.length;
    expect(await get(id)).toMatchObject({ status: 'completed', changed: FEW - refused, skipped: 0, refused });
  }, 120_000);

  it('leaves out those that break a constraint', async () => {
    const ids = await addFailed(FEW);
    await rules.constrain([ids[1_050]!]);
    const id = await begin();
    await lab.runAll();
    const refusal = expect.stringContaining('no_pending_bulk') as string;
    expect(await get(id)).toMatchObject({ status: 'completed', changed: FEW - 1, refused: 1, refusal });
  }, 60_000);

  it('skips those of which a trigger skips the change, and those that another transaction holds', async () => {
    const ids = await addFailed(FEW);
    await rules.add([ids[10]!], 'skips');
    const id = await begin();
    await lab.selection.beside('select from jobs where id = $1 for update', [ids[20]], () => lab.runAll());
    expect(await get(id)).toMatchObject({ status: 'completed', changed: FEW - 2, skipped: 2, refused: 0 });
    expect([await statusOf(ids[10]!), await statusOf(ids[20]!)]).toEqual(['failed', 'failed']);
  }, 60_000);

  it('leaves out a job whose unique key another transaction goes on holding', async () => {
    const ids = await addFailed(FEW);
    await sql(`update jobs set unique_key = 'k' where id = $1`, [ids[500]]);
    const id = await begin();
    const insert = `insert into jobs (type, queue, unique_key) values ('letter', 'mail', 'k')`;
    await lab.selection.beside(insert, [], () => lab.runAll());
    const refusal = expect.stringContaining('55P03') as string;
    expect(await get(id)).toMatchObject({ status: 'completed', changed: FEW - 1, refused: 1, refusal });
  }, 60_000);

  it('leaves out none while the whole table is locked, and goes on afterwards', async () => {
    await addFailed(FEW);
    const id = await begin();
    await lab.selection.beside('lock table jobs in share mode', [], async () => {
      await expect(lab.runBatch()).rejects.toMatchObject({ code: 'JOBS_LOCK_HELD' });
      expect(await get(id)).toMatchObject({ status: 'pending', changed: 0, refused: 0, error: expect.any(String) });
    });
    await lab.runAll();
    expect(await get(id)).toMatchObject({ status: 'completed', changed: FEW, refused: 0, error: null });
  }, 60_000);

  it('leaves out a job whose change never ends, at the 12th try', async () => {
    const ids = await addFailed(FEW);
    await rules.add([ids[0]!], { takesSeconds: 60 });
    const id = await begin();
    await sql('update job_operations set failures = 11, batch = 2');
    await lab.runBatch();
    expect(await get(id)).toMatchObject({
      status: 'processing',
      refused: 1,
      refusal: expect.stringContaining('57014') as string,
    });
    await lab.runAll();
    expect(await get(id)).toMatchObject({ status: 'completed', changed: FEW - 1, refused: 1 });
  }, 120_000);

  it('fails if ten thousand were refused and nothing else was done', async () => {
    const ids = await addFailed(FEW);
    await rules.add(ids, { raises: 'P0001' });
    const id = await begin();
    await sql(`update job_operations set refused = 9990, refusal = 'closed'`);
    await lab.runAll();
    expect(await get(id)).toMatchObject({ status: 'failed', changed: 0, refusal: 'closed' });
    expect((await get(id)).refused).toBeGreaterThanOrEqual(MANY);
  }, 60_000);
});
