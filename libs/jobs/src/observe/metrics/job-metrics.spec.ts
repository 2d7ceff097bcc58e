import { Logger } from '@nestjs/common';
import * as prom from 'prom-client';
import { Gauge, Registry } from 'prom-client';
import { JobEventBus } from '../../state/job-event-bus.js';
import type { JobEvent } from '../../job/job-events.js';
import { Outages } from '../../state/outages.js';
import { WorkerStatus } from '../../state/worker-status.js';
import { resolveJobsOptions } from '../../jobs.options.js';
import type { JobRepository, QueueSample } from '../stats/job.repository.js';
import { JobMetrics } from './job-metrics.js';
import { systemClock } from '../../support/time/clock.js';

const none = { counts: [], total: 0, capped: false };
const empty: QueueSample = { pending: none, running: none, failed: none, runningTooLong: 0, oldestDue: new Map() };

const ended: JobEvent = {
  name: 'completed',
  id: '019a0000-0000-7000-8000-000000000001',
  type: 'mail',
  queue: 'default',
  payload: {},
  attempt: 1,
  maxAttempts: 5,
  waitMs: 2_000,
  durationMs: 30,
};

describe('JobMetrics', () => {
  let registry: Registry;
  let bus: JobEventBus;
  let status: WorkerStatus;
  let outages: Outages;
  let sample: jest.Mock<Promise<QueueSample>, []>;

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(() => {
    registry = new Registry();
    bus = new JobEventBus();
    status = new WorkerStatus();
    outages = new Outages(systemClock);
    sample = jest.fn(async () => empty);
  });

  function create(version = '1.2.3', read = sample): JobMetrics {
    const options = resolveJobsOptions({ metricsRegistry: registry, version });
    const repository = { sample: read } as unknown as JobRepository;
    return new JobMetrics(options, status, repository, bus, outages, systemClock, prom);
  }

  async function scrape(): Promise<string[]> {
    return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  }

  it('counts each outcome by type, and no start', async () => {
    create();
    for (const name of ['started', 'retried', 'started', 'completed', 'started', 'failed'] as const)
      bus.emit({ ...ended, name });

    const lines = await scrape();

    expect(lines.filter((line) => line.startsWith('jobs_processed_total'))).toEqual([
      'jobs_processed_total{job_type="mail",status="retried"} 1',
      'jobs_processed_total{job_type="mail",status="completed"} 1',
      'jobs_processed_total{job_type="mail",status="failed"} 1',
    ]);
  });

  it('counts a run once: as rescued where it was taken back, and not where its outcome was refused', async () => {
    create();
    bus.emit({ ...ended, name: 'rescued', rescued: true, durationMs: 0 });
    bus.emit({ ...ended, name: 'lost' });

    expect((await scrape()).filter((line) => /^jobs_(processed|lost_runs)_total/.test(line))).toEqual([
      'jobs_processed_total{job_type="mail",status="rescued"} 1',
      'jobs_lost_runs_total{job_type="mail"} 1',
    ]);
  });

  it('measures run time from 5 ms to 10 minutes, and the wait before it', async () => {
    create();
    bus.emit({ ...ended, name: 'started' });
    bus.emit(ended);

    const lines = await scrape();

    expect(lines).toContain('job_duration_seconds_bucket{le="0.005",job_type="mail"} 0');
    expect(lines).toContain('job_duration_seconds_bucket{le="0.05",job_type="mail"} 1');
    expect(lines).toContain('job_duration_seconds_bucket{le="600",job_type="mail"} 1');
    expect(lines).toContain('job_duration_seconds_sum{job_type="mail"} 0.03');
    expect(lines).toContain('job_duration_seconds_count{job_type="mail"} 1');
    expect(lines).toContain('jobs_wait_seconds_sum{job_type="mail"} 2');
    expect(lines).toContain('jobs_wait_seconds_count{job_type="mail"} 1');
  });

  it('counts a time in the bucket whose bound it is, and what is above them all at the end', async () => {
    create();
    for (const durationMs of [10, 10.1, 700_000]) bus.emit({ ...ended, durationMs });

    const lines = await scrape();

    const buckets = [0.005, 0.01, 0.025, 600, '+Inf'].map((le) => {
      const series = `job_duration_seconds_bucket{le="${le}",job_type="mail"} `;
      return lines.find((line) => line.startsWith(series))?.slice(series.length);
    });
    expect(buckets).toEqual(['0', '1', '2', '2', '3']);
  });

  it.each([
    ['reset', () => registry.resetMetrics()],
    ['cleared', () => registry.clear()],
  ])('starts anew on a registry that was %s', async (_, empty) => {
    create();
    bus.emit({ ...ended, name: 'started' });
    bus.emit(ended);
    empty();
    create();

    expect((await scrape()).filter((line) => line.includes('job_type='))).toEqual([]);
  });

  it('times no run that was interrupted or never ran', async () => {
    create();
    bus.emit({ ...ended, name: 'handed_back' });
    bus.emit({ ...ended, name: 'lost' });
    bus.emit({ ...ended, name: 'rescued', durationMs: 0 });
    bus.emit({ ...ended, name: 'failed', durationMs: 0 });

    expect((await scrape()).filter((line) => line.startsWith('job_duration_seconds'))).toEqual([]);
  });

  it('gives at most 200 types a label of their own', async () => {
    create();
    for (let i = 0; i < 250; i++) bus.emit({ ...ended, type: `tenant_${i}` });

    const counted = (await scrape()).filter((line) => line.startsWith('jobs_processed_total'));

    expect(counted).toHaveLength(201);
    expect(counted.at(-1)).toBe('jobs_processed_total{job_type="other",status="completed"} 50');
  });

  it('shows what the worker is doing', async () => {
    create();
    status.enabled = true;
    status.slots = 10;
    status.activeSlots = 3;
    status.listening = true;
    status.rescuedJobs = 4;
    status.lostLeases = 2;
    status.abandonedHandlers = 1;
    status.blockedMs = 62_500;
    status.unknownTypes.add('somebody_elses');
    status.lastClaimMs = performance.now() - 7_000;

    const lines = await scrape();

    expect(lines).toEqual(
      expect.arrayContaining([
        'jobs_slots 10',
        'jobs_slots_active 3',
        'jobs_listening 1',
        'jobs_rescued_total 4',
        'jobs_leases_lost_total 2',
        'jobs_handlers_abandoned_total 1',
        'jobs_event_loop_blocked_seconds_total 62.5',
        'jobs_unknown_types 1',
        'jobs_info{version="1.2.3"} 1',
        expect.stringMatching(/^jobs_last_claim_age_seconds 7\.\d+$/),
      ]),
    );
  });

  it('says nothing of claims and NOTIFY where no worker runs', async () => {
    create();

    expect((await scrape()).filter((line) => /^jobs_(listening|last_claim)/.test(line))).toEqual([]);
  });

  it('shows what is in the database', async () => {
    create();
    sample.mockResolvedValue({
      pending: { counts: [{ type: 'mail', count: 10_000 }], total: 10_000, capped: true, cappedQueues: ['bulk'] },
      running: { counts: [{ type: 'mail', count: 3 }], total: 3, capped: false },
      failed: { counts: [{ type: 'report', count: 2 }], total: 2, capped: false },
      runningTooLong: 1,
      oldestDue: new Map([['default', 42.5]]),
    });

    expect(await scrape()).toEqual(
      expect.arrayContaining([
        'jobs_queue_depth{job_type="mail",status="pending"} 10000',
        'jobs_queue_depth{job_type="mail",status="processing"} 3',
        'jobs_pending{job_type="mail"} 10000',
        'jobs_failed_24h{job_type="report"} 2',
        'jobs_running_too_long 1',
        'jobs_oldest_due_age_seconds{queue="default"} 42.5',
        'jobs_pending_capped{queue="bulk"} 1',
        'jobs_stats_capped 1',
      ]),
    );
  });

  it('reads the database when scraped, and once for scrapes in a row', async () => {
    create();
    expect(sample).not.toHaveBeenCalled();

    await Promise.all([scrape(), scrape()]);
    await scrape();

    expect(sample).toHaveBeenCalledTimes(1);
  });

  it('leaves the database’s gauges out, and nothing else, while it cannot be read', async () => {
    create();
    sample.mockRejectedValue(new Error('connect ECONNREFUSED'));
    bus.emit(ended);

    const lines = await scrape();

    expect(lines).toContain('jobs_processed_total{job_type="mail",status="completed"} 1');
    expect(lines).toContain('jobs_slots 0');
    expect(lines.filter((line) => /^jobs_(queue_depth|pending|failed|running|oldest|stats)/.test(line))).toEqual([]);
  });

  it('shares a registry with an earlier module, and forgets that one when it shuts down', async () => {
    const gone = jest.fn(async () => empty);
    const first = create('1', gone);
    create('2');
    expect(await scrape()).toEqual(expect.arrayContaining(['jobs_info{version="1"} 1', 'jobs_info{version="2"} 1']));
    expect(gone).not.toHaveBeenCalled();

    first.onApplicationShutdown();

    expect((await scrape()).filter((line) => line.startsWith('jobs_info'))).toEqual(['jobs_info{version="2"} 1']);
  });

  it('leaves the host’s metrics alone', async () => {
    new Gauge({ name: 'host_temperature', help: 'Of the host.', registers: [registry] }).set(36);
    create();

    expect(await scrape()).toContain('host_temperature 36');
  });

  it('starts every name with jobs_, but for the duration', async () => {
    create();
    const names = registry.getMetricsAsArray().map(({ name }) => name);

    expect(names.filter((name) => !name.startsWith('jobs_'))).toEqual(['job_duration_seconds']);
  });
});
