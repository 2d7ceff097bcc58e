import { ClaimStore } from '../../libs/jobs/src/store/stages/claim.store.js';
import { eventually } from '../support/index.js';
import { typePauseLab } from './type-pause-lab.js';

/** Enough for a walk over all of them to take 30 milliseconds and more. */
const MANY = 100_000;
/** Refuses each update of some jobs, as a trigger of a host may. */
const REFUSE = `
  create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'not this one' using errcode = 'P0001'; end $$;
  create trigger refuse before update on jobs for each row when (old.tags && '{refused}') execute function refuse()`;

const numbered = (type: string, count: number) => Array.from({ length: count }, (_, n) => `${type} ${n + 1}`);

describe(`${MANY} due jobs of a paused type`, () => {
  const lab = typePauseLab();

  it('delay no other job, nor do claims take longer', async () => {
    const host = await lab.bootPaused();
    await lab.add('mail', MANY);
    await lab.waitsOf(host, 5);
    const tookMs: number[] = [];
    const { claimAhead } = ClaimStore.prototype;
    const spy = jest.spyOn(ClaimStore.prototype, 'claimAhead').mockImplementation(async function (
      this: ClaimStore,
      request,
    ) {
      const sinceMs = performance.now();
      const rows = await claimAhead.call(this, request);
      tookMs.push(performance.now() - sinceMs);
      return rows;
    });
    const waits = await lab.waitsOf(host, 30);
    spy.mockRestore();
    expect(waits[15]).toBeLessThan(60);
    expect(tookMs.length).toBeGreaterThan(10);
    expect(tookMs.sort((a, b) => a - b)[Math.floor(tookMs.length / 2)]).toBeLessThan(10);
  }, 30_000);

  it('delay none that was due before a worker boots', async () => {
    await lab.bootAfter(async () => {
      await lab.add('mail', MANY);
      await lab.add('report', 300, { due: `now() - interval '30 minutes'` });
    });
    await eventually(() => expect(lab.started()).toHaveLength(300), { timeoutMs: 3_000 });
    expect(lab.names().sort()).toEqual(numbered('report', 300).sort());
  }, 30_000);

  it('start in their order after the pause, within a second, and within two while another type is paused', async () => {
    await lab.bootPaused({ concurrency: 1 });
    await lab.types().pause('report');
    await lab.arePaused('mail', 'report');
    await lab.add('mail', MANY, { due: `now() - interval '2 hours'` });
    await lab.add('report', 500);
    // Until then, a worker looks at all of them.
    await expect(eventually(() => lab.started().length > 0, { timeoutMs: 1_500 })).rejects.toThrow();
    const sinceMs = performance.now();
    await lab.types().resume('report');
    await eventually(() => expect(lab.started()).toHaveLength(500));
    expect(lab.started()[0]!.atMs - sinceMs).toBeLessThan(2_000);
    expect(lab.names()).toEqual(numbered('report', 500));
    const resumedMs = performance.now();
    await lab.types().resume('mail');
    await eventually(() => lab.started().length > 600, { intervalMs: 2 });
    expect(lab.started()[500]!.atMs - resumedMs).toBeLessThan(1_000);
    expect(lab.names().slice(500, 600)).toEqual(numbered('mail', 100));
  }, 60_000);

  it('hold up nothing in several shards', async () => {
    const fill = async () => {
      await lab.add('mail', MANY, { shards: 4 });
      await lab.add('report', 100, { shards: 4 });
    };
    const host = await lab.bootAfter(fill, { shards: 4 });
    await eventually(() => expect(lab.started()).toHaveLength(100));
    expect((await lab.waitsOf(host, 20))[10]).toBeLessThan(100);
    await lab.types().resume('mail');
    await eventually(() => expect(lab.names()).toContain('mail 1'));
  }, 30_000);

  it('hold up nothing of a worker with 2,000 queues', async () => {
    const host = await lab.boot({ queues: Array.from({ length: 2_000 }, (_, n) => `queue-${n}`) });
    await lab.add('report', 1, { queue: 'queue-7' });
    await lab.types().pause('mail');
    await lab.arePaused('mail');
    for (const queue of ['queue-5', 'queue-6', 'queue-7']) await lab.add('mail', MANY / 4, { queue });
    await lab.add('report', 20, { queue: 'queue-5', due: `now() - interval '1 second'` });
    await eventually(() => expect(lab.started()).toHaveLength(21));
    expect((await lab.waitsOf(host, 20, 'queue-6'))[10]).toBeLessThan(200);
    const sinceMs = performance.now();
    await lab.types().resume('mail');
    await eventually(() => lab.names().some((name) => name.startsWith('mail')), { intervalMs: 2 });
    expect(performance.now() - sinceMs).toBeLessThan(1_000);
  }, 60_000);

  it('hold up nothing beside rows that the database does not let anyone change', async () => {
    const host = await lab.boot();
    await lab.pool().query(REFUSE);
    await lab.pool().query(
      `insert into jobs (type, tags, scheduled_at)
       select 'report', '{refused}', now() - interval '1 hour' from generate_series(1, 3)`,
    );
    await lab.add('report', 1);
    await eventually(() => expect(lab.started()).toHaveLength(1), { timeoutMs: 20_000 });
    await lab.types().pause('mail');
    await lab.arePaused('mail');
    await lab.add('mail', MANY);
    await lab.add('report', 20, { due: `now() - interval '5 seconds'` });
    await eventually(() => expect(lab.started()).toHaveLength(21), { timeoutMs: 20_000 });
    expect((await lab.waitsOf(host, 10))[5]).toBeLessThan(500);
    await lab.types().resume('mail');
    await eventually(() => expect(lab.names()).toContain('mail 1'), { timeoutMs: 20_000 });
  }, 90_000);

  it('hold up nothing beside a held snapshot', async () => {
    await lab.pool().query('alter table jobs set (autovacuum_enabled = false)');
    await lab.add('gone', MANY);
    const holder = await lab.pool().connect();
    await holder.query('begin isolation level repeatable read; select count(*) from jobs');
    try {
      await lab.pool().query('delete from jobs');
      const host = await lab.bootAfter(async () => {
        await lab.add('mail', MANY);
        await lab.add('report', 100);
      });
      await eventually(() => expect(lab.started()).toHaveLength(100));
      expect((await lab.waitsOf(host, 20))[10]).toBeLessThan(100);
      const sinceMs = performance.now();
      await lab.types().resume('mail');
      await eventually(() => expect(lab.names()).toContain('mail 1'), { intervalMs: 2 });
      expect(performance.now() - sinceMs).toBeLessThan(2_000);
    } finally {
      await holder.query('rollback');
      holder.release();
    }
  }, 60_000);
});
