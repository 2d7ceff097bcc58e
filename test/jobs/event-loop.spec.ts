import type { DataSource } from 'typeorm';
import { eventually } from '../support/index.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import { useDatabase } from '../support/use-database.js';

describe('a handler that blocks the event loop', () => {
  const database = useDatabase({ each: true });
  let dataSource: DataSource;
  let workers: WorkerProcess[] = [];

  beforeEach(async () => {
    database.closeFirst(async () => {
      await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
      workers = [];
    });
    dataSource = await database.openDataSource();
  });

  async function start(): Promise<WorkerProcess> {
    const lease = { renewMs: 200, fenceAfterMs: 1_200, deadAfterMs: 2_000, eventLoopStallMs: 6_000 };
    const worker = await startWorkerProcess('jobs/processes/blocking-worker.ts', {
      DATABASE_URL: database.url,
      JOBS_OPTIONS: JSON.stringify({ pollIntervalMs: 100, lease }),
    });
    workers.push(worker);
    return worker;
  }

  /** One job, on the first of two workers. */
  async function startBlocked(blockMs: number): Promise<{ id: string; worker: WorkerProcess }> {
    const worker = await start();
    const [row] = await dataSource.query<{ id: string }[]>(
      `insert into jobs (type, payload) values ('blocker', $1) returning id`,
      [JSON.stringify({ blockMs })],
    );
    const { id } = row!;
    await eventually(async () => expect(await read(id)).toMatchObject({ status: 'processing' }));
    await start();
    return { id, worker };
  }

  const read = async (id: string) =>
    (await dataSource.query<object[]>('select status, attempts, run from jobs where id = $1', [id]))[0];

  it('for longer than others wait keeps its lease: the job runs once, and the block is told', async () => {
    const { id, worker } = await startBlocked(4_500);
    await eventually(async () => expect(await read(id)).toEqual({ status: 'completed', attempts: 1, run: 1 }), {
      timeoutMs: 15_000,
    });
    await eventually(() =>
      expect(worker.output()).toMatch(
        new RegExp(`The event loop was blocked for [45]\\.\\d s, or the process was suspended; running: blocker ${id}`),
      ),
    );
    expect(worker.output()).not.toMatch(/declared dead|could not be renewed/);
  }, 40_000);

  it('for ever ends its process with a last line that names it, and the job runs elsewhere', async () => {
    const { id, worker } = await startBlocked(3_600_000);
    expect(await worker.ended).toBe('SIGKILL');
    expect(worker.output()).toMatch(
      /^JOBS_EVENT_LOOP_STALLED: the event loop has been blocked for \d+ s, while it holds blocker \(1, for \d+ s\)/m,
    );
    await eventually(async () => expect(await read(id)).toEqual({ status: 'completed', attempts: 2, run: 3 }), {
      timeoutMs: 15_000,
    });
  }, 40_000);
});
