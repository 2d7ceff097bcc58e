import { Injectable } from '@nestjs/common';
import { defineJob, JobTypes, ProcessesJob, type Job, type JobProcessor, type JobsModuleOptions } from '@monstera/jobs';
import type pg from 'pg';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { createTestPool, eventually } from '../support/index.js';
import { useDatabase } from '../support/use-database.js';
import { startHost, type Host } from './host.js';

const payload = z.object({ n: z.number().default(0) });
export const mail = defineJob({ type: 'mail', payload });
export const report = defineJob({ type: 'report', payload });

interface Started {
  /** Its type and its number. */
  name: string;
  atMs: number;
}

let started: Started[] = [];

const start = async ({ type, payload: { n } }: { type: string; payload: { n: number } }) =>
  void started.push({ name: `${type} ${n}`, atMs: performance.now() });

@Injectable()
@ProcessesJob(mail)
class MailProcessor implements JobProcessor<typeof mail> {
  process(job: Job<typeof mail>): Promise<void> {
    return start(job);
  }
}

@Injectable()
@ProcessesJob(report)
class ReportProcessor implements JobProcessor<typeof report> {
  process(job: Job<typeof report>): Promise<void> {
    return start(job);
  }
}

const HOUR_AGO = `now() - interval '1 hour'`;

/** A database for each test, workers on it that run jobs of two types, and what these have started. */
export function typePauseLab() {
  const database = useDatabase({ each: true });
  let pool: pg.Pool;
  let hosts: Host[];

  beforeEach(() => {
    [started, hosts] = [[], []];
    pool = createTestPool(database.url, { max: 2 });
    database.closeFirst(async () => {
      await Promise.all(hosts.map((host) => host.close()));
      await pool.end();
    });
  });

  async function boot(jobs: JobsModuleOptions = {}): Promise<Host> {
    const providers = [MailProcessor, ReportProcessor];
    const options = { pollIntervalMs: 500, ...jobs };
    const host = await startHost({ url: database.url, providers, poolSize: 3, jobs: options });
    hosts.push(host);
    await eventually(() => statusOf(host).listening);
    return host;
  }

  const statusOf = (host: Host) => host.get<WorkerStatus>(WorkerStatus, { strict: false });
  const types = () => hosts[0]!.get(JobTypes);

  /** Waits until these are the paused types of all workers. */
  const arePaused = (...paused: string[]) =>
    eventually(() => hosts.forEach((host) => expect(statusOf(host).pausedTypes).toEqual(paused)), { intervalMs: 2 });

  /** Boots a worker, and then pauses `mail`. */
  async function bootPaused(jobs: JobsModuleOptions = {}): Promise<Host> {
    const host = await boot(jobs);
    await types().pause('mail');
    await arePaused('mail');
    return host;
  }

  /** As `bootPaused`, and lets `fill` add jobs while no worker is there. */
  async function bootAfter(fill: () => Promise<unknown>, jobs: JobsModuleOptions = {}): Promise<Host> {
    await bootPaused(jobs);
    await Promise.all(hosts.splice(0).map((host) => host.close()));
    await fill();
    return boot(jobs);
  }

  /** Pending jobs without a wake-up, numbered in the order in which they fall due. */
  async function add(type: string, count: number, { due = HOUR_AGO, queue = 'default', shards = 1 } = {}) {
    await pool.query(
      `insert into jobs (shard, type, queue, payload, scheduled_at)
       select n % $4, $1, $3, jsonb_build_object('n', n), ${due} + n * interval '1 microsecond'
       from generate_series(1, $2::int) as n`,
      [type, count, queue, shards],
    );
  }

  /** Enqueues jobs of the other type one after the other, and returns how long each waited, in ascending order. */
  async function waitsOf(host: Host, count: number, queue = 'default'): Promise<number[]> {
    const waits: number[] = [];
    for (let n = 1; n <= count; n++) {
      const sinceMs = performance.now();
      // In a transaction, so that it is claimed, and not inserted as claimed.
      await host.dataSource.transaction((manager) => host.jobs.enqueue(report, { n: -n }, { queue, manager }));
      const { atMs } = await eventually(
        () => started.find(({ name, atMs: at }) => name === `report ${-n}` && at > sinceMs) ?? false,
      );
      waits.push(atMs - sinceMs);
    }
    return waits.sort((a, b) => a - b);
  }

  return {
    boot,
    bootPaused,
    bootAfter,
    types,
    arePaused,
    add,
    waitsOf,
    started: () => started,
    names: () => started.map(({ name }) => name),
    pool: () => pool,
    host: () => hosts[0]!,
  };
}
