import { DataSource } from 'typeorm';
import { API } from '../apps/admin-host.js';
import { dashboardLab } from './lab.js';

const WITHIN_MS = 2_000;

const QUEUES = 10_000;
const TYPES = 5_000;

jest.setTimeout(120_000);

/** Milliseconds of a question. One that is slow is asked once more, because others use the machine of a test too. */
async function fastest(ask: () => Promise<void>): Promise<number> {
  const time = async () => {
    const startedMs = performance.now();
    await ask();
    return Math.round(performance.now() - startedMs);
  };
  const first = await time();
  return first <= WITHIN_MS ? first : Math.min(first, await time());
}

describe('the dashboard of 10,000 queues and 5,000 types', () => {
  const lab = dashboardLab();

  beforeAll(async () => {
    const dataSource = lab.host().get(DataSource);
    await dataSource.query(
      `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry)
       select 'type_' || n, 'queue_' || n % $2::int, 5, 5, 1000, '{}' from generate_series(1, $1::int) n`,
      [TYPES, QUEUES],
    );
    await dataSource.query(`insert into job_queues (name) select 'queue_' || n from generate_series(1, $1::int) n`, [
      QUEUES,
    ]);
  });

  /** After each test there are no jobs. */
  beforeEach(async () => {
    const dataSource = lab.host().get(DataSource);
    await dataSource.query(
      `insert into jobs (id, type, queue, status, completed_at, error)
       select jobs_new_id(), 'type_' || n % $2::int, 'queue_' || n % $1::int,
              case when n % 3 = 0 then 'failed' else 'pending' end,
              case when n % 3 = 0 then now() end, case when n % 3 = 0 then 'Error of type ' || n % $2::int end
       from generate_series(1, 3 * $1::int) n`,
      [QUEUES, TYPES],
    );
    await dataSource.query('analyze');
  });

  it('answers every question within two seconds, with an answer of bounded size', async () => {
    const page = await lab.open();
    const times: Record<string, number> = {};
    const sizes: Record<string, number> = {};
    const paths = ['overview', 'queues', 'queues?search=_999', 'workers', 'schedules', 'errors?hours=24', 'audit'];
    paths.push('jobs', 'jobs/count', 'types', 'types?search=_4999', 'types/type_7', 'system', 'stats/pending');
    for (const path of paths) {
      times[path] = await fastest(async () => {
        const answer = await page.request.get(`${API}/${path}`);
        expect([path, answer.status()]).toEqual([path, 200]);
        sizes[path] = (await answer.body()).length;
      });
    }
    expect(Object.entries(times).filter(([, ms]) => ms > WITHIN_MS)).toEqual([]);
    expect(Object.entries(sizes).filter(([, bytes]) => bytes > 500_000)).toEqual([]);
  });

  it('shows a part of each list, and finds the rest by its name', async () => {
    const page = await lab.open();
    await page.goto('/jobs/queues');
    await page.getByText('100 of 1,000+').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(100);
    await page.getByRole('button', { name: 'Show 100 more' }).click();
    expect(await page.locator('tbody tr').count()).toBe(200);
    await page.getByRole('searchbox', { name: 'Queues' }).fill('queue_9999');
    await page.getByText('100 of').waitFor({ state: 'detached' });
    await page.getByRole('rowheader', { name: 'queue_9999' }).waitFor();
    await page.getByRole('searchbox', { name: 'Queues' }).fill('nothing');
    await page.getByText('Nothing has this in its name.').waitFor();

    await page.goto('/jobs/enqueue');
    await page.getByText('100 of 5,002').waitFor();
    await page.getByRole('searchbox', { name: 'Search the types' }).fill('type_4999');
    await page.getByRole('link', { name: 'type_4999' }).click();
    await page.getByText('This server has no definition of this type').waitFor();
  });

  it('shows every screen within two seconds', async () => {
    const page = await lab.open();
    const times: Record<string, number> = {};
    for (const screen of [
      '',
      '/overview',
      '/queues',
      '/workers',
      '/schedules',
      '/errors',
      '/audit',
      '/enqueue',
      '/system',
    ]) {
      times[screen] = await fastest(async () => {
        await page.goto(`/jobs${screen}`);
        await page.locator('main :is(h1, h2)').first().waitFor();
        await page.getByText('Loading', { exact: true }).first().waitFor({ state: 'detached' });
      });
      expect(await page.locator('tbody tr').count()).toBeLessThanOrEqual(1_000);
    }
    expect(Object.entries(times).filter(([, ms]) => ms > WITHIN_MS)).toEqual([]);
  });
});
