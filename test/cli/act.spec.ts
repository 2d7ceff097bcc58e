import { defineJob, ProcessesJob, type JobProcessor } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { startHost, type Host } from '../jobs/host.js';
import { RefusingRules } from '../jobs/refusing-rules.js';
import { eventually } from '../support/index.js';
import { useCommand } from './use-command.js';
import { NEXT_YEAR } from '../support/next-year.js';

const UNKNOWN = '00000000-0000-7000-8000-000000000000';
const other = defineJob({ type: 'other', payload: z.unknown(), queue: 'other' });

@Injectable()
@ProcessesJob(other)
class OtherProcessor implements JobProcessor<typeof other> {
  async process(): Promise<void> {}
}

describe('npx monstera-jobs, on all jobs that match', () => {
  const cli = useCommand();
  let worker: Host | null = null;

  beforeEach(() => cli.client.query('truncate jobs, job_audit, job_operations'));

  afterEach(async () => {
    await worker?.close();
    worker = null;
  });

  const startWorker = async () => {
    worker = await startHost({ url: cli.url, providers: [OtherProcessor], jobs: { queues: ['other'] } });
  };

  async function rows<T extends object>(text: string): Promise<T[]> {
    return (await cli.client.query<T>(text)).rows;
  }

  const add = (count: number, status: string, type = 'mail') =>
    cli.client.query(
      `insert into jobs (type, queue, status, error, completed_at)
       select $2, 'mails', $1::text, 'Error: x', case when $1 in ('failed', 'completed') then now() end
       from generate_series(1, ${count})`,
      [status, type],
    );

  const statuses = () =>
    rows<{ status: string; n: number }>('select status, count(*)::int as n from jobs group by 1 order by 1');

  it('retries many in the background, shows the progress, and waits for the end', async () => {
    await add(2_500, 'failed');
    await add(1, 'failed', 'sms');
    await startWorker();
    const { exit, stdout, stderr } = await cli.run('retry', '--type', 'mail', '--yes');
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringMatching(/retry is completed: 2500 changed\n$/) });
    expect(stderr).toMatch(/operations cancel [0-9a-f-]{36}\n/);
    expect(stderr).toContain('2500 of 2500');
    expect(await statuses()).toEqual([
      { status: 'failed', n: 1 },
      { status: 'pending', n: 2_500 },
    ]);
    expect(
      await rows(`select actor ~ '^cli:.+@' as cli, action, details->'changed' as changed from job_audit`),
    ).toEqual([{ cli: true, action: 'jobs.retry', changed: 2_500 }]);
  }, 60_000);

  describe('of which the database refuses to change one', () => {
    const REFUSED = /1 refused: The database refuses a statement \(P0001\): not this one\n$/;
    const rules = new RefusingRules(async (text, params) => (await cli.client.query(text, params)).rows as never);

    beforeEach(() => rules.open());

    afterEach(() => rules.close());

    async function addWithPoison(count: number): Promise<string[]> {
      await add(count, 'failed');
      const ids = (await rows<{ id: string }>('select id from jobs order by id')).map(({ id }) => id);
      await rules.add([ids[1]!], { raises: 'P0001' });
      return ids;
    }

    it('changes the others in the background, says how many it left out and why, and ends with 1', async () => {
      await addWithPoison(1_200);
      await startWorker();
      const { exit, stdout, stderr } = await cli.run('retry', '--type', 'mail', '--yes');
      expect(exit).toBe(1);
      expect(stdout).toMatch(/retry is completed: 1199 of 1200 changed; /);
      expect(stdout).toMatch(REFUSED);
      expect(stderr).toContain('1200 of 1200, 1 refused');
      const listed = await cli.run('operations');
      expect(listed.stdout).toMatch(/1200 of 1200, 1 refused/);
    }, 60_000);

    it('does so at once if they are few', async () => {
      await addWithPoison(3);
      const { exit, stdout } = await cli.run('retry', '--all', '--yes');
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: expect.stringMatching(REFUSED) });
      expect(stdout).toMatch(/^2 of 3 changed; /);
    });

    it.each(['retry', 'delete'])('does so with %s of each of some ids', async (action) => {
      const ids = await addWithPoison(3);
      const { exit, stdout } = await cli.run(action, ...ids, '--yes');
      expect(exit).toBe(1);
      expect(stdout).toMatch(new RegExp(`${ids[1]}  refused: JOBS_(DATABASE|CHANGE)_REFUSED: .*not this one`));
      const unchanged = await rows<{ id: string }>(`select id from jobs where status = 'failed'`);
      expect(unchanged).toEqual([{ id: ids[1] }]);
    });
  });

  it('leaves it to the workers with --no-wait, lists and cancels it', async () => {
    await add(1_500, 'failed');
    const begun = await cli.json<{ id: string; status: string }>('retry', '--status', 'failed', '--yes', '--no-wait');
    expect(begun).toMatchObject({ status: 'pending', total: 1_500, changed: 0 });
    const listed = await cli.run('operations');
    expect(listed.stdout).toMatch(new RegExp(`${begun.id}  retry +pending +0 of 1500`));
    expect(await cli.run('operations', 'cancel', begun.id)).toMatchObject({ exit: 0 });
    expect(await cli.run('operations', 'cancel', begun.id)).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('JOBS_OPERATION_ENDED'),
    });
    expect(await cli.run('operations', 'show', begun.id)).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining('retry is cancelled: 0 changed'),
    });
    expect(await cli.run('operations', 'show', UNKNOWN)).toMatchObject({ exit: 1 });
  }, 60_000);

  it('does it at once if they are few, after it has said how many', async () => {
    await add(3, 'failed');
    await add(2, 'completed');
    const refused = await cli.run('retry', '--queue', 'mails');
    expect(refused).toMatchObject({ exit: 2, stderr: expect.stringContaining('This will retry 3 jobs.') });
    expect(await cli.run('retry', '--queue', 'mails', '--at-most', '2', '--yes')).toEqual({
      exit: 0,
      stdout: '2 changed\n',
      stderr: '',
    });
    expect(await cli.run('delete', '--all', '--yes')).toMatchObject({ exit: 0, stdout: '3 changed\n' });
    expect(await statuses()).toEqual([{ status: 'pending', n: 2 }]);
  }, 60_000);

  it('reschedules and updates pending jobs', async () => {
    await add(2, 'pending');
    await cli.client.query(`update jobs set scheduled_at = '${NEXT_YEAR}-01-01T00:00:00Z'`);
    expect(await cli.run('reschedule', '--type', 'mail', '--by', '-1h', '--yes')).toMatchObject({
      stdout: '2 changed\n',
    });
    const [job] = await rows<{ id: string; at: Date }>('select id, scheduled_at as at from jobs order by id');
    expect(job!.at).toEqual(new Date(`${NEXT_YEAR - 1}-12-31T23:00:00Z`));
    expect(await cli.run('reschedule', job!.id, '--to', `${NEXT_YEAR + 1}-01-01T00:00Z`)).toMatchObject({ exit: 0 });
    const updated = await cli.json('update', job!.id, '--payload', '{"to":"ada"}', '--priority', '0');
    expect(updated).toEqual({
      id: job!.id,
      status: 'pending',
      priority: 0,
      scheduledAt: `${NEXT_YEAR + 1}-01-01T00:00:00.000Z`,
    });
    expect(await rows(`select payload from jobs where id = '${job!.id}'`)).toEqual([{ payload: { to: 'ada' } }]);
    expect(await rows('select action from job_audit order by created_at')).toEqual([
      { action: 'jobs.reschedule' },
      { action: 'job.reschedule' },
      { action: 'job.update' },
    ]);
    expect(await cli.run('run-now', job!.id)).toMatchObject({ exit: 0, stdout: `${job!.id}  due now\n` });
    await eventually(async () => expect(await rows('select from jobs where scheduled_at <= now()')).toHaveLength(1));
    expect(await cli.run('replay', job!.id)).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining('JOBS_NOT_CHANGED'),
    });
  }, 60_000);

  it.each([
    ['neither ids nor a filter', ['retry', '--yes'], 'which jobs to retry'],
    ['ids and a filter', ['retry', UNKNOWN, '--type', 'mail', '--yes'], 'cannot be given together'],
    ['a status that the action is not for', ['retry', '--status', 'pending', '--yes'], 'cannot be retried'],
    ['no time', ['reschedule', UNKNOWN], '--to or --by'],
    ['two times', ['reschedule', UNKNOWN, '--to', '2h', '--by', '2h'], '--to or --by'],
    ['nothing to change', ['update', UNKNOWN], 'nothing to change'],
    ['what is no id', ['update', 'x', '--priority', '1'], 'JOBS_INVALID_ID'],
    ['a queue that nobody knows', ['retry', '--queue', 'zzz', '--yes'], 'There is no queue "zzz".'],
    ['too many', ['retry', '--all', '--at-most', '1000001'], '1 to 1000000'],
  ])('refuses %s', async (_, args, said) => {
    await add(1, 'failed');
    const { exit, stdout, stderr } = await cli.run(...args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(said);
    expect(await statuses()).toEqual([{ status: 'failed', n: 1 }]);
  });
});
