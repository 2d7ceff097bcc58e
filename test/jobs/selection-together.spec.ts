import { Injectable } from '@nestjs/common';
import { ProcessesJob, type JobFilter, type JobProcessor } from '@monstera/jobs';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { letter, SelectionLab, UNCHANGED } from './selection-lab.js';
import { useHost } from './use-host.js';
import { useStarted } from '../support/use-started.js';

const WORKER = '019a0000-0000-7000-8000-00000000beef';

describe.each([1, 2])('an action on selected jobs as a whole, with %i shards', (shards) => {
  const lab = useStarted((url) => SelectionLab.open(url, shards));

  beforeEach(() => lab.reset());

  describe('by ids', () => {
    it('counts the given jobs whose status does not allow it, and not those that are gone', async () => {
      const ids = await lab.addEach();
      const given = [...Object.values(ids), '019a0000-0000-7000-8000-000000000000', ids.failed.toUpperCase()];
      const selection = lab.host.jobs.where({ ids: given });
      expect(await selection.count()).toEqual({ count: 5, capped: false });
      expect((await selection.list({ limit: 3 })).jobs).toHaveLength(3);
      expect(await selection.retry()).toEqual({ changed: 2, skipped: 3, refused: 0, more: false });
    });

    it.each([
      ['retry', 2, { failed: 'pending', cancelled: 'pending' }],
      ['cancel', 2, { pending: 'cancelled' }],
      ['delete', 3, { completed: null, failed: null, cancelled: null }],
      ['runNow', 0, {}],
      ['replay', 3, {}],
    ] as const)('%s leaves jobs alone whose status does not allow it', async (action, changed, became) => {
      const ids = await lab.addEach();
      const result = await lab.host.jobs.where({ ids: Object.values(ids) })[action]();
      expect(result).toEqual({ changed, skipped: 5 - changed, refused: 0, more: false });
      expect(await lab.statusesOf(ids)).toEqual({ ...UNCHANGED, ...became });
    });

    it('goes together with other fields', async () => {
      const ids = await lab.addEach();
      const filter: JobFilter = { ids: Object.values(ids), status: 'failed', payload: { to: 'Ada' } };
      expect(await lab.host.jobs.where(filter).delete()).toEqual({ changed: 1, skipped: 0, refused: 0, more: false });
      expect(await lab.host.jobs.where({}).count()).toEqual({ count: 4, capped: false });
    });

    it('lists page by page, each job once', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 5; n++) ids.push(await lab.add('completed'));
      await lab.add('completed');
      const selection = lab.host.jobs.where({ ids });
      const first = await selection.list({ limit: 3 });
      const second = await selection.list({ limit: 3, after: first.next! });
      expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(ids.toReversed());
      expect(second.next).toBeNull();
    });
  });

  describe('together', () => {
    it("is undone by the caller's rollback, with its entry in the audit", async () => {
      const ids = await lab.addEach();
      const rolledBack = lab.host.dataSource.transaction(async (manager) => {
        const options = { manager, actor: 'ada' };
        await lab.host.jobs.where({}).cancel(options);
        await lab.host.jobs.where({ status: 'failed' }).retry(options);
        await lab.host.jobs.where({ status: 'completed' }).delete(options);
        expect(await lab.host.jobs.get(ids.completed, { manager })).toBeNull();
        throw new Error('changed my mind');
      });
      await expect(rolledBack).rejects.toThrow('changed my mind');
      expect(await lab.statusesOf(ids)).toEqual(UNCHANGED);
      expect(await lab.audit()).toEqual([]);
      expect(await lab.signals()).toEqual([]);
    });

    it('leaves one entry of who did it, without the values of a payload', async () => {
      const id = await lab.add('failed');
      const filter = { type: letter, status: 'failed', payload: { to: 'Ada' }, error: 'x' } as const;
      await lab.host.jobs.where(filter).retry({ actor: 'ada' });
      await lab.host.jobs.where({ ids: [id] }).cancel({ actor: 'bob' });
      await lab.host.jobs.where({}).runNow();
      expect(await lab.audit()).toEqual([
        {
          actor: 'ada',
          action: 'jobs.retry',
          job_id: null,
          details: {
            filter: { type: ['letter'], status: 'failed', payload: ['to'], error: 'x' },
            changed: 1,
            skipped: 0,
            refused: 0,
            more: false,
          },
        },
        {
          actor: 'bob',
          action: 'jobs.cancel',
          job_id: null,
          details: { filter: { ids: [id] }, changed: 1, skipped: 0, refused: 0, more: false },
        },
      ]);
    });

    it('changes nothing if its entry cannot be written', async () => {
      const id = await lab.add('failed');
      await lab.sql('alter table job_audit rename to job_audit_away');
      await expect(lab.host.jobs.where({}).retry({ actor: 'ada' })).rejects.toThrow('job_audit');
      await lab.sql('alter table job_audit_away rename to job_audit');
      expect(await lab.statusOf(id)).toBe('failed');
    });

    it('leaves the caller a usable transaction if it fails', async () => {
      await lab.add('failed');
      await lab.host.dataSource.transaction(async (manager) => {
        await manager.query('alter table job_audit rename to job_audit_away');
        await expect(lab.host.jobs.where({}).retry({ actor: 'ada', manager })).rejects.toThrow('job_audit');
        await manager.query('alter table job_audit_away rename to job_audit');
      });
      expect(await lab.host.jobs.where({ status: 'failed' }).count()).toEqual({ count: 1, capped: false });
    });

    it('changes 1,000 jobs at most', async () => {
      await lab.sql(
        `insert into jobs (type, status, completed_at) select 'it', 'failed', now() from generate_series(1, 1001)`,
      );
      expect(await lab.host.jobs.where({ type: 'it' }).retry()).toEqual({
        changed: 1_000,
        skipped: 0,
        refused: 0,
        more: true,
      });
      expect(await lab.host.jobs.where({ type: 'it' }).retry()).toEqual({
        changed: 1,
        skipped: 0,
        refused: 0,
        more: false,
      });
    });
  });

  it.each<[string, JobFilter, object, string]>([
    ['none at most', {}, { atMost: 0 }, 'atMost'],
    ['1,000,001 at most', {}, { atMost: 1_000_001 }, 'atMost'],
    ['an actor without a name', {}, { actor: ' ' }, 'actor'],
    ['an option that is not known', {}, { atmost: 1 }, 'atmost'],
    ['a manager that is none', {}, { manager: {} }, 'manager'],
    ['a status that cannot be retried', { status: ['completed', 'pending'] }, {}, 'status'],
  ])('is refused with %s', async (_, filter, options, path) => {
    await lab.add('failed');
    await expect(lab.host.jobs.where(filter).retry(options)).rejects.toMatchObject({
      code: 'JOBS_INVALID_OPTION',
      issues: [{ path }],
    });
  });

  it.each<[string, unknown, string]>([
    ['no ids', [], 'ids'],
    ['1,001 ids', Array.from({ length: 1_001 }, () => WORKER), 'ids'],
    ['a text', WORKER, 'ids'],
    ['an id that is no UUID', [WORKER, "7' or true --"], 'ids[1]'],
  ])('of given ids is refused with %s', (_, ids, path) => {
    const issues = [expect.objectContaining({ path }) as object];
    expect(() => lab.host.jobs.where({ ids } as JobFilter)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_OPTION', issues }) as Error,
    );
  });
});

const seen: string[] = [];

@Injectable()
@ProcessesJob(letter)
class LetterProcessor implements JobProcessor<typeof letter> {
  async process(job: { id: string }): Promise<void> {
    seen.push(job.id);
  }
}

describe('an action on selected jobs beside a worker that polls rarely', () => {
  let producer: Host;

  // Before the database is dropped.
  afterAll(() => producer.close());

  const worker = useHost({ providers: [LetterProcessor], jobs: { pollIntervalMs: 600_000 } });

  beforeAll(async () => {
    producer = await startHost({ url: worker.url, jobs: { role: 'producer', definitions: [letter] } });
  });

  it('wakes it for what is due now', async () => {
    const { id } = await producer.jobs.enqueue(letter, { to: 'Ada' }, { delayMs: 86_400_000 });
    await producer.jobs.where({ ids: [id] }).runNow();
    await eventually(() => expect(seen).toEqual([id]), { timeoutMs: 10_000 });
    await eventually(async () => expect((await producer.jobs.get(id))!.status).toBe('completed'));
    await producer.jobs.where({ ids: [id] }).replay();
    await eventually(() => expect(seen).toHaveLength(2), { timeoutMs: 10_000 });
    expect(seen[1]).not.toBe(id);
  });
});
