import { JobsConfigurationError } from './job/job.errors.js';
import { resolveJobsOptions, type JobsModuleOptions } from './jobs.options.js';
import { applicationVersion } from './support/application-version.js';

const DAY_MS = 86_400_000;

function issuesOf(given: JobsModuleOptions): string[] {
  try {
    resolveJobsOptions(given);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(JobsConfigurationError);
    expect(error).toMatchObject({ code: 'JOBS_INVALID_MODULE_OPTIONS' });
    return (error as JobsConfigurationError).issues.map(({ path }) => path);
  }
}

describe('resolveJobsOptions', () => {
  it('fills in the documented defaults', () => {
    expect(resolveJobsOptions()).toEqual({
      role: 'all',
      concurrency: 10,
      shards: 1,
      pooled: false,
      pollIntervalMs: 5_000,
      waitTimeoutMs: 10_000,
      shutdownTimeoutMs: 6_000,
      abortGraceMs: 2_000,
      maxPayloadBytes: 262_144,
      maxResultBytes: 262_144,
      redact: [],
      definitions: [],
      version: applicationVersion(),
      lease: { renewMs: 5_000, fenceAfterMs: 10_000, deadAfterMs: 15_000, eventLoopStallMs: 300_000 },
      retention: { completedMs: 7 * DAY_MS, failedMs: 30 * DAY_MS, statisticsMs: 30 * DAY_MS, pruneEveryMs: 60_000 },
      schedule: { enabled: true, timeZone: 'UTC' },
    });
  });

  it('treats undefined as not given, in the groups too', () => {
    const given = { concurrency: undefined, lease: { renewMs: undefined }, retention: undefined };
    expect(resolveJobsOptions(given)).toEqual(resolveJobsOptions());
  });

  it('keeps the rest of a group of which one option is given', () => {
    expect(resolveJobsOptions({ retention: { completedMs: 5 } }).retention).toEqual({
      completedMs: 5,
      failedMs: 30 * DAY_MS,
      statisticsMs: 30 * DAY_MS,
      pruneEveryMs: 60_000,
    });
  });

  it('fires no schedules in a producer unless told to', () => {
    expect(resolveJobsOptions({ role: 'producer' }).schedule.enabled).toBe(false);
    expect(resolveJobsOptions({ role: 'producer', schedule: { enabled: true } }).schedule.enabled).toBe(true);
  });

  it('names every bad option at once', () => {
    const bad = {
      role: 'boss',
      concurrency: 0,
      queues: ['mail', 'a b'],
      shards: 3,
      pollIntervalMs: Number.NaN,
      shutdownTimeoutMs: -1,
      abortGraceMs: 0.5,
      maxPayloadBytes: 2 ** 21,
      maxResultBytes: 0,
      redact: ['pin', 'a|b'],
      version: 'v'.repeat(51),
      lease: { renewMs: 5, fenceAfterMs: 5, deadAfterMs: 5, eventLoopStallMs: 100 },
      retention: { completedMs: -1, failedMs: Number.NaN, statisticsMs: 0.5, pruneEveryMs: 2 ** 31 },
      schedule: { timeZone: 'Mars/Base' },
    };
    expect(new Set(issuesOf(bad as unknown as JobsModuleOptions))).toEqual(
      new Set([
        'role',
        'concurrency',
        'queues',
        'shards',
        'pollIntervalMs',
        'shutdownTimeoutMs',
        'abortGraceMs',
        'maxPayloadBytes',
        'maxResultBytes',
        'redact',
        'version',
        'lease.renewMs',
        'lease.fenceAfterMs',
        'lease.deadAfterMs',
        'lease.eventLoopStallMs',
        'retention.completedMs',
        'retention.failedMs',
        'retention.statisticsMs',
        'retention.pruneEveryMs',
        'schedule.timeZone',
      ]),
    );
  });

  it('says in the text of the error what each option must be', () => {
    const start = () => resolveJobsOptions({ concurrency: 0, shards: 3 });
    expect(start).toThrow('concurrency: must be a whole number from 1 to 1000');
    expect(start).toThrow('shards: must be a power of two');
  });

  it.each<[string, JobsModuleOptions]>([
    ['concurrency', { concurrency: 1_001 }],
    ['concurrency', { concurrency: '5' as unknown as number }],
    ['queues', { queues: [] }],
    ['queues', { queues: 'mail' as unknown as string[] }],
    ['shards', { shards: 2_048 }],
    ['lease.fenceAfterMs', { lease: { renewMs: 20_000, deadAfterMs: 60_000 } }],
    ['lease.fenceAfterMs', { lease: { fenceAfterMs: '9000' as never } }],
    ['lease.deadAfterMs', { lease: { fenceAfterMs: 20_000 } }],
    ['lease.deadAfterMs', { lease: { deadAfterMs: Infinity } }],
    ['lease.eventLoopStallMs', { lease: { eventLoopStallMs: 1_999 } }],
  ])('refuses %s of %j', (path, given) => {
    expect(issuesOf(given)).toEqual([path]);
  });

  it.each<JobsModuleOptions>([
    { concurrency: 1_000, shards: 1_024, maxPayloadBytes: 1_048_576 },
    { queues: ['default', 'mail:v2'], shutdownTimeoutMs: 0, abortGraceMs: 0 },
    { lease: { eventLoopStallMs: 0 } },
    { retention: { completedMs: 0, failedMs: 0, statisticsMs: 0 }, schedule: { timeZone: 'America/New_York' } },
  ])('accepts %j', (given) => {
    expect(issuesOf(given)).toEqual([]);
  });
});
