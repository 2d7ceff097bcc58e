import { JobService, type JobView } from '@monstera/jobs';
import type { INestApplication } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { greet, GreetProcessor } from './greet.js';

/** What an application does with jobs: enqueues some, reads their results, is probed and scraped, and closes. */
export async function tryOut(app: INestApplication): Promise<Record<string, unknown>> {
  await app.listen(0, '127.0.0.1');
  const jobs = app.get(JobService);
  const alone = await jobs.enqueue(greet, { name: 'Ada' });
  const together = await app
    .get(DataSource)
    .transaction((manager) => jobs.enqueue(greet, { name: 'Bo' }, { manager, priority: 1 }));
  const ended = [await endOf(jobs, alone.id), await endOf(jobs, together.id)];
  await until(() => app.get(GreetProcessor).ticks > 0);
  const [ready, metrics] = await Promise.all([get(app, '/health/ready'), get(app, '/metrics')]);
  await app.close();
  return {
    results: ended.map(({ status, result }) => [status, result]),
    ready: ready.status,
    scraped: /^jobs_processed_total\{job_type="greet",status="completed"\} 2$/m.test(metrics.text),
  };
}

async function endOf(jobs: JobService, id: string): Promise<JobView> {
  let job: JobView | null = null;
  await until(async () => Boolean((job = await jobs.get(id))?.completedAt));
  return job!;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds()) return;
    await delay(50);
  }
  throw new Error('What the application waits for did not come within 30 s');
}

async function get(app: INestApplication, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch((await app.getUrl()) + path);
  return { status: response.status, text: await response.text() };
}
