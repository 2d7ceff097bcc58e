import { connectionOptions } from '@monstera/database';
import { assertSchemaCurrent, jobsEntities, jobsMigrations, pendingMigrations, runMigrations } from '@monstera/jobs';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { useDatabase } from '../support/use-database.js';

const NAMES = jobsMigrations.map((migration) => migration.name);

/** Every column, constraint, index and function of the schema, as PostgreSQL describes them. */
const DESCRIBE_SCHEMA = `
  select 'column' as kind, concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
    case when a.attnotnull then 'not null' end, pg_get_expr(d.adbin, d.adrelid), c.reloptions::text) as definition
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
  union all
  select 'constraint', conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
  from pg_constraint where connamespace = 'public'::regnamespace
  union all
  select 'index', indexdef from pg_indexes where schemaname = 'public'
  union all
  select 'function', pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
  order by 1, 2`;

const describeSchema = (dataSource: DataSource) =>
  dataSource.query<{ kind: string; definition: string }[]>(DESCRIBE_SCHEMA);

describe('the schema', () => {
  const database = useDatabase();
  const open: DataSource[] = [];

  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(open.splice(0).map((dataSource) => dataSource.destroy()));
  });

  async function connect(given: Partial<DataSourceOptions> = {}): Promise<DataSource> {
    const options = { ...connectionOptions({ url: database.url, poolSize: 2 }), ...given } as DataSourceOptions;
    const dataSource = await new DataSource(options).initialize();
    open.push(dataSource);
    return dataSource;
  }

  async function connectToEmpty(given: Partial<DataSourceOptions> = {}): Promise<DataSource> {
    const dataSource = await connect({ migrations: jobsMigrations, ...given });
    await dataSource.query('drop schema public cascade');
    await dataSource.query('create schema public');
    return dataSource;
  }

  describe('as migrated', () => {
    it.each(jobsEntities.map((entity) => [entity.name, entity] as const))(
      'has the columns of %s, no more and no fewer, with their types, lengths, defaults and nullability',
      async (_, entity) => {
        const dataSource = await connect({ entities: jobsEntities });
        const { tableName, columns, synchronize } = dataSource.getMetadata(entity);
        const runner = dataSource.createQueryRunner();
        const table = (await runner.getTable(tableName))!;
        await runner.release();

        const names = (all: readonly { name: string }[]) => all.map(({ name }) => name).sort();
        expect(names(table.columns)).toEqual(names(columns.map(({ databaseName: name }) => ({ name }))));
        const changed = dataSource.driver.findChangedColumns(table.columns, columns);
        expect(changed.map((column) => column.databaseName)).toEqual([]);
        expect(synchronize).toBe(false);
      },
    );

    it('has an entity for every table of ours', async () => {
      const dataSource = await connect({ entities: jobsEntities });
      const rows = await dataSource.query<{ name: string }[]>(
        `select relname as name from pg_class
         where relnamespace = 'public'::regnamespace and relkind = 'r' and relname ~ '^jobs?(_|$)' order by 1`,
      );
      const known = dataSource.entityMetadatas.map(({ tableName }) => tableName);
      expect(rows.map(({ name }) => name)).toEqual(known.sort());
    });

    it('survives a host that synchronises its schema: not one index is dropped', async () => {
      const dataSource = await connect({ entities: jobsEntities });
      const before = await describeSchema(dataSource);
      await dataSource.synchronize();
      expect(await describeSchema(dataSource)).toEqual(before);
    });
  });

  describe('migrating', () => {
    it('goes up, down to nothing, and up again to the same', async () => {
      const dataSource = await connectToEmpty();
      expect(await runMigrations(dataSource)).toEqual(NAMES);
      const migrated = await describeSchema(dataSource);
      expect(new Set(migrated.map(({ kind }) => kind))).toEqual(new Set(['column', 'constraint', 'index', 'function']));

      for (let i = 0; i < NAMES.length; i++) await dataSource.undoLastMigration();
      const left = await describeSchema(dataSource);
      expect(left.filter(({ definition }) => !/\bmigrations/.test(definition))).toEqual([]);

      expect(await runMigrations(dataSource)).toEqual(NAMES);
      expect(await describeSchema(dataSource)).toEqual(migrated);
    });

    it('leaves, once a migration is undone, what there was before it', async () => {
      await connectToEmpty();
      const before: unknown[] = [];
      for (let count = 1; count <= NAMES.length; count++) {
        const dataSource = await connect({ migrations: jobsMigrations.slice(0, count) });
        await dataSource.runMigrations();
        before.push(await describeSchema(dataSource));
      }
      const dataSource = await connect({ migrations: jobsMigrations });
      for (let count = NAMES.length - 1; count > 0; count--) {
        await dataSource.undoLastMigration();
        expect([NAMES[count], await describeSchema(dataSource)]).toEqual([NAMES[count], before[count - 1]]);
      }
    });

    it('happens once, however many processes start together on an empty database', async () => {
      await connectToEmpty();
      const starting = await Promise.all(Array.from({ length: 10 }, () => connect({ migrations: jobsMigrations })));
      const ran = await Promise.all(starting.map((dataSource) => runMigrations(dataSource)));
      expect(ran.filter((names) => names.length > 0)).toEqual([NAMES]);
      const recorded = await starting[0]!.query<{ name: string }[]>('select name from migrations order by id');
      expect(recorded.map(({ name }) => name)).toEqual(NAMES);
    });

    it('leaves the lock free when a migration fails', async () => {
      jest.spyOn(console, 'log').mockImplementation(() => {});
      class Failing1999999999999 {
        up = () => Promise.reject(new Error('this migration fails'));
        down = () => Promise.resolve();
      }
      const failing = await connectToEmpty({ migrations: [...jobsMigrations, Failing1999999999999] });
      await expect(runMigrations(failing)).rejects.toThrow('this migration fails');
      expect(await runMigrations(await connect({ migrations: jobsMigrations }))).toEqual([]);
    });
  });

  it('has room for one unfinished job per queue and unique key', async () => {
    const dataSource = await connect();
    const insert = (queue: string) =>
      dataSource.query(`insert into jobs (type, queue, unique_key, status) values ('a', $1, 'k', 'blocked')`, [queue]);
    await insert('one');
    await insert('two');
    await expect(insert('one')).rejects.toMatchObject({ driverError: { code: '23505', constraint: 'jobs_unique' } });
  });

  describe.each(['migrations', 'Our Migrations'])('with the table "%s"', (migrationsTableName) => {
    it('is known to be outdated on an empty database, with the command to run', async () => {
      const dataSource = await connectToEmpty({ migrationsTableName });
      expect(await pendingMigrations(dataSource)).toEqual(NAMES);
      await expect(assertSchemaCurrent(dataSource)).rejects.toMatchObject({
        code: 'JOBS_SCHEMA_OUTDATED',
        what: expect.stringContaining(NAMES.join(', ')) as string,
        fix: 'Run: npm run migration:run',
      });
      expect(await describeSchema(dataSource)).toEqual([]);
    });

    it('is known to be current once migrated, and to lack what comes later', async () => {
      const dataSource = await connectToEmpty({ migrationsTableName });
      await runMigrations(dataSource);
      expect(await pendingMigrations(dataSource)).toEqual([]);
      await expect(assertSchemaCurrent(dataSource)).resolves.toBeUndefined();

      await dataSource.undoLastMigration();
      expect(await pendingMigrations(dataSource)).toEqual(NAMES.slice(-1));
    });
  });
});
