import { useCommand } from './use-command.js';
import { NEXT_YEAR } from '../support/next-year.js';

/** Each command is a process, which takes seconds on a busy machine. */
const SLOW_MS = 90_000;
const ALIVE = '019a0000-0000-7000-8000-00000000000a';

describe('npx monstera-jobs schedules, and what steers workers', () => {
  const cli = useCommand();

  beforeAll(async () => {
    await cli.client.query(
      `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry)
       values ('digest', 'mail', 5, 5, 1000, '{"type":"exponential","initialDelayMs":1000,"maxDelayMs":1000,"jitter":0}')`,
    );
    await cli.client.query(
      `insert into job_workers (id, host, pid, version, queues, slots, max_slots)
       values ('${ALIVE}', 'node-7', 42, '1.2', '{mail}', 10, 18)`,
    );
  });

  beforeEach(() => cli.client.query('truncate job_schedules, job_schedule_ticks, job_audit'));

  const create = (...options: string[]) =>
    cli.json('schedules', 'create', 'nightly', '0 3 * * *', 'digest', '--time-zone', 'Asia/Tokyo', ...options);

  it(
    'makes, shows, changes and removes one',
    async () => {
      const made = await create(
        '--payload',
        '{"to":"ada"}',
        '--catch-up',
        '3',
        '--jitter',
        '30s',
        '--ends',
        `${NEXT_YEAR}-01-01T00:00Z`,
      );
      expect(made).toMatchObject({
        name: 'nightly',
        job: 'digest',
        catchUp: { last: 3 },
        jitterMs: 30_000,
        endsAt: `${NEXT_YEAR}-01-01T00:00:00.000Z`,
      });
      await cli.client.query(
        `insert into job_schedule_ticks (name, planned_at, outcome, job_id, error)
       values ('nightly', '2026-05-01T18:00:00Z', 'skipped', '${ALIVE}', null),
         ('nightly', '2026-04-30T18:00:00Z', 'failed', null, 'Error: no paper' || chr(10) || 'at stack' || chr(27) || '[31m')`,
      );
      const { stdout } = await cli.run('schedules', 'show', 'nightly');
      expect(stdout).toMatch(/^cron +0 3 \* \* \* \(Asia\/Tokyo\)$/m);
      expect(stdout).toMatch(/^payload +\{"to":"ada"\}$/m);
      expect(stdout).toMatch(/^catch-up +the last 3$/m);
      expect(stdout.match(/03:00:00 \(/g)).toHaveLength(7);
      expect(stdout).toMatch(/2026-05-02 03:00:00 .* skipped +019a0000/);
      expect(stdout).toMatch(/2026-05-01 03:00:00 .* failed +Error: no paper$/m);
      const list = await cli.run('schedules');
      expect(list.stdout).toMatch(/^nightly +0 3 \* \* \* +Asia\/Tokyo +on +in \d+[smhd] +skipped/m);
      for (const line of list.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);

      expect(
        await cli.json('schedules', 'change', 'nightly', '--cron', '0 4 * * *', '--overlap', 'allow'),
      ).toMatchObject({
        cron: '0 4 * * *',
        timeZone: 'Asia/Tokyo',
        catchUp: { last: 3 },
      });
      expect(await cli.run('schedules', 'remove', 'nightly')).toMatchObject({ exit: 2 });
      expect(await cli.json('schedules', 'remove', 'nightly', '--yes')).toEqual({ name: 'nightly', removed: true });
      expect(await cli.json('schedules')).toEqual({ schedules: [] });
      const { rows } = await cli.client.query('select action from job_audit order by id');
      expect(rows.map(({ action }) => action)).toEqual(['schedule.create', 'schedule.change', 'schedule.remove']);
    },
    SLOW_MS,
  );

  it('pauses, resumes and runs one', async () => {
    await create();
    expect(await cli.json('schedules', 'pause', 'nightly')).toMatchObject({ paused: true });
    expect(await cli.json('schedules', 'run', 'nightly')).toMatchObject({ runRequestedAt: expect.any(String) });
    expect(await cli.run('schedules', 'resume', 'nightly')).toMatchObject({ exit: 0, stdout: 'nightly is resumed.\n' });
    expect(await cli.run('schedules', 'reset', 'nightly')).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('JOBS_SCHEDULE_NOT_DECLARED'),
    });
    expect(await cli.run('schedules', 'pause', 'nigthly')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('Did you mean "nightly"?'),
    });
  });

  it.each([
    [['--catch-up', 'sometimes'], 'catchUp'],
    [['--overlap', 'queue'], 'overlap'],
    [['--starts', 'tomorrow'], '--starts'],
    [['--payload', '{'], '--payload'],
    [['--times', '0'], '--times'],
  ])('refuses %j', async (options, where) => {
    const refused = await cli.run('schedules', 'create', 'nightly', '0 3 * * *', 'digest', ...options);
    expect(refused).toMatchObject({ exit: 2, stderr: expect.stringContaining(where) });
    expect((await cli.client.query('select from job_schedules')).rowCount).toBe(0);
  });

  /** As if the worker had just renewed its lease, and has not heard of what comes after it. */
  const seen = () => cli.client.query('update job_workers set last_seen_at = now()');

  it(
    'drains and resumes workers',
    async () => {
      expect(await cli.run('workers', 'drain', ALIVE)).toMatchObject({ exit: 2 });
      expect(await cli.json('workers', 'drain', ALIVE, '--yes')).toEqual({ id: ALIVE, draining: true });
      await seen();
      expect((await cli.run('workers')).stdout).toMatch(/node-7:42 +0\/10 +draining/);
      expect(await cli.json('workers', 'resume', ALIVE)).toEqual({ id: ALIVE, draining: false });
      expect(await cli.run('workers', 'drain', '019a0000-0000-7000-8000-00000000000b', '--yes')).toMatchObject({
        stderr: expect.stringContaining('JOBS_UNKNOWN_WORKER'),
      });
    },
    SLOW_MS,
  );

  it(
    'resizes workers',
    async () => {
      await seen();
      expect(await cli.json('workers', 'concurrency', ALIVE, '15')).toEqual({ workers: 1, slots: 15 });
      expect((await cli.run('workers')).stdout).toMatch(/0\/10→15/);
      expect(await cli.run('workers', 'concurrency', 'all', '5')).toMatchObject({ exit: 2 });
      await seen();
      expect(await cli.json('workers', 'concurrency', 'all', '50', '--yes')).toEqual({ workers: 1, slots: 50 });
      expect((await cli.client.query('select wanted_slots from job_workers')).rows).toEqual([{ wanted_slots: 18 }]);
      for (const slots of ['19', '0', 'many'])
        expect((await cli.run('workers', 'concurrency', ALIVE, slots)).exit).toBe(slots === '19' ? 1 : 2);
    },
    SLOW_MS,
  );
});
