import { connectionOptions } from '@monstera/database';
import { jobsMigrations } from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { useCommand } from './use-command.js';

const NAMES = jobsMigrations.map(({ name }) => name);

describe('npx monstera-jobs migrate', () => {
  const cli = useCommand({ each: true, migrated: false });

  it('makes the tables, and says what is pending', async () => {
    expect(await cli.run('migrate', 'status')).toMatchObject({ exit: 1, stdout: expect.stringContaining(NAMES[0]!) });
    expect(await cli.json('migrate')).toEqual({ ran: NAMES });
    expect(await cli.json('migrate', 'up')).toEqual({ ran: [] });
  });

  it.each([[[]], [['--schema', 'My "app"']]])('prints SQL that does the same: %j', async (options) => {
    const { exit, stdout } = await cli.run('migrate', 'sql', ...options);
    expect(exit).toBe(0);
    expect((await cli.client.query(`select to_regclass('migrations') as made`)).rows).toEqual([{ made: null }]);
    await cli.client.query(stdout);
    expect(await cli.json('doctor', ...options)).toEqual({ problems: 0, findings: [] });
    expect((await cli.run('migrate', 'sql', ...options)).stdout).toBe('-- The schema is up to date.\n');
  });

  it('undoes the last migration only if that is meant, and leaves those of the host alone', async () => {
    await cli.run('migrate');
    await cli.client.query(`insert into migrations (timestamp, name) values (1999999999999, 'Hosts1999999999999')`);
    expect(await cli.run('migrate', 'down')).toMatchObject({ exit: 2, stderr: expect.stringContaining('--yes') });
    expect(await cli.json('migrate', 'down', '--yes')).toEqual({ reverted: NAMES.at(-1) });
    const { rows } = await cli.client.query<{ name: string }>('select name from migrations order by id');
    expect(rows.map(({ name }) => name)).toEqual([...NAMES.slice(0, -1), 'Hosts1999999999999']);
  });

  it('finds a schema of its own as its host has declared it', async () => {
    await cli.client.query('create schema app');
    const options = { ...connectionOptions({ url: cli.url }), schema: 'app', migrations: [...jobsMigrations] };
    const host = await new DataSource(options).initialize();
    await host.runMigrations();
    await host.destroy();
    const status = await cli.run('migrate', 'status', '--schema', 'app');
    expect(status).toMatchObject({ exit: 0, stdout: 'The schema is up to date.\n' });
    expect(await cli.run('list', '--schema', 'app')).toMatchObject({ exit: 0, stdout: 'No jobs.\n' });
  });

  it('is what other commands ask for where the tables are missing or old', async () => {
    const [list, health, doctor] = await Promise.all([cli.run('list'), cli.run('health'), cli.run('doctor')]);
    expect(list).toMatchObject({ exit: 1, stdout: '', stderr: expect.stringContaining('npx monstera-jobs migrate') });
    expect(list.stderr).toContain('JOBS_SCHEMA_OUTDATED');
    expect(health).toMatchObject({ exit: 1, stdout: expect.stringContaining('Migrations have not run') });
    expect(doctor).toMatchObject({ exit: 1, stdout: expect.stringContaining('JOBS_SCHEMA_OUTDATED') });
  });
});
