import { once } from 'node:events';
import { commandOn, startCommand } from './command.js';
import { useCommand } from './use-command.js';

interface Page {
  jobs: { id: string; type: string; status: string }[];
  next: string | null;
  capped: boolean;
}

/** Clears a screen, forges a line, and turns the direction of writing round. */
const HOSTILE = '\u001b[2J\u001b]0;owned\u0007\r\nJob deleted\u202e\u009b31m';

describe('npx monstera-jobs list, count and show', () => {
  /** Everything that the commands have written. */
  const said: string[] = [];
  const cli = useCommand({ onAnswer: ({ stdout, stderr }) => said.push(stdout, stderr) });
  let failed: string;

  beforeAll(async () => {
    await cli.client.query(
      `insert into jobs (type, queue, payload) select 'bulk', 'bulk', '{}' from generate_series(1, 1200)`,
    );
    const { rows } = await cli.client.query<{ id: string }>(
      `insert into jobs (type, queue, payload, status, completed_at, error, tags, unique_key, attempts, result)
       values ('mail', 'mail', jsonb_build_object('to', $1::text, 'user', '{"id": 7}'::jsonb), 'failed', now(), $1,
               '{news}', $1, 5, '{"n": 1}')
       returning id`,
      [HOSTILE],
    );
    failed = rows[0]!.id;
    await cli.client.query(`insert into job_failures (job_id, run, attempt, error) values ($1, 1, 1, $2)`, [
      failed,
      HOSTILE,
    ]);
  });

  it('lists the newest jobs in a table of 80 columns, and says how to go on', async () => {
    const { exit, stdout, stderr } = await cli.run('list', '--limit', '3');
    const lines = stdout.trimEnd().split('\n');
    expect(exit).toBe(0);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^ID +STATUS +TYPE +TRIES +AGE/);
    expect(lines[1]).toMatch(new RegExp(`^${failed}  failed +mail +5/5 +\\d+s`));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stderr).toMatch(/More: .*--after '[0-9a-f-]{36}'/);
  });

  it('follows cursors', async () => {
    const first = await cli.json<Page>('list', '--limit', '2');
    const second = await cli.json<Page>('list', '--limit', '2', '--after', first.next!);
    const ids = [...first.jobs, ...second.jobs].map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    expect(first.capped).toBe(false);
  });

  it('lists all, a job per line', async () => {
    const { stdout } = await cli.run('list', '--all', '--json', '--type', 'bulk', '--type', 'none');
    const jobs = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(jobs).toHaveLength(1_200);
    expect(new Set(jobs.map(({ type }) => type))).toEqual(new Set(['bulk']));
  });

  it('takes the filters of where()', async () => {
    const filters = [
      ['--status', 'failed', '--queue', 'mail', '--tag', 'news', '--type', 'mail'],
      ['--error', 'job DELETED', '--since', '1h'],
      ['--payload', 'user.id=7', '--until', '2126-01-01'],
    ];
    const answers = await Promise.all(filters.map((filter) => cli.json<Page>('list', ...filter)));
    for (const { jobs } of answers) expect(jobs.map(({ id }) => id)).toEqual([failed]);
    expect(await cli.json('count', '--queue', 'bulk')).toEqual({ count: 1_200, capped: false });
    expect((await cli.run('count', '--until', '2h')).stdout).toBe('0\n');
  });

  it.each(['list', 'count', 'export'])('%s warns of a queue that nobody knows, and of no other', async (command) => {
    // What is exported to a file is as it is stored.
    const { run } = commandOn(cli.url);
    const misspelt = await run(command, '--queue', 'mails', '--queue', 'zzz');
    expect(misspelt.exit).toBe(0);
    expect(misspelt.stderr.split('\n')).toEqual([
      expect.stringMatching(/^No definition, job or worker has the queue "mails"\. /),
      expect.stringMatching(/^No definition, job or worker has the queue "zzz"\. /),
      '',
    ]);
    await cli.client.query(`insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry)
      values ('t', 'defined', 5, 1, 1, '{}') on conflict do nothing`);
    for (const known of ['bulk', 'mail', 'defined'])
      expect((await run(command, '--queue', known)).stderr).not.toContain('has the queue');
  });

  it('shows a job with everything that it has', async () => {
    const { exit, stdout } = await cli.run('show', failed);
    expect(exit).toBe(0);
    expect(stdout.split('\n')).not.toContain('Job deleted');
    for (const part of ['mail', 'failed', '5 of 5', 'news', 'Payload', 'Result', 'Failed attempts'])
      expect(stdout).toContain(part);
    expect(await cli.json('show', failed)).toMatchObject({ id: failed, error: HOSTILE, payload: { user: { id: 7 } } });
  });

  it('shows how far a job has come, and with --logs what it has logged', async () => {
    await cli.client.query(`update jobs set progress = 40, progress_note = $2 where id = $1`, [failed, HOSTILE]);
    await cli.client.query(
      `insert into job_logs (job_id, line, run, run_line, attempt, logged_at, message, fields)
       values ($1, 3, 1, 3, 1, '2026-01-02T03:04:05Z', $2, '{"rows":7}')`,
      [failed, HOSTILE],
    );
    const { stdout } = await cli.run('show', failed, '--logs');
    expect(stdout).toContain('failed, 40 %');
    expect(stdout).toContain('Log, without 2 lines that were dropped');
    expect(stdout).toMatch(/^ {2}2026-01-02T03:04:05\.000Z {2}1 {2}.*Job deleted.* {2}\{"rows":7\}$/m);
    expect(await cli.json('show', failed, '--logs')).toMatchObject({
      progressNote: HOSTILE,
      logs: { total: 3, dropped: 2, lines: [{ line: 3, message: HOSTILE }] },
    });
    expect(await cli.json('show', failed)).not.toHaveProperty('logs');
  });

  it('refuses what cannot be', async () => {
    const unknown = '00000000-0000-7000-8000-000000000000';
    const [missing, noId, noStatus, noTime] = await Promise.all([
      cli.run('show', unknown),
      cli.run('show', 'mail'),
      cli.run('list', '--status', 'faild'),
      cli.run('list', '--since', 'yesterday'),
    ]);
    expect(missing).toMatchObject({ exit: 1, stdout: '' });
    expect(missing.stderr).toContain('JOBS_NOT_FOUND');
    expect(noId).toMatchObject({ exit: 2, stdout: '' });
    expect(noStatus).toMatchObject({ exit: 2, stderr: expect.stringContaining('did you mean "failed"?') });
    expect(noTime).toMatchObject({ exit: 2, stderr: expect.stringContaining('--since') });
  });

  it('has written nothing that a terminal acts on', async () => {
    const hostile = await cli.run('list', '--type', 'mail');
    expect(hostile.stdout).toContain(failed);
    expect(said.some((text) => text.includes('u001b[2J'))).toBe(true);
    // oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
    for (const text of said) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it('ends quietly when its reader does', async () => {
    const child = startCommand(['list', '--all', '--json'], { url: cli.url });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(stderr).toBe('');
  });
});
