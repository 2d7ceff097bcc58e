import { useCommand } from './use-command.js';

describe('npx monstera-jobs types, system, export, and show with long numbers', () => {
  const cli = useCommand();

  beforeAll(async () => {
    await cli.client.query(`
      insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry)
      values ('mail', 'letters', 3, 7, 60000, '{}'), ('report', 'default', 5, 5, 300000, '{}');
      insert into jobs (id, type) select jobs_new_id(), 'bulk' from generate_series(1, 1500)`);
  });

  it('lists the types that have a part in their names', async () => {
    const { exit, stdout } = await cli.run('types', '--search', 'MAI');
    expect(exit).toBe(0);
    expect(stdout.split('\n')[1]).toMatch(/^mail +letters +3 +7 +60s$/);
    expect(await cli.json('types', '--limit', '1')).toMatchObject({ total: 2, capped: true });
  });

  it('shows versions, the schema and sizes', async () => {
    const { exit, stdout } = await cli.run('system');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^PostgreSQL +\d/);
    expect(stdout).toMatch(/\njobs +\d+ +\d+ +\d+ KiB +\d+ KiB\n/);
    expect(await cli.json('system')).toMatchObject({ schema: { pending: [] } });
  });

  it('exports jobs as CSV and as JSON', async () => {
    const { stdout } = await cli.run('export', '--type', 'bulk');
    expect(stdout.trimEnd().split('\r\n')).toHaveLength(1_501);
    const { jobs, more } = await cli.json<{ jobs: unknown[]; more: boolean }>('export', '--at-most', '1100');
    expect([jobs.length, more]).toEqual([1_100, true]);
    expect((await cli.run('export', '--at-most', '100001')).exit).toBe(2);
  });

  it('shows every digit of a payload, for people and for programs', async () => {
    const { rows } = await cli.client.query<{ id: string }>(
      `insert into jobs (type, payload) values ('mail', '{"id": 9007199254740993}') returning id`,
    );
    expect((await cli.run('show', rows[0]!.id)).stdout).toContain('"id": 9007199254740993');
    expect((await cli.run('show', rows[0]!.id, '--json')).stdout).toContain('"payload":{"id": 9007199254740993}');
  });
});
