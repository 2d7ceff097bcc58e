import { Injectable } from '@nestjs/common';
import { defineJob, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import type pg from 'pg';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { eventually } from '../support/index.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const held = defineJob({ type: 'held', payload: z.object({}) });
const gates = new Map<string, () => void>();
const causes: unknown[] = [];

@Injectable()
@ProcessesJob(held)
class HeldProcessor implements JobProcessor<typeof held> {
  process({ id }: Job<typeof held>, { signal }: { signal: AbortSignal }): Promise<void> {
    return new Promise((resolve, reject) => {
      gates.set(id, resolve);
      signal.addEventListener('abort', () => {
        causes.push((signal.reason as { code: unknown }).code);
        reject(signal.reason as Error);
      });
    });
  }
}

describe('a worker behind a line', () => {
  const database = useDatabase({ each: true });
  let admin: pg.Client;
  let proxy: TcpProxy;
  let hosts: Host[];

  beforeEach(async () => {
    database.closeFirst(async () => {
      for (const open of gates.values()) open();
      await Promise.all(hosts.map((host) => host.close()));
      await proxy.close();
    });
    admin = await database.connect();
    proxy = await TcpProxy.to(database.url);
    hosts = [];
    gates.clear();
    causes.length = 0;
  });

  async function start(lease = {}): Promise<WorkerStatus> {
    const host = await startHost({
      url: proxy.through(database.url),
      providers: [HeldProcessor],
      jobs: { concurrency: 3, pollIntervalMs: 300, lease },
    });
    hosts.push(host);
    const status = host.get<WorkerStatus>(WorkerStatus);
    await eventually(() => status.listening);
    return status;
  }

  async function enqueue(): Promise<string> {
    const { rows } = await admin.query<{ id: string }>(`insert into jobs (type) values ('held') returning id`);
    return rows[0]!.id;
  }

  const read = async (id: string) =>
    (await admin.query<object>('select status, attempts from jobs where id = $1', [id])).rows[0];

  /** How many connections of a kind the server has. */
  const connections = async (purpose: string) =>
    Number(
      (
        await admin.query<{ n: string }>(
          `select count(*) as n from pg_stat_activity where datname = current_database() and application_name like $1`,
          [`% ${purpose}`],
        )
      ).rows[0]!.n,
    );

  async function expectConfiguredConnections(): Promise<void> {
    await eventually(async () => {
      expect(await connections('lease')).toBe(hosts.length);
      expect(await connections('listen')).toBe(hosts.length);
      expect(await connections('worker')).toBeLessThanOrEqual(3 * hosts.length);
    });
  }

  it('that leads nowhere of a sudden claims, settles, renews and listens again within 15 s, on as many connections', async () => {
    const status = await start();
    const running = await enqueue();
    await eventually(() => gates.has(running));
    await expectConfiguredConnections();

    proxy.swallowOpen();
    const sinceMs = performance.now();
    const noticedDeaf = eventually(() => !status.listening, { timeoutMs: 15_000 });
    noticedDeaf.catch(() => {});
    gates.get(running)!();
    const next = await enqueue();
    await admin.query('create table cut as select now() as at');

    const inTime = (check: () => unknown) =>
      eventually(check, { timeoutMs: Math.max(0, 15_000 - (performance.now() - sinceMs)) });
    await inTime(() => gates.has(next));
    await inTime(async () => expect(await read(running)).toEqual({ status: 'completed', attempts: 1 }));
    await inTime(async () => {
      const { rows } = await admin.query(`select from job_workers, cut where dead_at is null and last_seen_at > at`);
      expect(rows).toHaveLength(1);
    });
    expect(causes).toEqual([]);
    await noticedDeaf;
    await eventually(() => expect(status.listening).toBe(true));
    gates.get(next)!();
    await eventually(async () => expect(await read(next)).toEqual({ status: 'completed', attempts: 1 }));
    await expectConfiguredConnections();
  }, 60_000);

  it('that is gone for longer than others wait loses no attempt, and nobody declares anybody dead afterwards', async () => {
    const lease = { renewMs: 300, fenceAfterMs: 1_500, deadAfterMs: 2_500 };
    const statuses = [await start(lease), await start(lease)];
    const jobs = [await enqueue(), await enqueue(), await enqueue(), await enqueue()];
    await eventually(() => expect(gates.size).toBe(4));

    proxy.swallowAll();
    await eventually(() => expect(statuses.map(({ leaseHeld }) => leaseHeld)).toEqual([false, false]), {
      timeoutMs: 10_000,
    });
    expect(causes).toEqual(jobs.map(() => 'lease-lost'));
    await eventually(
      async () => {
        const { rows } = await admin.query(`select from job_workers where last_seen_at < now() - interval '6 seconds'`);
        expect(rows).toHaveLength(2);
      },
      { timeoutMs: 15_000 },
    );
    gates.clear();
    proxy.restore();
    proxy.reset();

    await eventually(() => expect(gates.size).toBe(4), { timeoutMs: 20_000 });
    for (const open of gates.values()) open();
    for (const id of jobs)
      await eventually(async () => expect(await read(id)).toEqual({ status: 'completed', attempts: 1 }));
    expect((await admin.query('select from job_workers where dead_at is not null')).rows).toEqual([]);
    expect((await admin.query('select from job_workers')).rows).toHaveLength(2);
    await expectConfiguredConnections();
  }, 60_000);

  it('that is cut again and again never holds more connections than it should, and none once it has ended', async () => {
    await start({ renewMs: 200 });
    for (let cut = 0; cut < 5; cut++) {
      proxy.reset();
      await expectConfiguredConnections();
    }
    const id = await enqueue();
    await eventually(() => gates.has(id), { timeoutMs: 10_000 });
    gates.get(id)!();
    await eventually(async () => expect(await read(id)).toEqual({ status: 'completed', attempts: 1 }));
    await hosts.pop()!.close();
    await eventually(() => expect(proxy.open).toBe(0));
  }, 60_000);
});
