import { Injectable } from '@nestjs/common';
import {
  jobsEntities,
  jobsMigrations,
  jobsMigrationsIn,
  JobService,
  JobsHealthIndicator,
  runMigrations,
  ScheduledJob,
  type ScheduledTick,
} from '@monstera/jobs';
import { readFileSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { resolveJobsOptions } from '../../libs/jobs/src/jobs.options.js';
import { eventually } from '../support/index.js';
import { FOREIGN, note, NoteProcessor, SchemaLab, useEverything } from './schema-lab.js';

@Injectable()
class NoteSchedule {
  constructor(private readonly jobs: JobService) {}

  @ScheduledJob('* * * * * *', { name: 'note_every_second' })
  async enqueue({ manager }: ScheduledTick): Promise<void> {
    await this.jobs.enqueue(note, {}, { manager });
  }
}

describe('the schema of the tables', () => {
  let lab: SchemaLab;

  beforeEach(async () => {
    lab = await SchemaLab.start();
  });

  afterEach(() => lab.close());

  async function tablesIn(dataSource: DataSource, schema: string): Promise<number> {
    const [row] = await dataSource.query<[{ n: number }]>(
      `select count(*)::int as n from pg_tables where schemaname = $1 and tablename ~ '^jobs?(_|$)'`,
      [schema],
    );
    return row.n;
  }

  it.each(['app', 'My App', `it's "quoted"`, 'größe'])(
    'may be "%s", beside a table jobs of the host',
    async (schema) => {
      const dataSource = await lab.connect({ migrations: jobsMigrationsIn(schema) });
      await dataSource.query(FOREIGN);
      expect(await runMigrations(dataSource)).toHaveLength(jobsMigrations.length);
      const host = await lab.start({ providers: [NoteProcessor, NoteSchedule] }, { schema });
      await expect(useEverything(host)).resolves.toBeUndefined();
      await eventually(async () =>
        expect(
          await host.dataSource.query(`select from "${schema.replaceAll('"', '""')}".job_schedule_ticks`),
        ).not.toHaveLength(0),
      );
      expect(await dataSource.query('select title from public.jobs order by id')).toEqual([
        { title: 'gardener' },
        { title: 'cook' },
      ]);
      expect(await tablesIn(dataSource, 'public')).toBe(1);
    },
  );

  it('is that of the DataSource by default', async () => {
    const admin = await lab.connect();
    await admin.query(FOREIGN);
    const options = { schema: 'app', entities: jobsEntities, migrations: jobsMigrations };
    await runMigrations(await lab.connect(options));
    const host = await lab.start({ database: options });
    await expect(useEverything(host)).resolves.toBeUndefined();
    expect(await tablesIn(admin, 'app')).toBe(jobsEntities.length);
  });

  it('is that of jobsMigrationsIn() by default, for a module whose options come late too', async () => {
    const options = { migrations: jobsMigrationsIn('app') };
    await runMigrations(await lab.connect(options));
    const host = await lab.start({ database: options });
    await expect(useEverything(host)).resolves.toBeUndefined();
  });

  it('is that of the module for plain jobsMigrations, which run when the DataSource starts', async () => {
    await (await lab.connect()).query(FOREIGN);
    const host = await lab.start(
      { database: { migrations: jobsMigrations, migrationsRun: true }, poolSize: 3 },
      { schema: 'app' },
    );
    await expect(useEverything(host)).resolves.toBeUndefined();
  });

  it('goes down and up again', async () => {
    const dataSource = await lab.connect({ migrations: jobsMigrationsIn('app') });
    await runMigrations(dataSource);
    for (const _ of jobsMigrations) await dataSource.undoLastMigration();
    expect(await tablesIn(dataSource, 'app')).toBe(0);
    await runMigrations(dataSource);
    expect(await tablesIn(dataSource, 'app')).toBe(jobsEntities.length);
  });

  it('may be two of one DataSource', async () => {
    const dataSource = await lab.connect({ migrations: [...jobsMigrationsIn('one'), ...jobsMigrationsIn('two')] });
    await runMigrations(dataSource);
    expect([await tablesIn(dataSource, 'one'), await tablesIn(dataSource, 'two')]).toEqual([14, 14]);
  });

  it('has the jobs that jobs_enqueue() adds, whatever the search path of its caller', async () => {
    const dataSource = await lab.connect({ migrations: jobsMigrationsIn('app') });
    await dataSource.query(FOREIGN);
    await runMigrations(dataSource);
    const host = await lab.start({}, { schema: 'app' });
    const [{ id }] = await dataSource.query<[{ id: string }]>(`select app.jobs_enqueue('note', '{}') as id`);
    await eventually(async () => expect((await host.jobs.get(id))?.status).toBe('completed'));
  });

  it('can be made and used by a role that may create no schema, if it is there', async () => {
    const admin = await lab.connect();
    await admin.query(`create schema app; create role plain_${process.pid} login password 'p';
      grant usage, create on schema app, public to plain_${process.pid}`);
    const url = Object.assign(new URL(lab.database.url), { username: `plain_${process.pid}`, password: 'p' }).href;
    const dataSource = await lab.connect({ url, migrations: jobsMigrationsIn('app') });
    await runMigrations(dataSource);
    const host = await lab.start({ url }, { schema: 'app' });
    await expect(useEverything(host)).resolves.toBeUndefined();
    await host.close();
    await dataSource.destroy();
    await admin.query(`drop owned by plain_${process.pid}; drop role plain_${process.pid}`);
  });

  it('is not ready, and no worker starts, where its tables are missing, with the line that mends it', async () => {
    await runMigrations(await lab.connect({ migrations: jobsMigrations }));
    const started = lab.start({ database: { migrations: jobsMigrations } }, { schema: 'elsewhere' });
    await expect(started).rejects.toMatchObject({
      code: 'JOBS_SCHEMA_OUTDATED',
      fix: expect.stringContaining('jobsMigrationsIn("elsewhere")') as string,
    });
    const producer = await lab.start({ providers: [] }, { schema: 'elsewhere', role: 'producer' });
    expect((await producer.get(JobsHealthIndicator).isReady()).jobs).toMatchObject({
      status: 'down',
      reason: 'schema_outdated',
      message: expect.stringContaining('jobsMigrationsIn("elsewhere")') as string,
    });
  });

  it('has none of our tables where the host has a table of that name, and says how to mend it', async () => {
    const dataSource = await lab.connect({ migrations: jobsMigrations });
    await dataSource.query(FOREIGN);
    await expect(runMigrations(dataSource)).rejects.toMatchObject({
      code: 'JOBS_TABLE_NAMES_TAKEN',
      what: expect.stringContaining('"public" already has jobs') as string,
      fix: expect.stringContaining('jobsMigrationsIn(') as string,
    });
    expect(await dataSource.query(`select proname from pg_proc where pronamespace = 'public'::regnamespace`)).toEqual(
      [],
    );
  });

  it.each(['', 'pg_jobs', 'information_schema', 'x'.repeat(64), 'nul\0', 7])('refuses %j', (schema) => {
    expect(() => jobsMigrationsIn(schema as string)).toThrow('JOBS_INVALID_SCHEMA');
    expect(() => resolveJobsOptions({ schema: schema as string })).toThrow('schema: must');
  });

  it('is where roles.sql grants, with the search path that its page names', async () => {
    const dataSource = await lab.connect({ migrations: jobsMigrationsIn('app') });
    await dataSource.query(FOREIGN);
    await dataSource.query('create table public.migrations_of_another (id int)');
    await runMigrations(dataSource);
    const runner = dataSource.createQueryRunner();
    const roles = readFileSync('libs/jobs/sql/roles.sql', 'utf8');
    await expect(runner.query(roles)).rejects.toThrow('is not a table of the jobs');
    await runner.query('rollback').catch(() => {});
    await runner.query('set search_path = app, public');
    await runner.query('begin');
    await runner.query(roles);
    const rights = await runner.query(
      `select has_table_privilege('jobs_worker', 'app.jobs', 'delete') as worker,
              has_table_privilege('jobs_worker', 'public.jobs', 'select') as foreign`,
    );
    expect(rights).toEqual([{ worker: true, foreign: false }]);
    await runner.query('rollback');
    await runner.release();
  });
});
