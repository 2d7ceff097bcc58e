import { randomUUID } from 'node:crypto';
import { defineJob, type JobFilter, type JobStatus } from '@monstera/jobs';
import { z } from 'zod';
import { useHost } from './use-host.js';

const mail = defineJob({ type: 'mail', queue: 'mail', payload: z.object({ user_id: z.number(), to: z.string() }) });

/** A list in a list, and so on. */
function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

describe('a selection of jobs', () => {
  const host = useHost({ jobs: { role: 'producer' } });

  beforeEach(() => host.dataSource.query('truncate jobs'));

  /** Rows of one status, `minutes` apart from each other, the newest last. */
  async function rows(count: number, status: JobStatus, given: Record<string, unknown> = {}): Promise<string[]> {
    const columns = Object.keys(given);
    const found = await host.dataSource.query<{ id: string }[]>(
      `insert into jobs (id, type, status, started_at, completed_at, worker_id${columns.map((name) => `, ${name}`).join('')})
       select
         (lpad(to_hex(1700000000000 + n), 12, '0') || '70000000' || '000000000000')::uuid, 'it', $1::varchar, now(),
         case when $1 in ('completed', 'failed', 'cancelled') then now() - n * interval '1 minute' end,
         case when $1 = 'processing' then gen_random_uuid() end${columns.map((_, i) => `, $${i + 3}`).join('')}
       from generate_series(1, $2::int) as n
       returning id`,
      [status, count, ...Object.values(given)],
    );
    return found.map(({ id }) => id);
  }

  const idsOf = async (filter: JobFilter) => (await host.jobs.where(filter).list()).jobs.map(({ id }) => id);

  it('has what was enqueued, newest first, without payloads', async () => {
    const first = await host.jobs.enqueue(mail, { user_id: 7, to: 'a' }, { tags: ['x', 'y'], uniqueKey: 'k' });
    const second = await host.jobs.enqueue(mail, { user_id: 8, to: 'b' });
    const { jobs, next, capped } = await host.jobs.where({}).list();
    expect(jobs.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect({ next, capped }).toEqual({ next: null, capped: false });
    expect(jobs[1]).toMatchObject({ type: 'mail', queue: 'mail', status: 'pending', tags: ['x', 'y'], uniqueKey: 'k' });
    expect(jobs[1]).not.toHaveProperty('payload');
  });

  it.each<[string, JobFilter, boolean]>([
    ['its type', { type: mail }, true],
    ['one of several types', { type: ['other', 'mail'] }, true],
    ['another type', { type: 'other' }, false],
    ['its status', { status: 'pending' }, true],
    ['another status', { status: ['failed', 'completed'] }, false],
    ['its queue', { queue: 'mail' }, true],
    ['another queue', { queue: 'default' }, false],
    ['one of its tags', { tags: ['x'] }, true],
    ['a tag that it lacks', { tags: ['x', 'z'] }, false],
    ['its key', { key: 'k' }, true],
    ['another key', { key: 'other' }, false],
    ['a field of its payload', { payload: { user_id: 7 } }, true],
    ['a field of another value', { payload: { user_id: 70 } }, false],
    ['a time before it', { since: new Date(Date.now() - 60_000) }, true],
    ['a time after it', { since: new Date(Date.now() + 60_000) }, false],
    ['an end before it', { until: new Date(Date.now() - 60_000) }, false],
    ['any worker', { worker: randomUUID() }, false],
    ['the text of an error', { error: 'x' }, false],
  ])('by %s', async (_, filter, found) => {
    await host.jobs.enqueue(mail, { user_id: 7, to: 'a' }, { tags: ['x', 'y'], uniqueKey: 'k' });
    expect(await idsOf(filter)).toHaveLength(found ? 1 : 0);
    expect(await host.jobs.where(filter).count()).toEqual({ count: found ? 1 : 0, capped: false });
  });

  it('finds an error by its words, and takes no word for a pattern', async () => {
    const [id] = await rows(1, 'failed', { error: 'connect ECONNREFUSED 100% of 10_000' });
    for (const error of ['econnrefused', '100%', '10_000']) expect(await idsOf({ error })).toEqual([id]);
    for (const error of ['1__%', 'connect%refused', '\\']) expect(await idsOf({ error })).toEqual([]);
  });

  it.each<[JobStatus | undefined]>([[undefined], ['completed'], ['pending'], ['processing'], ['failed']])(
    'of the status %s comes page by page, each job once',
    async (status) => {
      const expected = await rows(25, status ?? 'completed');
      const selection = host.jobs.where(status ? { status } : {});
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await selection.list({ limit: 10, after });
        seen.push(...page.jobs.map(({ id }) => id));
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(seen).toEqual(status === 'failed' ? expected : expected.toReversed());
      expect(await selection.count()).toEqual({ count: 25, capped: false });
    },
  );

  it('goes through jobs that finished at the same moment once each', async () => {
    await rows(25, 'failed');
    await host.dataSource.query('update jobs set completed_at = now()');
    const selection = host.jobs.where({ status: 'failed' });
    const first = await selection.list({ limit: 20 });
    const second = await selection.list({ limit: 20, after: first.next! });
    expect(new Set([...first.jobs, ...second.jobs].map(({ id }) => id)).size).toBe(25);
    expect(second.next).toBeNull();
  });

  it('counts to 10,000 and says that there are more', async () => {
    await rows(10_001, 'pending');
    expect(await host.jobs.where({ status: 'pending' }).count()).toEqual({ count: 10_000, capped: true });
  });

  it.each<[JobStatus, JobStatus]>([
    ['completed', 'completed'],
    ['failed', 'failed'],
  ])(
    'looks at 100,000 jobs (%s), and goes on behind them when asked',
    async (status) => {
      await rows(100_001, status);
      const oldest = status === 'failed' ? 'max(id::text)' : 'min(id::text)';
      await host.dataSource.query(`update jobs set type = 'rare' where id::text = (select ${oldest} from jobs)`);
      const selection = host.jobs.where({ type: 'rare', status });
      expect(await selection.count()).toEqual({ count: 0, capped: true });
      const page = await selection.list();
      expect(page).toMatchObject({ jobs: [], capped: true, next: expect.any(String) as string });
      expect((await selection.list({ after: page.next! })).jobs).toHaveLength(1);
    },
    60_000,
  );

  it('of a job that runs is found by its worker', async () => {
    const [id] = await rows(1, 'processing');
    const [{ worker_id }] = await host.dataSource.query<[{ worker_id: string }]>('select worker_id from jobs');
    expect(await idsOf({ worker: worker_id, status: 'processing' })).toEqual([id]);
  });

  it('in a transaction sees what that has written', async () => {
    await host.dataSource.transaction(async (manager) => {
      await host.jobs.enqueue(mail, { user_id: 7, to: 'a' }, { manager });
      expect((await host.jobs.where({ type: mail }).list({ manager })).jobs).toHaveLength(1);
      expect((await host.jobs.where({ type: mail }).list()).jobs).toHaveLength(0);
    });
  });

  it.each<[string, object, string]>([
    ['a field that is not known', { typ: 'mail' }, 'typ'],
    ['a status that is not known', { status: 'done' }, 'status'],
    ['a list of nothing', { status: [] }, 'status'],
    ['101 types', { type: Array.from({ length: 101 }, (_, n) => `t${n}`) }, 'type'],
    ['a queue with a quote', { queue: "'; drop table jobs" }, 'queue'],
    ['a tag with a control character', { tags: ['\u0000'] }, 'tags'],
    ['a worker that is no UUID', { worker: '7' }, 'worker'],
    ['an error of 201 characters', { error: 'x'.repeat(201) }, 'error'],
    ['half a pair', { error: '\ud800' }, 'error'],
    ['a payload that is a list', { payload: [] }, 'payload'],
    ['a payload with a null character', { payload: { a: '\u0000' } }, 'payload'],
    ['a payload with half a pair', { payload: { a: { b: '\ud800' } } }, 'payload'],
    ['a payload with half a pair in a key', { payload: { '\udfff': 1 } }, 'payload'],
    ['a payload nested too deep', { payload: { a: nested(100_000) } }, 'payload'],
    ['a payload that is too large', { payload: { a: 'x'.repeat(4_000) } }, 'payload'],
    ['a time that is none', { since: new Date(Number.NaN) }, 'since'],
    ['a text for a time', { until: '2026-01-01' }, 'until'],
  ])('is refused with %s', (_, filter, path) => {
    const issues = [expect.objectContaining({ path }) as object];
    expect(() => host.jobs.where(filter)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_OPTION', issues }) as Error,
    );
  });

  it.each([
    ['', 'pending'],
    ['not a cursor', 'pending'],
    ['00000000-0000-0000-0000-000000000000~2026-13-01T00:00:00.000000Z', 'failed'],
    ['00000000-0000-0000-0000-000000000000', 'failed'],
    ['00000000-0000-0000-0000-000000000000~2026-01-01T00:00:00.000000Z', 'pending'],
    ['00000000-0000-0000-0000-000000000000~2026-02-31T00:00:00.000000Z', 'failed'],
    ['00000000-0000-0000-0000-000000000000~0000-01-01T00:00:00.000000Z', 'failed'],
    ["x'; drop table jobs; --", 'failed'],
  ] as const)('refuses the cursor "%s" for jobs that are %s', async (after, status) => {
    await expect(host.jobs.where({ status }).list({ after })).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
  });
});
