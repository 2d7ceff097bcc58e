import { AppFolder } from '../support/app-process.js';
import { eventually } from '../support/index.js';
import { createGoDatabase } from './go-database.js';
import { GoJobs } from './go-jobs.js';

jest.setTimeout(120_000);

describe('npm run take-over', () => {
  let folder: AppFolder;
  let go: GoJobs;

  beforeAll(async () => {
    [folder, go] = await Promise.all([AppFolder.create(), GoJobs.create('select 1')]);
    await createGoDatabase(go.client, 300);
  });

  afterAll(() => Promise.all([folder.remove(), go.close()]));

  const command = (...args: string[]) => ({
    script: 'scripts/take-over.mjs',
    args,
    env: { DATABASE_URL: go.url },
  });

  it('ends with exit code 1 and says what to decide', async () => {
    const { exit, output } = await folder.run(command());

    expect(exit).toBe(1);
    expect(output).toContain('TAKE_OVER_PAST_REMINDERS');
    expect(output).toContain('--cancel-past-reminders');
    expect(output).not.toContain('    at ');
  });

  it('goes on behind what it had copied when it was killed', async () => {
    const killed = folder.launch(command('--cancel-past-reminders', '--batch', '1'));
    await eventually(() => killed.output().includes('Copied 3 of'), { timeoutMs: 60_000 });
    expect(await killed.end('SIGKILL')).toBe('SIGKILL');
    const [{ jobs } = { jobs: 0 }] = await go.rows<{ jobs: number }>('select count(*)::int as jobs from jobs');
    expect(jobs).toBeGreaterThan(0);
    expect(jobs).toBeLessThan(250);

    const { exit, output } = await folder.run(command('--cancel-past-reminders'));

    expect(output).toContain('Counts agree: 300 rows');
    expect(output).not.toContain('Copied 3 of');
    expect(await go.rows('select n from go_service.take_over_rows where present')).toEqual([]);
    expect(exit).toBe(0);
  });
});
