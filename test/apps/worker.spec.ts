import { type ReadyApp, useAppFolder } from '../support/app-process.js';
import { eventually } from '../support/index.js';
import { withServer } from '../support/server-connection.js';
import { useDatabase } from '../support/use-database.js';

describe('the worker process', () => {
  const folder = useAppFolder();
  const database = useDatabase();
  let worker: ReadyApp;

  beforeAll(async () => {
    worker = await folder.start({ script: 'apps/worker/dist/main.js', env: { DATABASE_URL: database.url } });
  });

  async function status(path: string): Promise<number> {
    return (await fetch(worker.address + path)).status;
  }

  it('answers probes and metrics, and nothing else', async () => {
    expect(await Promise.all(['/health/live', '/health/ready', '/metrics'].map(status))).toEqual([200, 200, 200]);
    expect(await Promise.all(['/users', '/docs', '/jobs', '/jobs/api/v1/jobs'].map(status))).toEqual([
      404, 404, 404, 404,
    ]);
  });

  it('runs a job that another service has inserted by SQL', async () => {
    await withServer(database.url, async (client) => {
      await client.query(`insert into jobs (type, payload) values ('data_cleanup', '{"days_to_keep": 90}')`);
      await eventually(
        async () => expect((await client.query('select status from jobs')).rows).toEqual([{ status: 'completed' }]),
        { timeoutMs: 8_000 },
      );
    });
  });

  it('ends with exit code 0 on SIGTERM', async () => {
    expect(await worker.end('SIGTERM')).toBe(0);
  });
});
