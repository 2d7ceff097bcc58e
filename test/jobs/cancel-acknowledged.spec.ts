import { setTimeout as delay } from 'node:timers/promises';
import { SnoozeJobError, type JobsModuleOptions } from '@monstera/jobs';
import { eventually } from '../support/index.js';
import { AGAIN_AFTER_MS, cancelledEvents, CancelLab, handlers, log, OFTEN, WITHOUT_LISTEN } from './cancel-lab.js';
import type { Host } from './host.js';

const COUNT = 200;

/** Asks to cancel each job while a worker has it, however short that is. */
const ASK_ON_CLAIM = `
  create function ask() returns trigger language plpgsql as $$
  begin
    insert into job_signals (shard, job_id, kind) values (new.shard, new.id, 'cancel') on conflict do nothing;
    return null;
  end $$;
  create trigger ask after update on jobs for each row when (new.status = 'processing') execute function ask()`;

describe('a job whose cancellation was acknowledged', () => {
  let lab: CancelLab;

  beforeEach(async () => {
    lab = await CancelLab.open();
  });

  afterEach(() => lab.close());

  const endings: Record<string, () => Error> = {
    fails: () => new Error('failed on purpose'),
    snoozes: () => new SnoozeJobError(AGAIN_AFTER_MS),
  };
  const processes: [string, JobsModuleOptions, (own: Host) => Host][] = [
    ['its own process', OFTEN, (own) => own],
    ['another process', OFTEN, () => lab.producer],
    ['another process, and no notification comes through', WITHOUT_LISTEN, () => lab.producer],
  ];
  const cases = Object.keys(endings).flatMap((ending) => processes.map((process) => [ending, ...process] as const));

  it.each(cases)(
    `never runs again, where its attempt of 10 ms %s, asked by %s: ${COUNT} of ${COUNT}`,
    async (ending, _, options, canceller) => {
      const answers: string[] = [];
      handlers['it'] = async ({ id }) => {
        if (log.filter((line) => line.endsWith(id)).length > 1) return;
        const acknowledged = delay(5 + Math.random() * 5).then(() => lab.cancel(id, canceller(own)));
        answers.push((await Promise.all([acknowledged, delay(10)]))[0]);
        throw endings[ending]!();
      };
      const own = await lab.startWorker(options);
      await lab.enqueueMany('it', COUNT);
      await eventually(() => expect(answers).toHaveLength(COUNT), { timeoutMs: 15_000 });
      expect([...new Set(answers)]).toEqual(['processing']);
      await eventually(async () => expect(await lab.statuses()).toEqual({ cancelled: COUNT }));
      expect(lab.startsAfterAcknowledgement()).toEqual([]);
      const ids = (await lab.query<{ id: string }>('select id from jobs order by id')).map(({ id }) => id);
      await eventually(() => expect(cancelledEvents.map(({ id }) => id).sort()).toEqual(ids));
      await lab.noRequestsLeft();
    },
  );

  it(`is not put off where its type has no processor: ${COUNT} of ${COUNT}`, async () => {
    // A worker's first claim is small; the rest of them would be put off without having been claimed.
    handlers['quick'] = () => Promise.resolve();
    await lab.startWorker({ concurrency: COUNT });
    const first = await lab.enqueue('quick');
    await lab.until(first, { status: 'completed' });
    await lab.query(ASK_ON_CLAIM);
    await lab.query(`insert into jobs (type) select 'elsewhere' from generate_series(1, $1::int)`, [COUNT]);
    await eventually(async () => expect(await lab.statuses()).toEqual({ completed: 1, cancelled: COUNT }));
  });

  it('does not start, where it was claimed ahead of its start', async () => {
    let release = () => {};
    handlers['quick'] = () => Promise.resolve();
    handlers['holds'] = () => new Promise<void>((resolve) => (release = resolve));
    await lab.startWorker({ concurrency: 1 });
    await lab.enqueueMany('quick', 50);
    const holder = await lab.enqueue('holds');
    const ahead = await lab.enqueueMany('quick', 20);
    const claimed = await eventually(async () => {
      const text = `select id from jobs where status = 'processing' and id = any ($1)`;
      const rows = await lab.query<{ id: string }>(text, [ahead]);
      return log.includes(`start ${holder}`) && rows.length > 0 && rows.map(({ id }) => id);
    });
    for (const id of claimed) await lab.cancel(id);
    await eventually(() => expect(cancelledEvents.map(({ id }) => id).sort()).toEqual([...claimed].sort()));
    expect(await lab.producer.jobs.get(holder)).toMatchObject({ status: 'processing' });
    release();
    for (const id of claimed)
      await lab.until(id, { status: 'cancelled', attempts: 0, error: 'Cancelled before its next run' });
    const completed = 71 - claimed.length;
    await eventually(async () => expect(await lab.statuses()).toEqual({ completed, cancelled: claimed.length }));
    expect(lab.startsAfterAcknowledgement()).toEqual([]);
  });

  it('is not handed back by a shutdown, and its attempt stays unused', async () => {
    handlers['it'] = ({ id }, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => void lab.cancel(id).then(() => reject(signal.reason as Error)));
      });
    await lab.startWorker({ shutdownTimeoutMs: 10 });
    const id = await lab.enqueue('it');
    await eventually(() => expect(log).toEqual([`start ${id}`]));
    await lab.closeWorkers();
    expect(log).toEqual([`start ${id}`, `acknowledged ${id}`]);
    const error = 'Cancelled before its next run';
    expect(await lab.producer.jobs.get(id)).toMatchObject({ status: 'cancelled', attempts: 0, error });
    expect(cancelledEvents).toMatchObject([{ id, name: 'cancelled', error }]);
  });

  it('is not run again after its worker died, unless that was its last attempt: then it has failed', async () => {
    const dead = '019a0000-0000-7000-8000-00000000dead';
    await lab.query(
      `insert into job_workers (id, host, pid, version, queues, slots, dead_at)
       values ($1, 'node-7', 42, '1', '{}', 1, now())`,
      [dead],
    );
    const running = await lab.query<{ id: string }>(
      `insert into jobs (type, payload, status, worker_id, started_at, attempts, run, max_attempts)
       select 'scripted', '{"script": "it"}', 'processing', $1, now(), 1, 1, max from unnest('{2, 1}'::int[]) as max
       returning id`,
      [dead],
    );
    const [first, last] = running.map(({ id }) => id) as [string, string];
    for (const id of [first, last]) await lab.cancel(id);
    await lab.startWorker(OFTEN);
    const error = 'Worker node-7 (pid 42) died while running this job';
    await lab.until(first, { status: 'cancelled', attempts: 1, error });
    await lab.until(last, { status: 'failed', attempts: 1 });
    await eventually(() => expect(cancelledEvents).toMatchObject([{ id: first, name: 'cancelled', error }]));
    expect(log.filter((line) => line.startsWith('start'))).toEqual([]);
    await lab.noRequestsLeft();
  });
});
