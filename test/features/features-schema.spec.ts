import { connectionOptions } from '@monstera/database';
import { auditLogsEntities, auditLogsMigrations } from '@monstera/audit-logs';
import { monthlyReportsEntities, monthlyReportsMigrations } from '@monstera/monthly-reports';
import { weeklyReportsEntities, weeklyReportsMigrations } from '@monstera/weekly-reports';
import { DataSource } from 'typeorm';
import { useDatabase } from '../support/use-database.js';

const entities = [...weeklyReportsEntities, ...monthlyReportsEntities, ...auditLogsEntities];
const migrations = [...weeklyReportsMigrations, ...monthlyReportsMigrations, ...auditLogsMigrations];

const database = useDatabase();
let dataSource: DataSource;

beforeAll(async () => {
  database.closeFirst(() => dataSource.destroy());
  dataSource = await new DataSource({ ...connectionOptions({ url: database.url }), entities }).initialize();
});

interface TableColumn {
  name: string;
  type: string;
  nullable: boolean;
  hasDefault: boolean;
}

function tableColumns(table: string): Promise<TableColumn[]> {
  return dataSource.query(
    `select attname as name, format_type(atttypid, atttypmod) as type, not attnotnull as nullable,
            atthasdef or attidentity <> '' as "hasDefault"
     from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped
     order by attname`,
    [table],
  );
}

function uniqueColumns(table: string): Promise<{ columns: string[] }[]> {
  return dataSource.query(
    `select array(select attname::text from unnest(conkey) with ordinality as key (attnum, place)
                  join pg_attribute a on a.attrelid = conrelid and a.attnum = key.attnum order by place) as columns
     from pg_constraint where conrelid = $1::regclass and contype = 'u'`,
    [table],
  );
}

const SQL_TYPES: Record<string, string> = {
  varchar: 'character varying',
  timestamptz: 'timestamp with time zone',
  int: 'integer',
};

describe.each(entities.map((entity) => [entity.name, entity] as const))('%s', (_name, entity) => {
  it('has the columns of the migrated table: names, types, what may be null and what has a default', async () => {
    const { columns, tableName } = dataSource.getMetadata(entity);
    const expected = columns.map((column) => {
      const base = SQL_TYPES[String(column.type)] ?? String(column.type);
      const precision = column.precision ? `(${column.precision},${column.scale})` : '';
      return {
        name: column.databaseName,
        type: base + (column.length ? `(${column.length})` : precision),
        nullable: column.isNullable,
        hasDefault: column.default !== undefined || column.isGenerated,
      };
    });

    expect(await tableColumns(tableName)).toEqual(expected.sort((a, b) => a.name.localeCompare(b.name, 'en')));
  });

  it('has the unique constraints of the migrated table, and is never synchronised', async () => {
    const { uniques, tableName, synchronize } = dataSource.getMetadata(entity);

    expect(synchronize).toBe(false);
    expect(await uniqueColumns(tableName)).toEqual(
      uniques.map(({ columns }) => ({ columns: columns.map(({ databaseName }) => databaseName) })),
    );
  });
});

describe("the features' migrations", () => {
  it('can be taken back and run again', async () => {
    const runner = dataSource.createQueryRunner();
    const tables = async () => {
      const names = entities.map((entity) => dataSource.getMetadata(entity).tableName);
      const found = await runner.query('select to_regclass(name) from unnest($1::text[]) as name', [names]);
      return (found as { to_regclass: string | null }[]).filter(({ to_regclass: table }) => table !== null).length;
    };
    const steps = migrations.map((Migration) => new Migration());

    for (const step of [...steps].reverse()) await step.down(runner);
    expect(await tables()).toBe(0);
    for (const step of steps) await step.up(runner);
    expect(await tables()).toBe(entities.length);
    await runner.release();
  });
});
