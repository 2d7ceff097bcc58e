import { hostname } from 'node:os';
import { eventually } from '../support/index.js';
import { runCommand } from './command.js';
import { useCommand } from './use-command.js';

const UNKNOWN = '00000000-0000-7000-8000-000000000000';

describe('npx monstera-jobs retry, cancel and enqueue', () => {
  const cli = useCommand();

  beforeAll(async () => {
    await cli.client.query(
      `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry)
       values ('mail', 'mails', 3, 7, 1000, '{}')`,
    );
  });

  beforeEach(() => cli.client.query('truncate jobs, job_audit'));

  async function rows<T extends object>(text: string): Promise<T[]> {
    return (await cli.client.query<T>(text)).rows;
  }

  async function failedJobs(count: number): Promise<string[]> {
    const added = await rows<{ id: string }>(
      `insert into jobs (type, queue, status, completed_at)
       select 'mail', 'mails', 'failed', now() from generate_series(1, ${count}) returning id`,
    );
    return added.map(({ id }) => id);
  }

  it('retries a job, wakes workers, and writes down who did it', async () => {
    const heard: string[] = [];
    cli.client.on('notification', ({ payload = '' }) => heard.push(payload));
    await cli.client.query('listen monstera_jobs');
    const [id] = await failedJobs(1);

    const { exit, stdout } = await cli.run('retry', id!);

    expect({ exit, stdout }).toEqual({ exit: 0, stdout: `${id}  pending\n` });
    expect(await rows('select status from jobs')).toEqual([{ status: 'pending' }]);
    const [entry] = await rows<{ actor: string }>('select actor, action, job_id, details from job_audit');
    expect(entry).toMatchObject({ action: 'job.retry', job_id: id, details: { status: 'pending' } });
    expect(entry!.actor).toMatch(/^cli:.+@/);
    expect(entry!.actor.endsWith(hostname())).toBe(true);
    await eventually(() => expect(heard.join('')).toContain('"mails"'));
    await cli.client.query('unlisten *');
  });

  it('asks before it changes several, and changes none where nobody can be asked', async () => {
    const ids = await failedJobs(2);
    const refused = await cli.run('retry', ...ids);
    expect(refused).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining('JOBS_NOT_CONFIRMED') });
    expect(await rows('select distinct status from jobs')).toEqual([{ status: 'failed' }]);

    expect(await cli.run('retry', ...ids, '--yes')).toMatchObject({ exit: 0 });
    expect(await rows('select distinct status from jobs')).toEqual([{ status: 'pending' }]);
  });

  it('changes what it can, and says what was refused', async () => {
    const [id] = await failedJobs(1);
    const { exit, stdout } = await cli.run('cancel', id!, UNKNOWN, '--yes', '--json');
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      results: [
        { id, error: expect.objectContaining({ code: 'JOBS_ALREADY_FINISHED' }) },
        { id: UNKNOWN, error: expect.objectContaining({ code: 'JOBS_NOT_FOUND' }) },
      ],
    });
    expect(await rows('select from job_audit')).toEqual([]);
  });

  it('changes nothing if one of the ids is none', async () => {
    const [id] = await failedJobs(1);
    expect(await cli.run('retry', id!, 'mail', '--yes')).toMatchObject({ exit: 2 });
    expect(await rows('select status from jobs')).toEqual([{ status: 'failed' }]);
  });

  it('enqueues with the defaults of the type, and with options', async () => {
    const plain = await cli.json<{ id: string }>('enqueue', 'mail', '{"to":"ada"}');
    await rows(`insert into job_queues (name) values ('other')`);
    const options = ['--queue', 'other', '--priority', '9', '--delay', '2h', '--key', 'k'];
    const given = await cli.json<{ id: string }>('enqueue', 'mail', ...options);
    expect(
      await rows(
        `select id, payload, queue, priority, max_attempts, timeout_ms, unique_key,
           scheduled_at > now() + interval '119 minutes' as later
         from jobs order by id`,
      ),
    ).toEqual([
      {
        id: plain.id,
        payload: { to: 'ada' },
        queue: 'mails',
        priority: 3,
        max_attempts: 7,
        timeout_ms: 1_000,
        unique_key: null,
        later: false,
      },
      expect.objectContaining({ id: given.id, payload: {}, queue: 'other', priority: 9, unique_key: 'k', later: true }),
    ]);
    const again = await cli.run('enqueue', 'mail', ...options);
    expect(again).toMatchObject({ exit: 0, stdout: expect.stringContaining(`${given.id}  has this key already`) });
    expect(await rows('select action from job_audit')).toHaveLength(3);
  });

  it('takes a payload from standard input', async () => {
    await runCommand(['enqueue', 'mail', '-'], { url: cli.url, input: '{"to":"日本"}' });
    expect(await rows('select payload from jobs')).toEqual([{ payload: { to: '日本' } }]);
  });

  it.each([
    ['an unknown type', ['enqueue', 'mial', '{}'], 'Did you mean "mail"?'],
    ['a payload that is no JSON', ['enqueue', 'mail', '{to: 1}'], 'JOBS_INVALID_PAYLOAD'],
    ['a priority out of range', ['enqueue', 'mail', '--priority', '10'], '0 to 9'],
    ['a delay without a unit', ['enqueue', 'mail', '--delay', '5'], '90s'],
    ['a queue that nobody knows', ['enqueue', 'mail', '--queue', 'elsewhere'], 'There is no queue "elsewhere".'],
    ['a bad name of a queue', ['enqueue', 'mail', '--queue', 'a b'], 'JOBS_INVALID_OPTION'],
  ])('refuses %s, and adds nothing', async (_, args, said) => {
    const { exit, stdout, stderr } = await cli.run(...args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await rows('select from jobs')).toEqual([]);
  });
});
