import { setTimeout as delay } from 'node:timers/promises';
import { PermanentJobError, SnoozeJobError, type JobsModuleOptions } from '@monstera/jobs';
import { eventually } from '../support/index.js';
import { CancelLab, handlers, log, OFTEN, WITHOUT_LISTEN } from './cancel-lab.js';

describe('a cancel in a transaction that commits while the job waits for its retry', () => {
  let lab: CancelLab;

  beforeEach(async () => {
    lab = await CancelLab.open();
  });

  afterEach(() => lab.close());

  async function failMeanwhile(own: JobsModuleOptions, end: 'commit' | 'roll back'): Promise<string> {
    let fail = () => {};
    handlers['it'] = () => new Promise((_, reject) => (fail = () => reject(new Error('failed on purpose'))));
    await lab.startWorker(own);
    const id = await lab.enqueue('it', { retry: { initialDelayMs: 60_000, maxDelayMs: 60_000 } });
    await eventually(() => expect(log).toEqual([`start ${id}`]));
    const transaction = lab.producer.dataSource.transaction(async (manager) => {
      expect(await lab.producer.jobs.cancel(id, { manager })).toEqual({ id, status: 'processing' });
      fail();
      await lab.until(id, { status: 'pending', attempts: 1 });
      if (end === 'roll back') throw new Error('changed my mind');
    });
    if (end === 'roll back') await expect(transaction).rejects.toThrow('changed my mind');
    else await transaction;
    return id;
  }

  it.each([
    ['that workers hear of', {}],
    ['that no worker hears of', WITHOUT_LISTEN],
  ])('%s, cancels it and keeps its error', async (_, options) => {
    const id = await failMeanwhile(options, 'commit');
    const error = expect.stringContaining('failed on purpose') as string;
    await lab.until(id, { status: 'cancelled', attempts: 1, error });
    await lab.noRequestsLeft();
  });

  it('leaves nothing behind if that transaction rolls back', async () => {
    const id = await failMeanwhile(OFTEN, 'roll back');
    expect(await lab.requests()).toEqual([]);
    expect(await lab.producer.jobs.get(id)).toMatchObject({ status: 'pending' });
  });
});

describe('300 jobs on two workers, each cancelled at a moment of its own', () => {
  const COUNT = 300;
  const again = new Error('failed on purpose');
  const endings = [
    () => Promise.resolve(),
    () => Promise.reject(again),
    () => Promise.reject(Object.assign(again, { retryAfterMs: 0 })),
    () => Promise.reject(new SnoozeJobError(0)),
    () => Promise.reject(new SnoozeJobError(20)),
    () => Promise.reject(new PermanentJobError('failed for good')),
  ];

  it.each([
    ['one shard', 1],
    ['four shards', 4],
  ])('all finish, and none starts after it was cancelled while it waited (%s)', async (_, shards) => {
    const lab = await CancelLab.open({ shards });
    handlers['it'] = async () => {
      await delay(Math.random() * 10);
      // Seldom done: most jobs end because of their cancel.
      await (Math.random() < 0.05 ? endings[0]! : endings[1 + Math.floor(Math.random() * 4.1)]!)();
    };
    for (const concurrency of [3, 8]) await lab.startWorker({ ...OFTEN, concurrency, shards });
    const ids = await lab.enqueueMany('it', COUNT);
    const cancelled = new Set<string>();
    await Promise.all(
      ids.map(async (id) => {
        await delay(Math.random() * 500);
        const status = await lab.cancel(id).catch(() => 'finished');
        if (status === 'cancelled') cancelled.add(id);
      }),
    );
    await eventually(async () => {
      const unfinished = await lab.query(
        `select id from jobs where status not in ('completed', 'failed', 'cancelled')`,
      );
      expect(unfinished).toEqual([]);
    });
    expect(lab.startsAfterAcknowledgement().filter((line) => cancelled.has(line.split(' ')[1]!))).toEqual([]);
    const starts = lab.startsAfterAcknowledgement();
    expect(new Set(starts).size).toBe(starts.length);
    expect(Object.keys(await lab.statuses())).toContain('cancelled');
    await lab.noRequestsLeft();
    await lab.close();
  });
});
