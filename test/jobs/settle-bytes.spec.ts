import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { COMPLETED, type JobOutcome, type WrittenOutcome } from '../../libs/jobs/src/job/outcome/job-outcome.js';
import { hostPool } from '../../libs/jobs/src/store/connection/executors.js';
import { SettleStore } from '../../libs/jobs/src/store/stages/settle.store.js';
import type { Executor, Statement } from '../../libs/jobs/src/store/statement.js';
import { RunningJob } from '../../libs/jobs/src/slots/running-job.js';
import { SettleBatch } from '../../libs/jobs/src/settle/settle-batch.js';
import { eventually } from '../support/index.js';
import { inTestSchema } from '../support/in-test-schema.js';
import { processingJobs } from './processing-jobs.js';
import { systemClock } from '../../libs/jobs/src/support/time/clock.js';
import { useDatabase } from '../support/use-database.js';

const MEBIBYTE = 1_048_576;
const TIMED_OUT = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
const large = (bytes: number): WrittenOutcome => ({
  kind: 'completed',
  resultJson: JSON.stringify({ text: '"\\'.repeat(bytes / 4) }),
});

interface Sent {
  name: string;
  ids: string[];
  bytes: number;
}

/** A real database that may refuse settles, or let them wait. */
class WatchedExecutor implements Executor {
  readonly sent: Sent[] = [];
  beforeSettle: (sent: Sent) => Promise<void> | void = () => {};
  /** Once the database has answered, and before anybody hears of it. */
  afterSettle: () => void = () => {};

  constructor(private readonly inner: Executor) {}

  async run<P extends readonly unknown[], R>(statement: Statement<P, R>, params: P): Promise<R[]> {
    if (!statement.name.includes('settle')) return this.inner.run(statement, params);
    const sent = sentOf(statement.name, params);
    this.sent.push(sent);
    await this.beforeSettle(sent);
    const rows = await this.inner.run(statement, params);
    this.afterSettle();
    return rows;
  }
}

function sentOf(name: string, params: readonly unknown[]): Sent {
  const ids = params[2] as string[] | string;
  return {
    name,
    ids: typeof ids === 'string' ? ids.split(',') : ids,
    bytes: Buffer.byteLength(params.map(String).join()),
  };
}

describe('settling large outcomes', () => {
  const workerId = randomUUID();
  const database = useDatabase();
  let dataSource: DataSource;
  let line: WatchedExecutor;
  let batch: SettleBatch;
  let errors: unknown[];
  let recovered: number;

  beforeAll(async () => {
    dataSource = await database.openDataSource();
  });

  beforeEach(() => {
    line = new WatchedExecutor(inTestSchema(hostPool(dataSource, true)));
    errors = [];
    recovered = 0;
    batch = new SettleBatch({
      clock: systemClock,
      store: new SettleStore(line),
      workerId,
      onError: (error) => errors.push(error),
      onRecovered: () => recovered++,
      mayWrite: () => true,
    });
  });

  const processing = (count: number) => processingJobs(dataSource, workerId, count);

  const settle = (job: RunningJob, outcome: WrittenOutcome) =>
    new Promise<JobOutcome>((resolve) => batch.settle(job, outcome, (_, settled) => resolve(settled)));
  const settleAll = (jobs: RunningJob[], outcome: WrittenOutcome) =>
    Promise.all(jobs.map((job) => settle(job, outcome)));
  const read = async ({ id }: RunningJob) =>
    (
      await dataSource.query<{ status: string; result: unknown; error: string }[]>(
        'select status, result, error from jobs where id = $1',
        [id],
      )
    )[0]!;
  const sizes = () => line.sent.map(({ ids }) => ids.length);

  it.each([
    ['results', large(200_000)],
    ['errors', { kind: 'failed', error: 'what "went" \\wrong\n'.repeat(430) }],
  ] as const)('sends no more than a MiB of %s at once', async (_, outcome) => {
    const jobs = await processing(250);
    const settled = await settleAll(jobs, outcome);
    expect(settled.every(({ kind }) => kind === outcome.kind)).toBe(true);
    expect(sizes().reduce((total, size) => total + size)).toBe(250);
    // What escaping adds is at most as much again.
    for (const { bytes } of line.sent) expect(bytes).toBeLessThan(2.1 * MEBIBYTE);
  });

  it('stores results and errors as they are, whatever characters are in them', async () => {
    const text = 'quote " backslash \\ \\" line\nreturn\r tab\t null NULL {a,b} \u0001 \u2028 ü 😀';
    const [done, failed] = (await processing(2)) as [RunningJob, RunningJob];
    await Promise.all([
      settle(done, { kind: 'completed', resultJson: JSON.stringify({ [text]: [text, null, 'NULL', ''] }) }),
      settle(failed, { kind: 'failed', error: text }),
    ]);
    expect((await read(done)).result).toEqual({ [text]: [text, null, 'NULL', ''] });
    expect((await read(failed)).error).toBe(text);
  });

  it('lets small outcomes go on while large ones are on their way', async () => {
    let answer = () => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    line.beforeSettle = ({ bytes }) => (bytes > 100_000 ? answered : undefined);
    const [first, ...others] = await processing(20);
    const waiting = settleAll(others, large(200_000));
    await eventually(() => line.sent.length > 0);
    expect(await settle(first!, { kind: 'failed', error: 'small' })).toMatchObject({ kind: 'failed' });
    expect(await settleAll(await processing(3), COMPLETED)).toHaveLength(3);
    answer();
    expect(await waiting).toHaveLength(19);
  });

  it('halves what timed out, beside what comes after it, until it is quick enough', async () => {
    line.beforeSettle = ({ ids }) => {
      if (ids.length > 10) throw TIMED_OUT;
    };
    const settled = await settleAll(await processing(60), COMPLETED);
    expect(settled.every(({ kind }) => kind === 'completed')).toBe(true);
    expect(sizes()).toEqual([60, 30, 15, 8, 7, 15, 8, 7, 30, 15, 8, 7, 15, 8, 7]);
    expect(recovered).toBeGreaterThan(0);
  });

  it('sends smaller batches after one that timed out, and larger ones again later', async () => {
    let limit = 100;
    line.beforeSettle = ({ ids }) => {
      if (ids.length > limit) throw TIMED_OUT;
    };
    await settleAll(await processing(400), COMPLETED);
    line.sent.length = 0;
    limit = Infinity;
    await settleAll(await processing(900), COMPLETED);
    expect(Math.max(...sizes())).toBeGreaterThan(200);
  });

  it('lets one outcome that times out each time wait alone', async () => {
    const [slow, ...others] = (await processing(9)) as [RunningJob, ...RunningJob[]];
    let isSlow = true;
    line.beforeSettle = ({ ids }) => {
      if (isSlow && ids.some((id) => id.includes(slow.id))) throw TIMED_OUT;
    };
    let written = false;
    const waiting = settle(slow, COMPLETED).then((outcome) => ((written = true), outcome));
    expect(await settleAll(others, COMPLETED)).toHaveLength(8);
    expect(await settleAll(await processing(3), { kind: 'failed', error: 'later' })).toHaveLength(3);
    expect(written).toBe(false);
    isSlow = false;
    expect(await waiting).toEqual(COMPLETED);
  });

  it('does not take an outcome for lost whose statement timed out after its commit', async () => {
    let timesOut = true;
    line.afterSettle = () => {
      if (!timesOut) return;
      timesOut = false;
      throw new Error('Query read timeout: no answer for 10000 ms');
    };
    const settled = await settleAll(await processing(4), large(4_000));
    expect(settled.map(({ kind }) => kind)).toEqual(Array.from({ length: 4 }, () => 'completed'));
  });
});
