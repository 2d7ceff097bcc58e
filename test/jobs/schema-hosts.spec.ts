import { jobsEntities, jobsMigrations, JobsHealthIndicator, runMigrations } from '@monstera/jobs';
import { SchemaLab, useEverything } from './schema-lab.js';

describe('a host with tables and settings of its own', () => {
  let lab: SchemaLab;

  beforeEach(async () => {
    lab = await SchemaLab.start();
  });

  afterEach(() => lab.close());

  it('an entityPrefix does not apply to the tables', async () => {
    const options = { entityPrefix: 'shop_', entities: jobsEntities, migrations: jobsMigrations };
    await runMigrations(await lab.connect(options));
    await expect(useEverything(await lab.start({ database: options }))).resolves.toBeUndefined();
  });

  it.each([undefined, 'app'])(
    'dropSchema between test runs leaves nothing in the way, in schema %s',
    async (schema) => {
      const options = {
        schema,
        dropSchema: true,
        migrationsRun: false,
        entities: jobsEntities,
        migrations: jobsMigrations,
      };
      for (let run = 0; run < 3; run++) {
        const dataSource = await lab.connect(options);
        expect(await runMigrations(dataSource)).toHaveLength(jobsMigrations.length);
        await dataSource.destroy();
      }
      await expect(useEverything(await lab.start({ database: { schema } }))).resolves.toBeUndefined();
    },
  );

  it("another tool's table of migrations is told apart, with the line that mends it", async () => {
    const dataSource = await lab.connect({ migrations: jobsMigrations });
    await dataSource.query('create table migrations (id int primary key, name text, run_on timestamp)');
    const mended = "migrationsTableName: 'typeorm_migrations'";
    await expect(runMigrations(dataSource)).rejects.toMatchObject({
      code: 'JOBS_MIGRATIONS_TABLE_TAKEN',
      fix: expect.stringContaining(mended) as string,
    });
    const database = { migrations: jobsMigrations };
    const producer = await lab.start({ database, providers: [] }, { role: 'producer' });
    expect((await producer.get(JobsHealthIndicator).isReady()).jobs).toMatchObject({
      reason: 'migrations_table_taken',
      message: expect.stringContaining(mended) as string,
    });
    const named = { ...database, migrationsTableName: 'typeorm_migrations' };
    await runMigrations(await lab.connect(named));
    await expect(useEverything(await lab.start({ database: named }))).resolves.toBeUndefined();
  });
});
