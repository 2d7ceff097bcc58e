import { JobConflictError, type JobStatus, type UpdateOptions } from '@monstera/jobs';
import { letter, SelectionLab } from './selection-lab.js';
import { useStarted } from '../support/use-started.js';

const UNKNOWN = '019a0000-0000-7000-8000-000000000000';
const HOUR_MS = 3_600_000;

describe.each([1, 2])('a pending job, with %i shards', (shards) => {
  const lab = useStarted((url) => SelectionLab.open(url, shards));

  beforeEach(() => lab.reset());

  const jobs = () => lab.host.jobs;
  const get = async (id: string) => (await jobs().get(id))!;

  describe('update', () => {
    it('changes what is given, leaves the rest, and keeps no payload in the audit', async () => {
      const id = await lab.add('pending', { uniqueKey: 'k', delayMs: HOUR_MS, tags: ['a'] });
      const before = await get(id);
      const answer = await jobs().update(id, { payload: { to: 'Grace' } }, { actor: 'ada' });
      expect(answer).toEqual({ id, status: 'pending', scheduledAt: before.scheduledAt, priority: 3 });
      expect(await get(id)).toEqual({ ...before, payload: { to: 'Grace' }, updatedAt: expect.any(Date) });

      const scheduledAt = new Date(Date.now() + 2 * HOUR_MS);
      expect(await jobs().update(id, { scheduledAt, priority: 0 })).toEqual({
        id,
        status: 'pending',
        scheduledAt,
        priority: 0,
      });
      expect(await get(id)).toMatchObject({ payload: { to: 'Grace' }, scheduledAt, priority: 0, uniqueKey: 'k' });
      expect(await lab.audit()).toEqual([
        { actor: 'ada', action: 'job.update', job_id: id, details: { changed: ['payload'] } },
      ]);
      expect((await jobs().enqueue(letter, { to: 'Ada' }, { uniqueKey: 'k' })).duplicate).toBe(true);
    });

    it('makes a job due now for a time that has passed', async () => {
      const id = await lab.add('pending', { delayMs: HOUR_MS });
      const { scheduledAt } = await jobs().update(id, { scheduledAt: new Date(Date.now() - HOUR_MS) });
      expect(Math.abs(scheduledAt.getTime() - Date.now())).toBeLessThan(60_000);
    });

    it('commits or rolls back with the manager, together with the audit', async () => {
      const id = await lab.add('pending');
      const change = lab.host.dataSource.transaction(async (manager) => {
        await jobs().update(id, { priority: 9 }, { manager, actor: 'ada' });
        throw new Error('no');
      });
      await expect(change).rejects.toThrow('no');
      expect((await get(id)).priority).toBe(3);
      expect(await lab.audit()).toEqual([]);
    });

    it('stores a payload as JSON if nobody here knows the type', async () => {
      const [row] = await lab.sql<{ id: string }>(
        `insert into jobs (type, queue) values ('of another service', 'mail') returning id`,
      );
      await jobs().update(row!.id, { payload: [1, { a: null }] });
      expect((await get(row!.id)).payload).toEqual([1, { a: null }]);
      await expect(jobs().update(row!.id, { payload: { n: Infinity } })).rejects.toMatchObject({
        code: 'JOBS_PAYLOAD_NOT_JSON',
      });
      await expect(jobs().update(row!.id, { payload: 'x'.repeat(300_000) })).rejects.toMatchObject({
        code: 'JOBS_PAYLOAD_TOO_LARGE',
      });
    });

    it.each<[string, object, string]>([
      ['nothing', {}, 'JOBS_INVALID_OPTION'],
      ['nothing but undefined', { priority: undefined }, 'JOBS_INVALID_OPTION'],
      ['another option', { queue: 'other' }, 'JOBS_INVALID_OPTION'],
      ['a priority out of range', { priority: 10 }, 'JOBS_INVALID_OPTION'],
      ['a time that is none', { scheduledAt: 'soon' }, 'JOBS_INVALID_OPTION'],
      ['a time too far away', { scheduledAt: new Date(8e15) }, 'JOBS_INVALID_OPTION'],
      ['a payload that the schema refuses', { payload: { to: 7 } }, 'JOBS_INVALID_PAYLOAD'],
      ['a payload that JSON cannot hold', { payload: { to: 'a', at: () => 1 } }, 'JOBS_PAYLOAD_NOT_JSON'],
    ])('refuses %s, and changes nothing', async (_, change, code) => {
      const id = await lab.add('pending');
      const before = await get(id);
      await expect(jobs().update(id, change)).rejects.toMatchObject({ code });
      expect(await get(id)).toEqual(before);
    });
  });

  describe('reschedule', () => {
    it('sets the time, or moves it', async () => {
      const id = await lab.add('pending', { delayMs: 5 * HOUR_MS });
      const { scheduledAt: planned } = await get(id);
      const moved = await jobs().reschedule(id, { byMs: -HOUR_MS }, { actor: 'ada' });
      expect(moved.scheduledAt.getTime()).toBe(planned.getTime() - HOUR_MS);
      const to = new Date(Date.now() + HOUR_MS);
      expect((await jobs().reschedule(id, to, { actor: 'ada' })).scheduledAt).toEqual(to);
      const { scheduledAt: now } = await jobs().reschedule(id, { byMs: -9 * HOUR_MS });
      expect(Math.abs(now.getTime() - Date.now())).toBeLessThan(60_000);
      expect(await lab.audit()).toEqual([
        { actor: 'ada', action: 'job.reschedule', job_id: id, details: { to: { byMs: -HOUR_MS } } },
        { actor: 'ada', action: 'job.reschedule', job_id: id, details: { to: to.toISOString() } },
      ]);
    });

    it('of a selection moves pending jobs and no others', async () => {
      const ids = await lab.addEach();
      const to = new Date(Date.now() + HOUR_MS);
      expect(await jobs().where({ queue: 'mail' }).reschedule(to)).toEqual({
        changed: 1,
        skipped: 0,
        refused: 0,
        more: false,
      });
      expect((await get(ids.pending)).scheduledAt).toEqual(to);
      expect(
        await jobs()
          .where({ ids: Object.values(ids) })
          .reschedule({ byMs: 1 }),
      ).toEqual({
        changed: 1,
        skipped: 4,
        refused: 0,
        more: false,
      });
      expect((await get(ids.pending)).scheduledAt.getTime()).toBe(to.getTime() + 1);
    });

    it('of a selection skips what another transaction holds', async () => {
      const [locked, free] = [await lab.add('pending'), await lab.add('pending')];
      const result = await lab.beside('select 1 from jobs where id = $1 for update', [locked], () =>
        jobs().where({}).reschedule({ byMs: HOUR_MS }),
      );
      expect(result).toEqual({ changed: 1, skipped: 1, refused: 0, more: false });
      expect((await get(free)).scheduledAt.getTime()).toBeGreaterThan(Date.now() + HOUR_MS / 2);
    });
  });

  it.each<[string, (id: string, options?: UpdateOptions) => Promise<unknown>]>([
    ['update', (id, options) => jobs().update(id, { priority: 1, payload: { to: 'x' } }, options)],
    ['reschedule', (id, options) => jobs().reschedule(id, new Date(), options)],
  ])('%s refuses jobs that are not pending, unknown ids and bad options', async (_, call) => {
    const ids: Partial<Record<JobStatus, string>> = await lab.addEach();
    delete ids.pending;
    for (const [status, id] of Object.entries(ids)) {
      const error = await call(id).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(JobConflictError);
      expect(error).toMatchObject({ code: 'JOBS_NOT_PENDING', what: expect.stringContaining(status) });
    }
    await expect(call(UNKNOWN)).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' });
    await expect(call('7')).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
    await expect(call(UNKNOWN, { actor: '\n' })).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
    await expect(call(UNKNOWN, { mannager: null } as never)).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
  });
});
