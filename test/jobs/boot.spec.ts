import { Injectable, Logger, Module } from '@nestjs/common';
import { Cron, ScheduleModule } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { connectionOptions } from '@monstera/database';
import {
  defineJob,
  jobsEntities,
  JobsModule,
  JobService,
  JobWorkerService,
  ProcessesJob,
  ScheduledJob,
  type JobProcessor,
} from '@monstera/jobs';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { Counter, register } from 'prom-client';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { startHost } from './host.js';
import { useDatabase } from '../support/use-database.js';

const ping = defineJob({ type: 'ping', payload: z.object({}) });

@Injectable()
@ProcessesJob(ping)
class PingProcessor implements JobProcessor<typeof ping> {
  async process(): Promise<void> {}
}

@Injectable()
@ProcessesJob(ping)
class OtherPingProcessor implements JobProcessor<typeof ping> {
  async process(): Promise<void> {}
}

@ProcessesJob(ping)
class NoProcessor {}

@Injectable()
class Weekly {
  @ScheduledJob('0 9 * * MON', { name: 'weekly' })
  async run(): Promise<void> {}
}

@Injectable()
class WeeklyAgain extends Weekly {
  @ScheduledJob('0 9 * * MON', { name: 'weekly' })
  override async run(): Promise<void> {}
}

@Injectable()
class BadCron {
  @ScheduledJob('0 0 1--100000000 * *', { name: 'bad' })
  async run(): Promise<void> {}
}

describe('the boot', () => {
  const database = useDatabase();

  it.each([
    [
      'two processors for one type',
      [PingProcessor, OtherPingProcessor],
      /JOBS_DUPLICATE_PROCESSOR.*PingProcessor and OtherPingProcessor/s,
    ],
    ['a processor without process()', [NoProcessor], /JOBS_INVALID_PROCESSOR.*NoProcessor/s],
    ['two schedules of one name', [Weekly, WeeklyAgain], /JOBS_DUPLICATE_SCHEDULE.*Weekly\.run/s],
    ['cron text that no clock can follow', [BadCron], /JOBS_INVALID_OPTION.*BadCron\.run\.cron/s],
  ])('is stopped by %s, which it names', async (_, providers, message) => {
    await expect(startHost({ url: database.url, providers })).rejects.toThrow(message);
  });

  describe('on an empty database', () => {
    const empty = useDatabase({ migrated: false });

    it.each([
      ['processors', [PingProcessor], 'job_types'],
      ['schedules', [Weekly], 'job_schedules'],
    ])('with %s says that the schema is missing, and how to get it', async (_, providers, table) => {
      await expect(startHost({ url: empty.url, providers })).rejects.toMatchObject({
        code: 'JOBS_SCHEMA_OUTDATED',
        what: expect.stringContaining(table) as string,
        fix: expect.stringContaining('jobsMigrations') as string,
      });
    });
  });

  it('names every bad option at once', async () => {
    const start = startHost({ url: database.url, jobs: { concurrency: 0, shards: 3, lease: { renewMs: 20_000 } } });
    await expect(start).rejects.toThrow(/JOBS_INVALID_MODULE_OPTIONS.*concurrency.*shards.*lease\.fenceAfterMs/s);
  });

  it('says which line is missing when schedules exist but ScheduleModule does not', async () => {
    const app = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ ...connectionOptions({ url: database.url }), entities: jobsEntities }),
        JobsModule.forRoot(),
      ],
      providers: [Weekly],
    }).compile();
    Logger.overrideLogger(false);
    await expect(app.init()).rejects.toThrow(/JOBS_SCHEDULE_MODULE_MISSING.*ScheduleModule\.forRoot\(\)/s);
    await app.close();
  });

  it('runs no worker in a producer, whose jobs another process runs', async () => {
    const producer = await startHost({ url: database.url, providers: [PingProcessor], jobs: { role: 'producer' } });
    const { id } = await producer.jobs.enqueueByType('ping', {});
    expect(producer.get(JobWorkerService).concurrency).toBe(0);
    const worker = await startHost({ url: database.url, providers: [PingProcessor], jobs: { role: 'worker' } });
    await eventually(async () => expect(await producer.jobs.get(id)).toMatchObject({ status: 'completed' }));
    await producer.close();
    await worker.close();
  });
});

describe('a host that has ScheduleModule and PrometheusModule of its own', () => {
  const database = useDatabase();
  let fired = 0;

  @Injectable()
  class HostCron {
    @Cron('* * * * * *')
    tick() {
      fired++;
    }
  }

  @Module({ providers: [HostCron] })
  class HostModule {}

  it('has its crons fire once a second and its metrics kept, beside ours', async () => {
    register.clear();
    const orders = new Counter({ name: 'host_orders_total', help: 'Orders', labelNames: [] });
    const app = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ ...connectionOptions({ url: database.url }), entities: jobsEntities }),
        ScheduleModule.forRoot(),
        PrometheusModule.register({ defaultMetrics: { enabled: false } }),
        JobsModule.forRoot({ http: { metrics: false } }),
        HostModule,
      ],
      providers: [PingProcessor],
    }).compile();
    Logger.overrideLogger(false);
    await app.init();
    orders.inc();
    const firstMs = await eventually(() => (fired > 0 ? performance.now() : false));
    const { id } = await app.get(JobService).enqueue(ping, {});
    await eventually(async () => expect(await app.get(JobService).get(id)).toMatchObject({ status: 'completed' }));
    await eventually(() => expect(fired).toBeGreaterThanOrEqual(3), { timeoutMs: 5_000 });
    const seconds = (performance.now() - firstMs) / 1_000;
    expect(fired).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    const metrics = await register.metrics();
    expect(metrics).toContain('host_orders_total 1');
    expect(metrics).toMatch(/jobs_processed_total\{job_type="ping",status="completed"\} 1/);
    await app.close();
    register.clear();
  });
});
