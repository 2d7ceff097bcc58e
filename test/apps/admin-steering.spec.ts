import { ProcessesJob, ScheduledJob, type JobProcessor } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import supertest from 'supertest';
import { DataSource } from 'typeorm';
import type { HttpHost } from '../jobs/http-host.js';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { API, held, startAdminHost, startOperatedHost, tablesOf } from './admin-host.js';

@Injectable()
@ProcessesJob(held)
class HeldProcessor implements JobProcessor<typeof held> {
  async process(): Promise<void> {}
}

const HOUR = (new Date().getUTCHours() + 12) % 24;
let runs = 0;

@Injectable()
class Schedules {
  @ScheduledJob(`0 ${HOUR} * * *`, { name: 'daily' })
  async fire(): Promise<void> {
    runs++;
  }
}

describe('the admin API of queues, workers and schedules', () => {
  let database: TestDatabase;
  let host: HttpHost;

  beforeAll(async () => {
    database = await createTestDatabase();
    host = await startOperatedHost(database.url, [HeldProcessor, Schedules]);
    await eventually(async () => expect((await get('workers')).workers).toHaveLength(1));
  });

  afterAll(async () => {
    await host.close();
    await database.drop();
  });

  const get = async (path: string) => (await host.http.get(`${API}/${path}`).expect(200)).body;
  const post = (path: string, body: object = {}) => host.http.post(`${API}/${path}`).send(body);

  it('pauses a queue until a time, and resumes it', async () => {
    const until = '2035-01-01T00:00:00.000Z';
    const paused = (await post('queues/held/pause', { until }).expect(200)).body;
    expect(paused).toEqual({
      name: 'held',
      paused: true,
      pausedAt: expect.stringMatching(/Z$/),
      pausedUntil: until,
      pausedBy: 'admin token',
      pending: 0,
      pendingCapped: false,
      oldestDueMs: null,
      running: 0,
      workers: 1,
      slots: 10,
    });
    expect((await get('queues')).queues).toContainEqual(paused);
    expect((await get('overview')).reasons).toEqual([
      { code: 'queues_paused', message: 'These queues are paused: held.' },
    ]);
    expect((await post('queues/held/resume').expect(200)).body).toMatchObject({ paused: false, pausedUntil: null });
    expect(await tablesOf(host).audit()).toMatchObject([{ action: 'queue.pause' }, { action: 'queue.resume' }]);
  });

  it('refuses what makes no sense, and says what would', async () => {
    const unknown = await post('queues/hled/pause').expect(404);
    expect(unknown.body).toMatchObject({ errorCode: 'JOBS_UNKNOWN_QUEUE', fix: 'Did you mean "held"?' });
    await post('schedules/dialy/pause').expect(404);
    for (const [path, body] of [
      ['queues/held/pause', { until: 'tomorrow' }],
      ['queues/held/pause', { until: '2001-01-01T00:00:00Z' }],
      ['queues/held/pause', { untill: '2035-01-01T00:00:00Z' }],
      ['queues/held/resume', { force: true }],
      ['queues/no%20name/pause', {}],
      ['schedules/daily/run', { times: 3 }],
      ['schedules/%00/run', {}],
    ] as const)
      await post(path, body).expect(400);
    expect((await get('queues')).queues).toContainEqual(expect.objectContaining({ name: 'held', paused: false }));
  });

  it('lists workers, with the version of their application', async () => {
    expect(await get('workers')).toEqual({
      workers: [
        expect.objectContaining({
          pid: process.pid,
          version: expect.stringMatching(/^\d+\.\d+\.\d+/),
          queues: ['default', 'held'],
          slots: 10,
          running: 0,
          busySlots: 0,
          claimedAhead: 0,
          alive: true,
          lastSeenAt: expect.stringMatching(/Z$/),
        }),
      ],
    });
  });

  it('tells busy slots from jobs that were claimed ahead', async () => {
    const id = '019a0000-0000-7000-8000-00000000000b';
    const dataSource = host.get(DataSource);
    await dataSource.query(
      `insert into job_workers (id, host, pid, version, queues, slots) values ($1, 'node-7', 1, '1.2', '{}', 10)`,
      [id],
    );
    await dataSource.query(
      `insert into jobs (type, queue, status, worker_id, started_at)
       select 'held', 'held', 'processing', $1, now() from generate_series(1, 14)`,
      [id],
    );
    try {
      await eventually(async () =>
        expect((await get('workers')).workers).toContainEqual(
          expect.objectContaining({ id, slots: 10, running: 14, busySlots: 10, claimedAhead: 4 }),
        ),
      );
    } finally {
      await dataSource.query('delete from jobs where worker_id = $1', [id]);
      await dataSource.query('delete from job_workers where id = $1', [id]);
    }
  });

  it('pauses, runs and resumes a schedule', async () => {
    expect((await get('schedules')).schedules).toEqual([
      expect.objectContaining({ name: 'daily', cron: `0 ${HOUR} * * *`, paused: false, ticks: [] }),
    ]);
    expect((await post('schedules/daily/pause').expect(200)).body).toMatchObject({
      pausedBy: 'admin token',
      nextRunAt: null,
    });
    await post('schedules/daily/run').expect(200);
    await eventually(async () => expect((await get('schedules')).schedules[0].ticks).toHaveLength(1));
    expect(runs).toBe(1);
    const resumed = (await post('schedules/daily/resume').expect(200)).body;
    expect(resumed).toMatchObject({ paused: false, pausedAt: null, next: Array(5).fill(expect.any(String)) });
    const actions = (await tablesOf(host).audit()).map(({ action }) => action);
    expect(actions.slice(-3)).toEqual(['schedule.pause', 'schedule.run', 'schedule.resume']);
  });

  it('makes, changes and removes a schedule', async () => {
    const made = await post('schedules', {
      name: 'nightly',
      cron: '0 3 * * *',
      timeZone: 'Asia/Tokyo',
      job: 'data_cleanup',
      payload: { days_to_keep: 90 },
      catchUp: { last: 2 },
      endsAt: '2035-01-01T00:00:00+09:00',
    }).expect(201);
    expect(made.body).toMatchObject({ job: 'data_cleanup', setBy: 'admin token', endsAt: '2034-12-31T15:00:00.000Z' });
    expect(await get('schedules/nightly')).toMatchObject({
      catchUp: { last: 2 },
      payload: { days_to_keep: 90 },
      ticks: [],
    });
    expect(await get('schedules/daily')).toMatchObject({ job: null, payload: null });
    const changed = await host.http
      .patch(`${API}/schedules/nightly`)
      .send({ cron: '0 4 * * *', endsAt: null })
      .expect(200);
    expect(changed.body).toMatchObject({ cron: '0 4 * * *', endsAt: null, catchUp: { last: 2 } });
    const { times } = await get('schedule-times?cron=0%204%20*%20*%20*&timeZone=Asia/Tokyo&count=2');
    expect(times).toEqual(changed.body.next.slice(0, 2));
    expect((await post('schedules', { ...made.body, next: undefined }).expect(400)).body.errorCode).toBe(
      'JOBS_INVALID_REQUEST',
    );
    const again = { name: 'nightly', cron: '0 3 * * *', job: 'data_cleanup', payload: { days_to_keep: 90 } };
    await post('schedules', again).expect(409);
    for (const [wrong, status] of [
      [{ cron: '0-99999999 * * * *' }, 400],
      [{ overlap: 'queue' }, 400],
      [{ startsAt: 'tomorrow' }, 400],
      [{ payload: { days_to_keep: 0 } }, 422],
      [{ job: 'data_cleanupp' }, 422],
    ] as const)
      await post('schedules', { ...again, name: 'other', ...wrong }).expect(status);
    await host.http.patch(`${API}/schedules/daily`).send({ overlap: 'skip' }).expect(409);
    await host.http.delete(`${API}/schedules/daily`).expect(409);
    expect((await host.http.delete(`${API}/schedules/nightly`).expect(200)).body).toEqual({
      name: 'nightly',
      removed: true,
    });
    await host.http.delete(`${API}/schedules/nightly`).expect(404);
  });

  it('drains and resizes a worker', async () => {
    const [{ id }] = (await get('workers')).workers;
    expect((await post(`workers/${id}/drain`).expect(200)).body).toEqual({ workers: 1 });
    expect((await get('workers')).workers).toMatchObject([{ id, drainingSince: expect.stringMatching(/Z$/) }]);
    expect((await get('queues')).queues).toContainEqual(expect.objectContaining({ name: 'held', workers: 0 }));
    await post(`workers/${id}/resume`).expect(200);
    await post(`workers/${id}/concurrency`, { concurrency: 3 }).expect(200);
    await eventually(async () => expect((await get('workers')).workers).toMatchObject([{ slots: 3 }]), {
      timeoutMs: 10_000,
    });
    expect((await post('workers/concurrency', { concurrency: 10 }).expect(200)).body).toEqual({ workers: 1 });
    await post(`workers/${id}/concurrency`, { concurrency: 5_000 }).expect(400);
    await post(`workers/${id}/concurrency`, { slots: 5 }).expect(400);
    await post(`workers/${id}/concurrency`, { concurrency: 900 }).expect(409);
    await post('workers/nobody/drain').expect(400);
    await post('workers/018f0000-0000-7000-8000-000000000001/drain').expect(404);
    await eventually(async () => expect((await get('workers')).workers).toMatchObject([{ slots: 10 }]), {
      timeoutMs: 10_000,
    });
  }, 30_000);

  it('gives an overview', async () => {
    await tablesOf(host).insert('failed');
    await host
      .get(DataSource)
      .query(`insert into jobs (type, queue, scheduled_at) values ('mail', 'nobodys', now() - interval '9 seconds')`);
    const overview = await get('overview');
    expect(overview).toEqual({
      status: 'degraded',
      reasons: [{ code: 'queues_unworked', message: 'Jobs wait in queues that no worker works on: nobodys.' }],
      pending: 1,
      pendingCapped: false,
      running: 0,
      failedLastDay: 1,
      failedCapped: false,
      oldestDueMs: expect.any(Number),
      queues: 3,
      workers: 1,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      role: 'admin',
      environment: 'development',
    });
    expect(overview.oldestDueMs).toBeGreaterThan(8_000);
  });

  it('lets a viewer look, and change nothing', async () => {
    const viewed = await startAdminHost(database.url, { production: false, adminToken: 'a', viewerToken: 'v' });
    const viewer = supertest.agent(viewed.app.getHttpServer()).set('authorization', 'Bearer v');
    expect((await viewer.get(`${API}/overview`).expect(200)).body.role).toBe('viewer');
    for (const path of ['queues', 'workers', 'schedules']) await viewer.get(`${API}/${path}`).expect(200);
    for (const path of [
      'queues/held/pause',
      'schedules/daily/run',
      'schedules',
      'workers/x/drain',
      'workers/concurrency',
    ])
      await viewer.post(`${API}/${path}`).send({}).expect(403);
    await viewer.patch(`${API}/schedules/daily`).send({}).expect(403);
    await viewer.delete(`${API}/schedules/daily`).expect(403);
    await viewed.close();
  });
});
