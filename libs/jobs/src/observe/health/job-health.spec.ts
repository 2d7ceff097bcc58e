import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Outages } from '../../state/outages.js';
import { WorkerStatus } from '../../state/worker-status.js';
import { resolveJobsOptions, type JobsModuleOptions } from '../../jobs.options.js';
import { BootWarnings } from '../../report/boot-warnings.js';
import { JobsHealthIndicator } from './job-health.js';
import { systemClock } from '../../support/time/clock.js';

/** A data source with one connection that answers with `answer`. */
function dataSourceThat(answer: (query: { text?: string }) => Promise<{ rows: unknown[] }>): DataSource {
  const logger = { logQuery: () => {}, logQueryError: () => {} };
  const dataSource = { options: {}, migrations: [], driver: { master: { options: { max: 1 } } }, logger };
  const runner = {
    dataSource,
    connect: async () => ({ getTransactionStatus: () => 'I', query: answer }),
    release: async () => {},
  };
  Object.assign(runner, { manager: { queryRunner: runner, dataSource } });
  return Object.assign(dataSource, { createQueryRunner: () => runner }) as unknown as DataSource;
}

/** Swallows every question. */
const silent = dataSourceThat(() => new Promise(() => {}));
/** Has no migrations to run. */
const answering = dataSourceThat(async ({ text = '' }) =>
  text.includes('as found') ? { rows: [{ found: true }] } : { rows: [{ present: false }] },
);

describe('JobsHealthIndicator', () => {
  let status: WorkerStatus;
  let health: JobsHealthIndicator;
  let outages: Outages;
  let warnings: BootWarnings;

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(() => {
    status = Object.assign(new WorkerStatus(), { enabled: true, started: true, listening: true });
    status.lastLoopTickMs = performance.now();
    outages = new Outages(systemClock);
    warnings = new BootWarnings();
    health = new JobsHealthIndicator(status, resolveJobsOptions(), silent, outages, warnings, systemClock);
  });

  it('logs why it is not ready once, however often it is asked, and that it is ready again', async () => {
    const lines: string[] = [];
    Logger.overrideLogger({
      log: (line: string) => lines.push(line),
      warn: (line: string) => lines.push(line),
    } as never);
    health = new JobsHealthIndicator(status, resolveJobsOptions(), answering, outages, warnings, systemClock);
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

  it('is dead once the lease has been lost for two minutes although the database answers', () => {
    status.leaseHeld = false;
    expect(health.isLive().jobs.status).toBe('up');
    status.leaseLostInVainSinceMs = performance.now() - 119_000;
    expect(health.isLive().jobs.status).toBe('up');
    status.leaseLostInVainSinceMs = performance.now() - 121_000;
    expect(health.isLive().jobs).toEqual({
      status: 'down',
      reason: 'lease_stuck',
      message: 'The lease has been lost for 121 s, although the database answers.',
    });
    status.leaseHeld = true;
    expect(health.isLive().jobs.status).toBe('up');
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
      new JobsHealthIndicator(status, resolveJobsOptions(options), answering, outages, warnings, systemClock);

    expect((await indicator({}).isReady()).jobs).toMatchObject({ status: 'degraded', impaired: [{ reason: 'deaf' }] });
    expect((await indicator({ pooled: true }).isReady()).jobs).toEqual({ status: 'up' });
  });

  it('is degraded while something looks wrong since the boot or a queue is left to nobody, in words', async () => {
    health = new JobsHealthIndicator(status, resolveJobsOptions(), answering, outages, warnings, systemClock);
    warnings.add('no_processor', 'No processor.');
    status.unworkedQueues = ['mail'];

    expect((await health.isReady()).jobs).toEqual({
      status: 'degraded',
      impaired: [
        { reason: 'no_processor', message: 'No processor.' },
        { reason: 'queues_unworked', message: 'No worker works on these queues: mail.' },
      ],
    });
  });
});
