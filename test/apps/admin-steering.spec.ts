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

  it('lists workers', async () => {
    expect(await get('workers')).toEqual({
      workers: [
        expect.objectContaining({
          pid: process.pid,
          queues: ['default', 'held'],
          slots: 10,
          running: 0,
          alive: true,
          lastSeenAt: expect.stringMatching(/Z$/),
        }),
      ],
    });
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
      version: 'unknown',
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
    for (const path of ['queues/held/pause', 'queues/held/resume', 'schedules/daily/run', 'schedules/daily/pause'])
      await viewer.post(`${API}/${path}`).send({}).expect(403);
    await viewed.close();
  });
});
