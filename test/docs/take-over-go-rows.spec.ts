import { defineJob, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { startHost, type Host } from '../jobs/host.js';
import { eventually } from '../support/index.js';
import { runTakeOver } from '../take-over/run-take-over.js';
import { readPage } from './markdown.js';
import { useDatabase } from '../support/use-database.js';

const page = readPage('docs/take-over-go-rows.md');

function statement(step: string): string {
  const found = page.snippets.find(({ language, info }) => language === 'sql' && info.includes(`step=${step}`));
  if (!found) throw new Error(`The page has no step "${step}"`);
  return found.text;
}

/** Those of the page's command line. */
function commandOptions(step: string): string[] {
  const found = page.snippets.find(({ language, info }) => language === 'sh' && info.includes(`step=${step}`));
  const [, options = ''] = /npm run take-over(?: -- (.*))?$/m.exec(found?.text ?? '') ?? [];
  return options.split(' ').filter(Boolean);
}

/** The original model, as its documentation has it. */
const GO_SCHEMA = `
  create table jobs (
    id uuid primary key default gen_random_uuid(),
    type varchar(50) not null,
    payload jsonb,
    status varchar(20) not null default 'pending',
    attempts int not null default 0,
    max_attempts int not null default 5,
    scheduled_at timestamptz not null default now(),
    started_at timestamptz,
    completed_at timestamptz,
    error text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create index jobs_status on jobs (status, scheduled_at)`;

const ids = {
  waiting: randomUUID(),
  stuck: randomUUID(),
  spent: randomUUID(),
  done: randomUUID(),
  failed: randomUUID(),
};

const GO_ROWS: [id: string, columns: string, values: string][] = [
  [ids.waiting, 'type, payload', `'cleanup', '{"days": 90}'`],
  [ids.stuck, 'type, payload, status, attempts, started_at', `'cleanup', '{"days": 7}', 'processing', 2, now()`],
  [ids.spent, 'type, payload, status, attempts, started_at', `'cleanup', '{"days": 1}', 'processing', 5, now()`],
  [ids.done, 'type, status, attempts, completed_at', `'cleanup', 'completed', 1, '2024-01-15T09:00:00Z'`],
  [ids.failed, 'type, status, attempts, error, updated_at', `'cleanup', 'failed', 5, 'no', '2024-01-16T09:00:00Z'`],
];

const cleanup = defineJob({ type: 'cleanup', payload: z.object({ days: z.number() }), timeoutMs: 60_000 });

@Injectable()
@ProcessesJob(cleanup)
class CleanupProcessor implements JobProcessor<typeof cleanup> {
  async process({ payload }: Job<typeof cleanup>) {
    return payload.days;
  }
}

describe('taking over the rows of the Go service', () => {
  const database = useDatabase({ migrated: false });
  let dataSource: DataSource;
  let host: Host | undefined;

  beforeAll(async () => {
    database.closeFirst(() => host?.close());
    dataSource = await database.openDataSource();
    await dataSource.query(GO_SCHEMA);
    for (const [id, columns, values] of GO_ROWS)
      await dataSource.query(`insert into jobs (id, ${columns}) values ($1, ${values})`, [id]);
  });

  const startWorker = () =>
    startHost({ url: database.url, providers: [CleanupProcessor], jobs: { retention: { pruneEveryMs: 3_600_000 } } });

  it('keeps every job and its history, and a worker finishes what was left', async () => {
    const inspected = await runTakeOver(database.url, commandOptions('inspect'));
    expect(inspected).toContain('5 rows, by status:');
    expect((await runTakeOver(database.url, commandOptions('take-over'))).at(-1)).toContain('Counts agree: 5 rows');
    expect(await dataSource.query(statement('quarantine'))).toEqual([]);

    host = await startWorker();
    const { jobs } = host;
    await eventually(async () => {
      for (const id of [ids.waiting, ids.stuck, ids.spent])
        expect(await jobs.get(id)).toMatchObject({ status: 'completed' });
    });
    expect(await jobs.get(ids.waiting)).toMatchObject({ result: 90, attempts: 1 });
    expect(await jobs.get(ids.stuck)).toMatchObject({ result: 7, attempts: 3 });
    const [done, failed] = [await jobs.get(ids.done), await jobs.get(ids.failed)];
    expect(done).toMatchObject({ status: 'completed', completedAt: new Date('2024-01-15T09:00:00Z'), attempts: 1 });
    expect(failed).toMatchObject({ status: 'failed', completedAt: new Date('2024-01-16T09:00:00Z'), error: 'no' });
    await expect(jobs.cancel(ids.done)).rejects.toMatchObject({ code: 'JOBS_ALREADY_FINISHED' });

    await dataSource.query(statement('drop'));
  });

  it('lets no Go worker claim from the new table', async () => {
    const { id } = await host!.jobs.enqueue(cleanup, { days: 3 }, { delayMs: 3_600_000 });
    const claim = `update jobs set status = 'processing', started_at = now() where id = $1`;
    await expect(dataSource.query(claim, [id])).rejects.toThrow('jobs_worker_when_processing');
  });
});
