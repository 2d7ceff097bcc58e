import { Injectable, type DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { connectionOptions } from '@monstera/database';
import { defineJob, jobsEntities, JobsModule, OnJobEvent, ScheduledJob, type JobsErrorIssue } from '@monstera/jobs';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { startHost } from './host.js';
import { useDatabase } from '../support/use-database.js';
import { useHost } from './use-host.js';

const checked = defineJob({ type: 'checked', payload: z.object({}) });
const registry = { metricsRegistry: new Registry() };
const id = '01900000-0000-7000-8000-000000000000';

/** What a caller without types hands over. */
const untyped = (value: unknown) => value as never;

async function errorOf(call: () => unknown): Promise<{ code: string; issues: JobsErrorIssue[] }> {
  try {
    await call();
  } catch (error) {
    return error as { code: string; issues: JobsErrorIssue[] };
  }
  throw new Error('nothing was refused');
}

const issuesOf = async (call: () => unknown) =>
  (await errorOf(call)).issues.map(({ path, message }) => `${path} ${message}`);

describe('an option that there is not', () => {
  const host = useHost({ jobs: { definitions: [checked] } });

  const calls: [string, (options: unknown) => unknown, string, string][] = [
    ['enqueue', (options) => host.jobs.enqueue(checked, {}, untyped(options)), 'delay', 'delayMs'],
    ['enqueueByType', (options) => host.jobs.enqueueByType('checked', {}, untyped(options)), 'prio', 'priority'],
    ['enqueueMany', (options) => host.jobs.enqueueMany(checked, [], untyped(options)), 'manger', 'manager'],
    ['get', (options) => host.jobs.get(id, untyped(options)), 'entityManager', 'manager'],
    ['cancel', (options) => host.jobs.cancel(id, untyped(options)), 'Manager', 'manager'],
    ['cancelByKey', (options) => host.jobs.cancelByKey(checked, 'k', untyped(options)), 'manage', 'manager'],
    ['retry', (options) => host.jobs.retry(id, untyped(options)), 'mangaer', 'manager'],
    [
      'enqueueMany, of one job,',
      (options) => host.jobs.enqueueMany(checked, [{ payload: {} }, { payload: {}, ...(options as object) }]),
      'uniqeKey',
      'uniqueKey',
    ],
    ['defineJob', (options) => defineJob({ ...checked, ...(options as object) }), 'attempts', 'maxAttempts'],
    ['retry of defineJob', (retry) => defineJob({ ...checked, retry: untyped(retry) }), 'maxDelay', 'maxDelayMs'],
    [
      'retry of enqueue',
      (retry) => host.jobs.enqueue(checked, {}, { retry: untyped(retry) }),
      'initialDelay',
      'initialDelayMs',
    ],
  ];

  it.each(calls)('%s refuses, and says which one may be meant', async (name, call, wrong, meant) => {
    const place = name.startsWith('retry of') ? 'retry.' : name.includes('of one job') ? 'jobs[1].' : '';
    const path = `${place}${wrong}`;
    const { code, issues } = await errorOf(() => call({ [wrong]: undefined }));
    expect(code).toBe('JOBS_INVALID_OPTION');
    expect(issues).toEqual([{ path, message: `is not an option; did you mean "${meant}"?` }]);
    expect(await host.dataSource.query('select * from jobs')).toEqual([]);
  });

  const whole = calls.filter(([name]) => !/of one job|^defineJob/.test(name));

  it.each(whole)('%s refuses what are no options at all', async (_, call) => {
    for (const given of [null, 'delayMs', 5, [], [{ delayMs: 5 }], new Date(), () => ({})])
      expect(await errorOf(() => call(given))).toMatchObject({ code: 'JOBS_INVALID_OPTION' });
    expect(await host.dataSource.query('select * from jobs')).toEqual([]);
  });

  it.each([null, undefined, 'greet', []])('defineJob refuses %j', async (given) => {
    expect(await errorOf(() => defineJob(untyped(given)))).toMatchObject({ code: 'JOBS_INVALID_OPTION' });
  });
});

describe('the boot', () => {
  const database = useDatabase();

  const boot = async (module: () => DynamicModule) => {
    const { url } = database;
    const typeorm = TypeOrmModule.forRoot({ ...connectionOptions({ url, poolSize: 1 }), entities: jobsEntities });
    const app = await Test.createTestingModule({ imports: [typeorm, module()] }).compile();
    await app.close();
  };
  const forRoot = (given: unknown) => issuesOf(() => boot(() => JobsModule.forRoot(untyped(given))));
  const forRootAsync = (given: unknown) => issuesOf(() => boot(() => JobsModule.forRootAsync(untyped(given))));

  it('names every unknown option of the module at once, with those in its groups and every bad value', async () => {
    const issues = await forRoot({
      concurency: 5,
      renewMs: 5,
      isGlobl: true,
      health: false,
      shards: 3,
      lease: { renew: 5 },
      retention: { completedDays: 7 },
      schedule: { timezone: 'UTC' },
      http: { metric: false, health: 'not here', path: 7 },
    });
    expect(issues).toEqual([
      'concurency is not an option; did you mean "concurrency"?',
      'renewMs is not an option; did you mean "lease.renewMs"?',
      'isGlobl is not an option; did you mean "isGlobal"?',
      'health is not an option; did you mean "http.health"?',
      'http.metric is not an option; did you mean "metrics"?',
      'http.path must be a path such as "internal/jobs", of letters, digits and _ . ~ -; it is 7',
      'http.health must be true, false, or a path such as "internal/jobs", of letters, digits and _ . ~ -; ' +
        "it is 'not here'",
      'lease.renew is not an option; did you mean "renewMs"?',
      'retention.completedDays is not an option; did you mean "completedMs"?',
      'schedule.timezone is not an option; did you mean "timeZone"?',
      'shards must be a power of two; it is 3',
    ]);
  });

  it.each([null, 'producer', [], 7])('refuses %j as options of the module', async (given) => {
    expect(await forRoot(given)).toEqual([expect.stringContaining('must be an object with options')]);
    expect(await forRootAsync({ useFactory: () => given })).toEqual([expect.stringContaining('must be an object')]);
    expect(await forRootAsync(given)).toEqual(expect.arrayContaining([expect.stringContaining('must be an object')]));
  });

  it.each([
    ['lease', null],
    ['retention', 7],
    ['schedule', 'UTC'],
    ['http', []],
  ])('refuses options of %s that are %j', async (group, given) => {
    expect(await forRoot({ [group]: given })).toEqual([expect.stringContaining(`${group} must be an object`)]);
  });

  it('tells what belongs beside the factory from what it returns', async () => {
    const useFactory = () => ({ http: { health: false }, isGlobal: true, concurency: 5 });
    expect(await forRootAsync({ useFactory, concurrency: 5, injects: [] })).toEqual([
      'concurrency belongs to what the factory returns',
      'injects is not an option; did you mean "inject"?',
      'http is decided where the module is declared: put it beside useFactory',
      'isGlobal is decided where the module is declared: put it beside useFactory',
      'concurency is not an option; did you mean "concurrency"?',
    ]);
    expect(await forRootAsync({ useFactory: () => undefined })).toEqual([
      'options must be an object with options; it is undefined',
    ]);
    expect(await forRootAsync({ usefactory: () => ({}) })).toEqual([
      'usefactory is not an option; did you mean "useFactory"?',
      'useFactory is missing, and so are useClass and useExisting',
    ]);
  });

  it('accepts what is documented, from a factory too', async () => {
    const http = { health: false, metrics: false };
    await expect(boot(() => JobsModule.forRoot({ ...registry, isGlobal: false, http }))).resolves.toBeUndefined();
    const useFactory = () => ({ ...registry, concurrency: 5 });
    await expect(boot(() => JobsModule.forRootAsync({ useFactory, inject: [], http }))).resolves.toBeUndefined();
  });

  class Listeners {
    @OnJobEvent(untyped('compleeted'))
    ofNoEvent() {}
  }

  class ListenersOfTypes {
    @OnJobEvent('failed', untyped({ types: ['a'] }))
    ofTypes() {}
  }

  class ListenersOfNull {
    @OnJobEvent('failed', untyped(null))
    ofNull() {}
  }

  class Schedules {
    @ScheduledJob('0 9 * * MON', untyped({ name: 'weekly', timezone: 'UTC' }))
    weekly() {}
  }

  class SchedulesOfText {
    @ScheduledJob('0 9 * * MON', untyped('weekly'))
    weekly() {}
  }

  class SchedulesOfCatchUp {
    @ScheduledJob('0 9 * * MON', { name: 'weekly', catchUp: untyped('lastest') })
    weekly() {}
  }

  it.each([
    [Listeners, '@OnJobEvent on Listeners.ofNoEvent is "compleeted"; did you mean "completed"?'],
    [ListenersOfTypes, '@OnJobEvent on ListenersOfTypes.ofTypes.types is not an option; did you mean "type"?'],
    [ListenersOfNull, '@OnJobEvent on ListenersOfNull.ofNull must be an object with options; it is null'],
    [Schedules, '@ScheduledJob on Schedules.weekly.timezone is not an option; did you mean "timeZone"?'],
    [SchedulesOfText, '@ScheduledJob on SchedulesOfText.weekly must be an object with options; it is a string'],
    [SchedulesOfCatchUp, '@ScheduledJob on SchedulesOfCatchUp.weekly.catchUp is "lastest"; did you mean "latest"?'],
  ])('is stopped by the decorator of %p', async (provider, issue) => {
    Injectable()(provider);
    expect(await issuesOf(() => startHost({ url: database.url, providers: [provider] }))).toEqual([issue]);
  });
});
