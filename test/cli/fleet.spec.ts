import { once } from 'node:events';
import { startCommand } from './command.js';
import { useCommand } from './use-command.js';

const ALIVE = '019a0000-0000-7000-8000-00000000000a';
const DEAD = '019a0000-0000-7000-8000-00000000000d';

interface Queues {
  queues: { name: string; paused: boolean; pending: number; oldestDueMs: number | null }[];
}

describe('npx monstera-jobs workers, queues, health and stats', () => {
  const cli = useCommand({ alive: ALIVE });

  beforeAll(async () => {
    await cli.client.query(
      `insert into job_workers (id, host, pid, version, queues, slots, dead_at) values
         ('${ALIVE}', 'node-7', 42, '1.2', '{mail,default}', 10, null),
         ('${DEAD}', 'node-8', 43, '1.2', '{mail}', 10, now())`,
    );
    await cli.client.query(
      `insert into jobs (type, queue, status, worker_id, started_at)
       select 'report', 'mail', 'processing', '${ALIVE}', now() - interval '3 hours' from generate_series(1, 2)`,
    );
    await cli.client.query(
      `insert into jobs (type, queue, scheduled_at) values
         ('mail', 'mail', now() - interval '1 minute'), ('mail', 'mail', now() + interval '1 hour'),
         ('late', 'later', now() + interval '1 hour')`,
    );
    await cli.client.query(`insert into jobs (type, status, completed_at) values ('report', 'failed', now())`);
  });

  beforeEach(() => cli.client.query('truncate job_queues, job_audit'));

  it('lists the living workers, and the dead ones if asked', async () => {
    const { workers } = await cli.json<{ workers: object[] }>('workers');
    expect(workers).toEqual([
      expect.objectContaining({
        id: ALIVE,
        host: 'node-7',
        pid: 42,
        version: '1.2',
        slots: 10,
        running: 2,
        busySlots: 2,
        claimedAhead: 0,
        alive: true,
        queues: ['mail', 'default'],
      }),
    ]);
    const { stdout } = await cli.run('workers', '--all');
    expect(stdout).toMatch(new RegExp(`^${ALIVE}  node-7:42 +2/10 +\\d+s +mail,default`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${DEAD} .* dead `, 'm'));
    expect(stdout).not.toContain('AHEAD');
  });

  it('tells busy slots from jobs that were claimed ahead, and is silent about a version that nobody knows', async () => {
    await cli.client.query(`update job_workers set slots = 1, version = 'unknown'`);
    try {
      const { workers } = await cli.json<{ workers: object[] }>('workers');
      expect(workers).toMatchObject([{ slots: 1, running: 2, busySlots: 1, claimedAhead: 1, version: 'unknown' }]);
      const { stdout } = await cli.run('workers');
      const [head, row] = stdout.split('\n');
      expect(head).toMatch(/ BUSY +AHEAD +SEEN /);
      expect(row).toMatch(new RegExp(`^${ALIVE}  node-7:42 +1/1 +1 +\\d+s +mail,de`));
      expect(stdout).not.toMatch(/version|unknown/i);
    } finally {
      await cli.client.query(`update job_workers set slots = 10, version = '1.2'`);
    }
  });

  it('lists queues with what waits and runs', async () => {
    expect(await cli.json<Queues>('queues')).toEqual({
      capped: false,
      queues: [
        {
          name: 'default',
          paused: false,
          pausedAt: null,
          pausedUntil: null,
          pausedBy: null,
          pending: 0,
          pendingCapped: false,
          oldestDueMs: null,
          running: 0,
          workers: 1,
          slots: 10,
        },
        expect.objectContaining({ name: 'later', pending: 1, oldestDueMs: null, workers: 0 }),
        expect.objectContaining({ name: 'mail', pending: 2, running: 2, workers: 1, oldestDueMs: expect.any(Number) }),
      ],
    });
    const { stdout } = await cli.run('queues');
    expect(stdout).toMatch(/^mail +2 +\d+s +2 +1 +10$/m);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('pauses and resumes a queue, and writes down who did it', async () => {
    expect(await cli.run('queues', 'pause', 'mail')).toMatchObject({ exit: 2 });
    expect(await cli.json('queues', 'pause', 'mail', '--yes')).toEqual({ name: 'mail', paused: true });
    const paused = await cli.json<Queues>('queues');
    expect(paused.queues.filter((queue) => queue.paused).map(({ name }) => name)).toEqual(['mail']);
    expect(await cli.run('health')).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^degraded\n.*mail is paused/),
    });

    await cli.run('queues', 'resume', 'mail', '--yes');
    expect((await cli.client.query('select paused_at from job_queues')).rows).toEqual([{ paused_at: null }]);
    const { rows } = await cli.client.query('select action, details from job_audit order by id');
    expect(rows).toEqual([
      { action: 'queue.pause', details: { queue: 'mail' } },
      { action: 'queue.resume', details: { queue: 'mail' } },
    ]);
  });

  it('does not pause a queue that nobody knows', async () => {
    const refused = await cli.run('queues', 'pause', 'mial', '--yes');
    expect(refused).toMatchObject({ exit: 2, stderr: expect.stringContaining('Did you mean "mail"?') });
  });

  it('answers probes by its exit code', async () => {
    expect(await cli.json('health')).toEqual({ status: 'up', reasons: [] });
    const [enough, tooFew] = await Promise.all([
      cli.run('health', '--min-workers', '1'),
      cli.run('health', '--min-workers', '2'),
    ]);
    expect(enough).toMatchObject({ exit: 0, stdout: 'up\n' });
    expect(tooFew).toMatchObject({ exit: 1, stdout: expect.stringMatching(/^down\n +1 workers are alive; 2/) });
  });

  it('shows statistics', async () => {
    await cli.client.query(
      `insert into job_stats
         (type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs)
       values ('', '', 60, date_bin(interval '1 minute', now() - interval '10 minutes', timestamptz 'epoch'),
         118, 1, 1, 0, 12, 400, '{0,0,0,0,120}', '{0,0,0,0,0,120}')`,
    );
    expect(await cli.json('stats')).toMatchObject({
      lastHour: { completed: 118, retried: 1, failed: 1, perMinute: 2 },
      pending: {
        total: 3,
        counts: [
          { type: 'mail', count: 2 },
          { type: 'late', count: 1 },
        ],
      },
      failed: { total: 1 },
      running: { total: 2 },
      runningTooLong: { total: 2 },
      oldestDue: [{ queue: 'mail', seconds: expect.any(Number) }],
    });
    const { stdout } = await cli.run('stats');
    expect(stdout).toMatch(
      /^Last hour: 2\.0 a minute\n +completed +118\n +failed attempts +2\n +wait +p50 1ms, p95 1ms\n/,
    );
    expect(stdout).toMatch(/^Pending: 3\n +mail +2\n +late +1\n/m);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('shows them again and again, until it is interrupted', async () => {
    const child = startCommand(['stats', '--watch', '--json'], { url: cli.url });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    while (stdout.split('\n').length < 3) await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ pending: { total: 3 } });
    expect(await cli.run('stats', '--watch')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('JOBS_NO_TERMINAL'),
    });
  });
});
