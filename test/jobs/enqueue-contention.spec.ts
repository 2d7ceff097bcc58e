import { defineJob } from '@monstera/jobs';
import { z } from 'zod';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const item = defineJob({ type: 'item', payload: z.object({ n: z.number() }) });
const KEYS = 20;
const ROUNDS = 40;

/** In an order that differs from process to process and from round to round. */
function shuffled(round: number): { payload: { n: number }; uniqueKey: string }[] {
  const jobs = Array.from({ length: KEYS }, (_, n) => ({ payload: { n }, uniqueKey: `round ${round}, key ${n}` }));
  for (let i = jobs.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [jobs[i], jobs[j]] = [jobs[j]!, jobs[i]!];
  }
  return jobs;
}

describe.each(['read committed', 'serializable'])(
  'two processes that enqueue the same keys at once, %s',
  (isolation) => {
    const database = useDatabase();
    let hosts: Host[];

    beforeAll(async () => {
      database.closeFirst(async () => {
        for (const host of hosts) await host.close();
      });
      const setUp = await startHost({ url: database.url, jobs: { role: 'producer' } });
      const [{ name }] = await setUp.dataSource.query<[{ name: string }]>('select current_database() as name');
      await setUp.dataSource.query(`alter database ${name} set default_transaction_isolation = '${isolation}'`);
      await setUp.close();
      hosts = [];
      for (let i = 0; i < 2; i++) hosts.push(await startHost({ url: database.url, jobs: { role: 'producer' } }));
    });

    it.each<[string, (host: Host, round: number) => Promise<unknown>]>([
      [
        'one by one',
        ({ jobs }, round) =>
          Promise.all(shuffled(round).map(({ payload, uniqueKey }) => jobs.enqueue(item, payload, { uniqueKey }))),
      ],
      ['by enqueueMany()', ({ jobs }, round) => jobs.enqueueMany(item, shuffled(ROUNDS + round))],
    ])(
      'never get an error: %s',
      async (_, enqueueAll) => {
        const reasons: unknown[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          const settled = await Promise.allSettled(hosts.map((host) => enqueueAll(host, round)));
          for (const one of settled) if (one.status === 'rejected') reasons.push(String(one.reason));
        }
        expect(reasons).toEqual([]);
      },
      60_000,
    );

    it('find each job of theirs cancelled and due again once', async () => {
      const ids = await hosts[0]!.jobs.enqueueMany(
        item,
        Array.from({ length: KEYS }, (_, n) => ({ payload: { n }, delayMs: 60_000 })),
      );
      for (const { id } of ids) {
        const cancelled = await Promise.allSettled(hosts.map(({ jobs }) => jobs.cancel(id)));
        expect(cancelled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        const retried = await Promise.allSettled(hosts.map(({ jobs }) => jobs.retry(id)));
        expect(retried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const one of [...cancelled, ...retried])
          if (one.status === 'rejected') expect((one.reason as { code: string }).code).toMatch(/^JOBS_/);
      }
    });
  },
);
