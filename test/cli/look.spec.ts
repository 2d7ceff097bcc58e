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

  it('pauses and resumes a type, and shows that', async () => {
    const question = await cli.run('types', 'pause', 'mail');
    expect(question).toMatchObject({ exit: 2, stdout: '' });
    const { exit, stdout } = await cli.run('types', 'pause', 'mail', '--until', '2h', '--yes');
    expect([exit, stdout]).toEqual([0, expect.stringMatching(/^mail is paused until \d{4}-.*Z\.\n$/)]);
    expect((await cli.run('types', '--paused')).stdout).toMatch(/\nmail +letters +3 +7 +60s +for \d+s\n$/);
    const { rows } = await cli.client.query(`select actor, action, details->>'type' as type from job_audit`);
    expect(rows).toEqual([{ actor: expect.stringMatching(/^cli:/), action: 'type.pause', type: 'mail' }]);
    expect(await cli.json('types', 'resume', 'mail', '--yes')).toEqual({ type: 'mail', paused: false });
    expect((await cli.run('types', '--paused')).stdout).toBe('No types.\n');
    const unknown = await cli.run('types', 'pause', 'mial', '--yes');
    expect(unknown).toMatchObject({ exit: 2, stderr: expect.stringContaining('Did you mean "mail"?') });
  });

  it('finds a paused type whose jobs wait', async () => {
    await cli.client.query(`
      update job_types set paused_at = now() where type = 'mail';
      insert into jobs (type, queue) values ('mail', 'letters')`);
    const { findings } = await cli.json<{ findings: { code: string; remedy: string }[] }>('doctor');
    const remedy = 'npx monstera-jobs types resume mail';
    expect(findings).toContainEqual(expect.objectContaining({ code: 'JOBS_TYPE_PAUSED', remedy }));
    expect((await cli.run('health')).stdout).toContain('The type mail is paused, and its jobs wait.');
    await cli.client.query(`update job_types set paused_at = null; delete from jobs where type = 'mail'`);
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
