import { Injectable, type Type } from '@nestjs/common';
import { defineJob, ProcessesJob, type JobDefinition, type JobsModuleOptions } from '@monstera/jobs';
import type pg from 'pg';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { createTestPool, eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const payload = z.object({});

function queueOf(name: string, priority = 5): JobDefinition {
  return defineJob({ type: `in_${name}`, queue: name, payload, priority });
}

function processorOf(definition: JobDefinition, start: (queue: string) => Promise<void>): Type {
  @Injectable()
  @ProcessesJob(definition)
  class Processor {
    process(): Promise<void> {
      return start(definition.queue);
    }
  }
  return Processor;
}

describe('the queues of one worker', () => {
  const database = useDatabase({ each: true });
  let host: Host | undefined;
  let pool: pg.Pool;
  /** The queue of each job that has started, in this order. */
  let started: string[];
  let takesMs: number;

  beforeEach(async () => {
    database.closeFirst(async () => {
      await host?.close();
      host = undefined;
      await pool.end();
    });
    pool = createTestPool(database.url, { max: 1 });
    started = [];
    takesMs = 0;
  });

  async function work(definitions: readonly JobDefinition[], jobs: JobsModuleOptions = {}): Promise<Host> {
    const start = async (queue: string) => {
      started.push(queue);
      if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs));
    };
    const providers = definitions.map((definition) => processorOf(definition, start));
    host = await startHost({ url: database.url, providers, jobs });
    return host;
  }

  /** Due since an hour ago, and that much later with each job. */
  async function backlog({ type, queue, priority }: JobDefinition, count: number): Promise<void> {
    await pool.query(
      `insert into jobs (type, queue, priority, scheduled_at)
       select $1, $2, $3, now() - interval '1 hour' + n * interval '1 microsecond' from generate_series(1, $4::int) as n`,
      [type, queue, priority, count],
    );
  }

  function served(): number[] {
    const counts = new Map<string, number>();
    for (const queue of started) counts.set(queue, (counts.get(queue) ?? 0) + 1);
    return [...counts.values()];
  }

  it('start a job of one queue within a second beside 100,000 of another that have waited for longer', async () => {
    const [imports, mail] = [queueOf('imports'), queueOf('mail')];
    await backlog(imports, 100_000);
    takesMs = 1;
    const { jobs } = await work([imports, mail]);
    await eventually(() => started.length > 100);
    const enqueuedMs = performance.now();
    await jobs.enqueue(mail, {});
    await eventually(() => started.includes('mail'));
    expect(performance.now() - enqueuedMs).toBeLessThan(1_000);
    expect(started.length).toBeLessThan(100_000);
  });

  it('are served equally where their backlogs are equal, whatever their names and numbers', async () => {
    const definitions = Array.from({ length: 50 }, (_, n) => queueOf(`queue-${n}`));
    for (const definition of definitions) await backlog(definition, 400);
    takesMs = 1;
    await work(definitions, { concurrency: 20 });
    await eventually(() => started.length >= 10_000, { timeoutMs: 30_000 });
    started.length = 10_000;
    expect(served()).toHaveLength(50);
    expect(Math.max(...served()) / Math.min(...served())).toBeLessThan(1.1);
  });

  it('are served in proportion to their weights', async () => {
    const [imports, mail] = [queueOf('imports'), queueOf('mail')];
    await backlog(imports, 5_000);
    await backlog(mail, 5_000);
    takesMs = 1;
    await work([imports, mail], { queues: ['imports', { name: 'mail', weight: 3 }] });
    await eventually(() => started.length >= 2_000);
    started.length = 2_000;
    expect(started.filter((queue) => queue === 'mail').length / 2_000).toBeCloseTo(0.75, 1);
  });

  it('still give way to jobs of a higher priority, in whatever queue', async () => {
    const [urgent, imports, mail] = [queueOf('urgent', 1), queueOf('imports'), queueOf('mail')];
    for (const definition of [imports, mail, urgent]) await backlog(definition, 300);
    await work([imports, mail, urgent], { concurrency: 1 });
    await eventually(() => started.length === 900);
    expect(new Set(started.slice(0, 300))).toEqual(new Set(['urgent']));
  });

  describe('that are hundreds', () => {
    const definitions = Array.from({ length: 300 }, (_, n) => queueOf(`queue-${n}`));

    it('start a job that no notification told of, and one that falls due later, within a poll', async () => {
      const { jobs } = await work(definitions, { pollIntervalMs: 200 });
      await backlog(definitions[123]!, 1);
      await eventually(() => expect(started).toEqual(['queue-123']));
      const enqueuedMs = performance.now();
      await jobs.enqueue(definitions[7]!, {}, { delayMs: 500 });
      await eventually(() => expect(started).toEqual(['queue-123', 'queue-7']));
      expect(performance.now() - enqueuedMs).toBeGreaterThanOrEqual(499);
    });

    it('start a job at once that a notification tells of', async () => {
      const { jobs } = await work(definitions, { pollIntervalMs: 600_000 });
      await eventually(() => host!.get(WorkerStatus, { strict: false }).listening);
      const producer = await startHost({
        url: database.url,
        jobs: { role: 'producer', definitions: [...definitions] },
      });
      const enqueuedMs = performance.now();
      await producer.jobs.enqueue(definitions[299]!, {});
      await jobs.enqueue(definitions[0]!, {});
      await eventually(() => expect(started.toSorted()).toEqual(['queue-0', 'queue-299']));
      expect(performance.now() - enqueuedMs).toBeLessThan(5_000);
      await producer.close();
    });

    it('are all emptied, the urgent ones first, and leave nobody out', async () => {
      const urgent = queueOf('urgent', 0);
      for (const definition of definitions) await backlog(definition, 10);
      await backlog(urgent, 100);
      await work([...definitions, urgent], { concurrency: 5 });
      await eventually(() => started.length === 3_100, { timeoutMs: 20_000 });
      expect(new Set(started.slice(0, 100))).toEqual(new Set(['urgent']));
      expect(served()).toHaveLength(301);
    });

    it('claim nothing from a paused queue, and go on when it is resumed', async () => {
      await work(definitions, { pollIntervalMs: 200, lease: { renewMs: 50, fenceAfterMs: 5_000 } });
      await pool.query(`insert into job_queues (name, paused_at) values ('queue-5', now())`);
      await eventually(() => pausedNow() === 1);
      await backlog(definitions[5]!, 3);
      await backlog(definitions[6]!, 3);
      await eventually(() => started.length === 3);
      expect(new Set(started)).toEqual(new Set(['queue-6']));
      await pool.query(`update job_queues set paused_at = null`);
      await eventually(() => started.length === 6);
    });

    function pausedNow(): number {
      return host!.get(WorkerStatus, { strict: false }).pausedQueues.length;
    }
  });
});
