import 'reflect-metadata';
import { openSync } from 'node:fs';
import { JobService } from '@monstera/jobs';
import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import type { ChildOptions, ChildReport } from '../hostile-process.js';
import { CONCURRENCY, metrics, startApplication } from './application.js';
import { drive, textOf } from './drive.js';
import { blocking, BlockingProcessor, shared } from './processors.js';
import { Recorder } from './recorder.js';
import { judge } from './verdict.js';

/** A process of its own, because the question is whether it lives. Sends its report as its last message. */
const options = JSON.parse(process.env.HOSTILE_OPTIONS!) as ChildOptions;
const recorder = new Recorder(openSync(options.journal, 'a'));
Object.assign(shared, { recorder, seed: options.seed });

process.on('disconnect', () => process.exit(1));
if (options.listenUnhandled)
  process.on('unhandledRejection', (reason) =>
    recorder.complain(`an unhandled rejection: ${textOf(reason)}`, stackOf(reason)),
  );

function stackOf(reason: unknown): string | undefined {
  try {
    const { stack } = reason as Error;
    return typeof stack === 'string' ? stack : undefined;
  } catch {
    return undefined;
  }
}

const SLOTS_MS = 10_000;
const CLOSE_MS = 12_000;

async function checkSlots(app: INestApplicationContext): Promise<void> {
  const processor = app.get(BlockingProcessor);
  const jobs = app.get(JobService);
  for (let slot = 0; slot < CONCURRENCY; slot++) await jobs.enqueue(blocking, {}, { priority: 0 });
  const deadlineMs = performance.now() + SLOTS_MS;
  while (processor.running < CONCURRENCY && performance.now() < deadlineMs) await recorder.nextEnd(20);
  if (processor.running < CONCURRENCY)
    recorder.complain(`slots are lost: only ${processor.running} of ${CONCURRENCY} jobs run at once afterwards`);
  processor.letGo();
}

async function valueOf(metric: string): Promise<number> {
  const found = await metrics.getSingleMetric(metric)?.get();
  return found?.values.reduce((sum, { value }) => sum + value, 0) ?? 0;
}

/** Idle, it holds no slot; and what it counted is what was heard. */
async function checkMetrics(): Promise<void> {
  const deadlineMs = performance.now() + SLOTS_MS;
  while ((await valueOf('jobs_slots_active')) > 0 && performance.now() < deadlineMs) await recorder.nextEnd(20);
  const active = await valueOf('jobs_slots_active');
  if (active > 0) recorder.complain(`slots are lost: ${active} are in use although nothing runs`);
  const heard = [...recorder.endings.values()].reduce((sum, endings) => sum + endings.length, 0);
  const counted = await valueOf('jobs_processed_total');
  if (counted !== heard) recorder.complain(`jobs_processed_total is ${counted}, and ${heard} ends were heard`);
}

async function close(app: INestApplicationContext): Promise<void> {
  const startedMs = performance.now();
  await app.close();
  const tookMs = Math.round(performance.now() - startedMs);
  if (tookMs > CLOSE_MS) recorder.complain(`close() took ${tookMs} ms`);
}

async function run(): Promise<ChildReport> {
  const app = await startApplication(options.url, options.jobs);
  const client = new pg.Client({ connectionString: options.url });
  await client.connect();
  await client.query('create table if not exists effects (job_id uuid)');
  const driven = await drive({ ...options, jobs: app.get(JobService), recorder });
  if (driven.stalled) recorder.complain('stalled: no run ended for 15 s although jobs are waiting');
  await checkSlots(app);
  await checkMetrics();
  await close(app);
  await judge({ driven, recorder, client });
  await client.end();
  const runs = [...recorder.endings.values()].reduce((sum, endings) => sum + endings.length, 0);
  return { inputs: options.inputs.length, runs, complaints: [...recorder.complaints.values()] };
}

const report = await run();
process.send!(report, () => process.exit(0));
