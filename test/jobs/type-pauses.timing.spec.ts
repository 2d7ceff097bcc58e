import { eventually } from '../support/index.js';
import { mail, report, typePauseLab } from './type-pause-lab.js';

const WORKERS = 8;

describe('the pause of a type', () => {
  const lab = typePauseLab();

  it(`reaches ${WORKERS} busy workers within a second, and none of its jobs starts after that`, async () => {
    await Promise.all(Array.from({ length: WORKERS }, () => lab.boot()));
    await lab.add('mail', 50_000);
    await lab.host().jobs.enqueue(report, {});
    await eventually(() => lab.started().length > 200);
    const sinceMs = performance.now();
    await lab.types().pause('mail');
    await lab.arePaused('mail');
    expect(performance.now() - sinceMs).toBeLessThan(1_000);
    const running = `select from jobs where status = 'processing'`;
    await eventually(async () => expect((await lab.pool().query(running)).rowCount).toBe(0));
    const lastMs = () =>
      Math.max(...lab.started().flatMap(({ name, atMs }) => (name.startsWith('mail') ? [atMs] : [])));
    const last = lastMs();
    expect(last - sinceMs).toBeLessThan(1_000);
    await lab.waitsOf(lab.host(), 5);
    expect(lastMs()).toBe(last);
    const left = `select max(attempts) as most from jobs where type = 'mail' and status = 'pending'`;
    expect((await lab.pool().query(left)).rows).toEqual([{ most: 0 }]);
    await lab.types().resume('mail');
    await eventually(() => lastMs() > last, { timeoutMs: 1_000 });
  }, 60_000);

  it('ends by itself at its time', async () => {
    const host = await lab.boot();
    const until = new Date(Date.now() + 1_500);
    await lab.types().pause('mail', { until });
    await lab.arePaused('mail');
    await host.jobs.enqueue(mail, { n: 1 });
    await eventually(() => expect(lab.names()).toEqual(['mail 1']), { intervalMs: 2 });
    expect(Date.now() - until.getTime()).toBeGreaterThanOrEqual(0);
    expect(Date.now() - until.getTime()).toBeLessThan(1_000);
    expect(await lab.types().get('mail')).toMatchObject({ paused: false, pausedUntil: null });
  });

  it('leaves the order as it is, within a type and among types', async () => {
    const host = await lab.boot({ concurrency: 1 });
    const both = (verb: 'pause' | 'resume') =>
      host.dataSource.transaction(async (manager) => {
        for (const type of ['mail', 'report']) await lab.types()[verb](type, { manager });
      });
    await both('pause');
    await lab.arePaused('mail', 'report');
    const due = `date_trunc('hour', now()) - interval '1 hour'`;
    for (const type of ['mail', 'report']) await lab.add(type, 200, { due });
    await both('resume');
    await eventually(() => expect(lab.started()).toHaveLength(400));
    const numbers = lab.names().map((name) => Number(name.split(' ')[1]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it('that begins while jobs of another type wait leaves their order as it is', async () => {
    await lab.boot({ concurrency: 1 });
    await lab.types().pause('report');
    await lab.arePaused('report');
    for (const type of ['mail', 'report']) await lab.add(type, 2_000);
    const turn = async () => {
      await lab.types().pause('mail');
      await lab.types().resume('report');
    };
    await turn();
    await eventually(() => lab.names().filter((name) => name.startsWith('report')).length === 2_000, {
      timeoutMs: 10_000,
    });
    const reports = lab.names().filter((name) => name.startsWith('report'));
    expect(reports).toEqual(Array.from({ length: 2_000 }, (_, n) => `report ${n + 1}`));
  }, 30_000);
});
