import { Injectable } from '@nestjs/common';
import { getRepositoryToken } from '@nestjs/typeorm';
import { connectionOptions } from '@monstera/database';
import {
  defineJob,
  JobEntity,
  JobRepository,
  JobsHealthIndicator,
  ProcessesJob,
  type JobProcessor,
  type JobsModuleOptions,
} from '@monstera/jobs';
import { DataSource, type DataSourceOptions, type Repository } from 'typeorm';
import { z } from 'zod';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { startHost, type Host, type HostOptions } from './host.js';

export const note = defineJob({
  type: 'note',
  payload: z.object({ fail: z.boolean().optional() }),
  maxAttempts: 1,
});

@Injectable()
@ProcessesJob(note)
export class NoteProcessor implements JobProcessor<typeof note> {
  async process({ payload }: { payload: { fail?: boolean } }): Promise<void> {
    if (payload.fail) throw new Error('failed on purpose');
  }
}

/** What an application had before: a table of the same name with other columns, and rows. */
export const FOREIGN = `
  create table public.jobs (id serial primary key, title text not null);
  insert into public.jobs (title) values ('gardener'), ('cook')`;

/** An empty database, and the data sources and hosts of a test on it. */
export class SchemaLab {
  private readonly open: (() => Promise<unknown>)[] = [];

  private constructor(readonly database: TestDatabase) {}

  static async start(): Promise<SchemaLab> {
    return new SchemaLab(await createTestDatabase({ migrated: false }));
  }

  async close(): Promise<void> {
    for (const close of this.open.reverse()) await close();
    await this.database.drop();
  }

  async connect(given: Partial<DataSourceOptions> = {}): Promise<DataSource> {
    const options = { ...connectionOptions({ url: this.database.url, poolSize: 2 }), ...given } as DataSourceOptions;
    const dataSource = await new DataSource(options).initialize();
    this.open.push(async () => dataSource.isInitialized && dataSource.destroy());
    return dataSource;
  }

  async start(options: Partial<HostOptions>, jobs: JobsModuleOptions = {}): Promise<Host> {
    const host = await startHost({ url: this.database.url, providers: [NoteProcessor], jobs, ...options });
    this.open.push(host.close);
    return host;
  }
}

/** Every way to the tables: inserts of all kinds, a run, a failure, a retry, a cancel, a schedule, counts, a probe. */
export async function useEverything(host: Host): Promise<void> {
  const alone = await host.jobs.enqueue(note, {});
  const keyed = await host.jobs.enqueue(note, {}, { uniqueKey: 'k' });
  const [first] = await host.jobs.enqueueMany(note, [{ payload: {} }, { payload: {}, delayMs: 10 }]);
  const inside = await host.dataSource.transaction((manager) => host.jobs.enqueue(note, {}, { manager }));
  for (const { id } of [alone, keyed, first!, inside])
    await eventually(async () => expect((await host.jobs.get(id))?.status).toBe('completed'));
  const failing = await host.jobs.enqueue(note, { fail: true });
  await eventually(async () => expect((await host.jobs.get(failing.id))?.status).toBe('failed'));
  await host.jobs.retry(failing.id);
  const later = await host.jobs.enqueue(note, {}, { delayMs: 3_600_000 });
  await host.jobs.cancel(later.id);
  const repository = host.get(JobRepository);
  expect((await repository.countPendingByType()).counts).toBeDefined();
  await repository.sample();
  await eventually(async () =>
    expect((await host.get(JobsHealthIndicator).isReady()).jobs).toMatchObject({ status: 'up' }),
  );
  const entities = host.get<Repository<JobEntity>>(getRepositoryToken(JobEntity));
  expect(await entities.findOneBy({ id: alone.id })).toMatchObject({ type: 'note', status: 'completed' });
}
