import { Injectable } from '@nestjs/common';
import { defineJob, JobService, JobWorkerService, ProcessesJob, type JobProcessor } from '@monstera/jobs';
import { DataSource, type MigrationInterface } from 'typeorm';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { startHttpHost, type HttpHost, type HttpHostOptions } from './http-host.js';
import { useDatabase } from '../support/use-database.js';

const held = defineJob({ type: 'held', payload: z.object({}) });
const gate = { running: false, release: () => {} };

@Injectable()
@ProcessesJob(held)
class HeldProcessor implements JobProcessor<typeof held> {
  async process(): Promise<void> {
    gate.running = true;
    await new Promise<void>((resolve) => (gate.release = resolve));
  }
}

class NotYetRun1999999999999 implements MigrationInterface {
  name = 'NotYetRun1999999999999';
  async up(): Promise<void> {}
  async down(): Promise<void> {}
}

describe('health', () => {
  const database = useDatabase({ each: true });
  let host: HttpHost;

  const start = async (options: Partial<HttpHostOptions> = {}) => {
    host = await startHttpHost({ url: database.url, providers: [HeldProcessor], ...options });
    database.closeFirst(() => host.close());
  };

  const ready = () => host.http.get('/health/ready');
  const becomesReady = () => eventually(async () => void (await ready().expect(200)));

  it('is up everywhere in a process that works', async () => {
    await start();
    await eventually(async () => expect((await ready()).body).toMatchObject({ status: 'ok' }));

    for (const probe of ['startup', 'live', 'ready'])
      await host.http
        .get(`/health/${probe}`)
        .expect(200)
        .expect('cache-control', /no-store/)
        .expect(({ body }) => expect(body.details).toEqual({ jobs: { status: 'up' } }));
  });

  it('is up everywhere in a process that only enqueues', async () => {
    await start({ jobs: { role: 'producer' } });

    for (const probe of ['startup', 'live', 'ready'])
      expect((await host.http.get(`/health/${probe}`)).body).toMatchObject({ status: 'ok' });
  });

  it('is not ready but alive while the database does not answer, names no driver detail, and recovers', async () => {
    await start({ jobs: { role: 'producer' } });
    const dataSource = host.get(DataSource);
    await becomesReady();
    await dataSource.destroy();

    const response = await eventually(() => ready().expect(503));

    expect(response.body.error).toEqual({
      jobs: { status: 'down', reason: 'database_unreachable', message: 'The database did not answer.' },
    });
    await host.http.get('/health/live').expect(200);

    await dataSource.initialize();
    await becomesReady();
  });

  it('is not ready while a migration has not run, and names it', async () => {
    await start({ jobs: { role: 'producer' }, database: { migrations: [NotYetRun1999999999999] } });

    const { body } = await ready().expect(503);

    expect(body.error.jobs).toEqual({
      status: 'down',
      reason: 'schema_outdated',
      message: 'Migrations have not run: NotYetRun1999999999999.',
    });
  });

  it('is alive but not ready while it drains', async () => {
    await start();
    await becomesReady();
    await host.get(JobService).enqueue(held, {});
    await eventually(() => gate.running);

    const drained = host.get(JobWorkerService).drain();

    const { body } = await ready().expect(503);
    expect(body.error.jobs).toMatchObject({ reason: 'draining' });
    await host.http.get('/health/live').expect(200);
    gate.release();
    await drained;
  });

  it('is degraded and still 200 while queues or types are paused or types are unknown', async () => {
    await start({ jobs: { lease: { renewMs: 50 } } });
    await becomesReady();
    const dataSource = host.get(DataSource);
    await dataSource.query(`insert into job_queues (name, paused_at) values ('default', now())`);

    await eventually(async () => {
      const { body } = await ready().expect(200);
      expect(body).toMatchObject({ status: 'degraded', info: { jobs: { status: 'degraded' } } });
      expect(body.info.jobs.impaired).toEqual([
        { reason: 'queues_paused', message: 'These queues are paused: default.' },
      ]);
    });

    await dataSource.query(`update job_queues set paused_at = null`);
    await dataSource.query(`update job_types set paused_at = now() where type = 'held'`);

    await eventually(async () => {
      const { body } = await ready().expect(200);
      expect(body.info.jobs.impaired).toEqual([{ reason: 'types_paused', message: 'These types are paused: held.' }]);
    });

    await dataSource.query(`update job_types set paused_at = null`);
    await dataSource.query(`insert into jobs (type) values ('somebody_elses')`);

    await eventually(async () => {
      const { body } = await ready().expect(200);
      expect(body.info.jobs.impaired).toEqual([
        { reason: 'unknown_types', message: 'Jobs of these types wait without a processor here: somebody_elses.' },
      ]);
    });
  });

  it('is mounted only where the host wants it', async () => {
    await start({ jobs: { role: 'producer', http: { health: false, metrics: false } } });

    await ready().expect(404);
    await host.http.get('/metrics').expect(404);
  });
});
