import { Logger } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { DataSource } from 'typeorm';
import { WorkerStatus } from '../job/worker-status.js';
import { resolveJobsOptions, type JobsModuleOptions } from '../jobs.options.js';
import { JobsHealthIndicator } from './job-health.js';

/** A data source with one connection, which answers as told. */
function dataSourceThat(answer: (structured: boolean) => Promise<unknown>): DataSource {
  const dataSource = { options: {}, migrations: [], driver: { master: { options: { max: 1 } } } };
  const runner = {
    dataSource,
    connect: async () => ({ getTransactionStatus: () => 'I' }),
    query: (_text: string, _params: unknown[], structured = false) => answer(structured),
    release: async () => {},
  };
  Object.assign(runner, { manager: { queryRunner: runner, dataSource } });
  return Object.assign(dataSource, { createQueryRunner: () => runner }) as unknown as DataSource;
}

/** Swallows every question. */
const silent = dataSourceThat(() => new Promise(() => {}));
/** Has no migrations to run. */
const answering = dataSourceThat(async (structured) => (structured ? { records: [] } : [{ present: false }]));

describe('JobsHealthIndicator', () => {
  let status: WorkerStatus;
  let health: JobsHealthIndicator;

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(() => {
    status = Object.assign(new WorkerStatus(), { enabled: true, started: true, listening: true });
    status.lastLoopTickMs = performance.now();
    health = new JobsHealthIndicator(new HealthIndicatorService(), status, resolveJobsOptions(), silent);
  });

  it('logs why it is not ready once, however often it is asked, and that it is ready again', async () => {
    const lines: string[] = [];
    Logger.overrideLogger({
      log: (line: string) => lines.push(line),
      warn: (line: string) => lines.push(line),
    } as never);
    health = new JobsHealthIndicator(new HealthIndicatorService(), status, resolveJobsOptions(), answering);
    status.started = false;
    for (let probe = 0; probe < 3; probe++) expect((await health.isReady()).jobs.status).toBe('down');
    status.started = true;
    for (let probe = 0; probe < 3; probe++) expect((await health.isReady()).jobs.status).toBe('up');
    Logger.overrideLogger(false);
    expect(lines).toEqual(['Not ready: The worker has not reached the database yet.', 'Ready again']);
  });

  it('has started once the first claim has come back', () => {
    status.started = false;
    expect(health.isStarted().jobs).toMatchObject({ status: 'down', reason: 'starting' });
    status.started = true;
    expect(health.isStarted().jobs).toEqual({ status: 'up' });
  });

  it('is dead once the claim loop has not turned for a minute longer than it sleeps', () => {
    status.lastLoopTickMs = performance.now() - 64_000;
    expect(health.isLive().jobs.status).toBe('up');
    status.lastLoopTickMs = performance.now() - 66_000;
    expect(health.isLive().jobs).toEqual({
      status: 'down',
      reason: 'claim_loop_stuck',
      message: 'The claim loop has not turned for 66 s.',
    });
  });

  it('does not hold against the claim loop for how long the event loop was blocked', () => {
    status.lastLoopTickMs = performance.now() - 200_000;
    status.unblockedMs = performance.now() - 10;
    expect(health.isLive().jobs.status).toBe('up');
    status.unblockedMs = performance.now() - 66_000;
    expect(health.isLive().jobs).toMatchObject({ status: 'down', reason: 'claim_loop_stuck' });
  });

  it('is alive while it drains, although the claim loop has ended', () => {
    status.lastLoopTickMs = performance.now() - 600_000;
    status.draining = true;

    expect(health.isLive().jobs.status).toBe('up');
  });

  it('is not ready without its lease, whatever the database says', async () => {
    status.leaseHeld = false;

    expect((await health.isReady()).jobs).toMatchObject({ status: 'down', reason: 'lease_lost' });
  });

  it('waits for a silent database for two seconds and no longer', async () => {
    const startedMs = performance.now();

    expect((await health.isReady('db')).db).toMatchObject({ status: 'down', reason: 'database_unreachable' });
    expect(performance.now() - startedMs).toBeGreaterThan(1_900);
    expect(performance.now() - startedMs).toBeLessThan(4_000);
  });

  it('is degraded while NOTIFY does not come through, unless the options rule it out', async () => {
    status.listening = false;
    const indicator = (options: JobsModuleOptions) =>
      new JobsHealthIndicator(new HealthIndicatorService(), status, resolveJobsOptions(options), answering);

    expect((await indicator({}).isReady()).jobs).toMatchObject({ status: 'degraded', impaired: [{ reason: 'deaf' }] });
    expect((await indicator({ pooled: true }).isReady()).jobs).toEqual({ status: 'up' });
  });
});
