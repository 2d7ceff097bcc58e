import { JobRepository } from '@monstera/jobs';
import { useHost } from './use-host.js';

describe.each([1, 2])('failed jobs by error, with %i shards', (shards) => {
  const host = useHost({ jobs: { role: 'producer', shards } });

  beforeEach(() => host.dataSource.query('truncate jobs'));

  const add = (status: string, type: string, error: string | null, minutesAgo: number, count = 1) =>
    host.dataSource.query(
      `insert into jobs (shard, type, status, error, completed_at)
       select n % $6, $1, $2, $3, now() - $4 * interval '1 minute' from generate_series(1, $5::int) as n`,
      [type, status, error, minutesAgo, count, shards],
    );
  const groups = async (hours?: number) =>
    (await host.get(JobRepository).failedByError(hours)).groups.map(({ type, message, count }) => [
      type,
      message,
      count,
    ]);

  it('are grouped by type and by what their errors have in common', async () => {
    await add('failed', 'mail', 'Error: no user 1\n at x', 5);
    await add('failed', 'mail', `Error: no user 22${' '.repeat(5_000)}`, 3, 3);
    await add('failed', 'report', null, 4);
    await add('cancelled', 'mail', 'Error: no user 3', 1);
    await add('completed', 'mail', 'Error: no user 4', 1);
    await add('failed', 'old', 'Error: old', 61);
    expect(await groups(1)).toEqual([
      ['mail', 'Error: no user <n>', 4],
      ['report', '', 1],
    ]);
    expect(await groups()).toHaveLength(3);
  });

  it('are found by the part that they have in common', async () => {
    await add('failed', 'mail', 'Error: no user "Ada"', 5, 2);
    await add('failed', 'mail', 'Error: 7', 5);
    const [group] = (await host.get(JobRepository).failedByError()).groups.filter(({ count }) => count === 2);
    expect(await host.jobs.where({ type: group!.type, error: group!.search! }).count()).toMatchObject({ count: 2 });
    expect(await host.jobs.get(group!.sampleJobId)).toMatchObject({ status: 'failed' });
  });

  it('are counted to 10,000, and it says that there are more', async () => {
    await add('failed', 'mail', 'Error: 1', 2, 10_000);
    expect(await host.get(JobRepository).failedByError()).toMatchObject({ groups: [{ count: 10_000 }], capped: false });
    await add('failed', 'mail', 'Error: last', 1);
    const { groups: found, capped } = await host.get(JobRepository).failedByError();
    expect(capped).toBe(true);
    expect(found.map(({ count }) => count)).toEqual([1, 9_999]);
  });

  it.each([0, -1, 169, Number.NaN])('are refused for %d hours', async (hours) => {
    await expect(host.get(JobRepository).failedByError(hours)).rejects.toMatchObject({
      code: 'JOBS_INVALID_OPTION',
      issues: [{ path: 'hours' }],
    });
  });
});
