import { Injectable } from '@nestjs/common';
import { defineJob, JobTypes, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { startHost, type Host } from './host.js';

const payload = z.object({ n: z.number().default(0) });
const mail = defineJob({ type: 'mail', payload, queue: 'letters' });
const report = defineJob({ type: 'report', payload, queue: 'letters' });

let started: string[] = [];
let gates: (() => void)[] = [];
let isHeld = false;

async function start({ type, payload: { n } }: { type: string; payload: { n: number } }): Promise<void> {
  started.push(`${type} ${n}`);
  if (isHeld) await new Promise<void>((resolve) => gates.push(resolve));
}

@Injectable()
@ProcessesJob(mail)
class MailProcessor implements JobProcessor<typeof mail> {
  process(job: Job<typeof mail>): Promise<void> {
    return start(job);
  }
}

@Injectable()
@ProcessesJob(report)
class ReportProcessor implements JobProcessor<typeof report> {
  process(job: Job<typeof report>): Promise<void> {
    return start(job);
  }
}

describe('JobTypes', () => {
  let database: TestDatabase;
  let host: Host;
  const hosts: Host[] = [];

  beforeEach(async () => {
    [started, gates, isHeld] = [[], [], false];
    database = await createTestDatabase();
    host = await boot();
  });

  afterEach(async () => {
    const closing = setInterval(() => gates.splice(0).forEach((open) => open()), 20);
    await Promise.all(hosts.splice(0).map((each) => each.close()));
    clearInterval(closing);
    await database.drop();
  });

  async function boot(): Promise<Host> {
    const booted = await startHost({
      url: database.url,
      providers: [MailProcessor, ReportProcessor],
      jobs: { concurrency: 2, pollIntervalMs: 300 },
    });
    hosts.push(booted);
    return booted;
  }

  const types = () => host.get(JobTypes);
  const pausedHere = (of = host) => of.get<WorkerStatus>(WorkerStatus, { strict: false }).pausedTypes;
  const rows = <Row>(sql: string, params: unknown[] = []) => host.dataSource.query<Row[]>(sql, params);
  const enqueue = async (n: number, options = {}) => (await host.jobs.enqueue(mail, { n }, options)).id;

  async function pauseMail(): Promise<void> {
    await types().pause('mail');
    await eventually(() => expect(pausedHere()).toEqual(['mail']));
  }

  it('pauses and resumes, and writes down who did', async () => {
    const until = new Date(Date.now() + 3_600_000);
    expect(await types().pause('mail', { actor: 'ada', until })).toEqual({
      type: 'mail',
      paused: true,
      pausedAt: expect.any(Date),
      pausedUntil: until,
      pausedBy: 'ada',
    });
    await eventually(() => expect(pausedHere()).toEqual(['mail']));
    const ended = { type: 'mail', paused: false, pausedAt: null, pausedUntil: null, pausedBy: null };
    expect(await types().resume('mail', { actor: 'bob' })).toEqual(ended);
    await eventually(() => expect(pausedHere()).toEqual([]));
    expect(await rows('select actor, action, job_id, details from job_audit order by created_at, id')).toEqual([
      { actor: 'ada', action: 'type.pause', job_id: null, details: { type: 'mail', until: until.toISOString() } },
      { actor: 'bob', action: 'type.resume', job_id: null, details: { type: 'mail' } },
    ]);
  });

  it('keeps the beginning of a pause that gets another end', async () => {
    const { pausedAt } = await types().pause('mail', { actor: 'ada' });
    const until = new Date(Date.now() + 3_600_000);
    expect(await types().pause('mail', { until, actor: 'bob' })).toMatchObject({ pausedAt, pausedUntil: until });
  });

  it('shows what is paused', async () => {
    await types().pause('mail', { actor: 'ada' });
    expect(await types().get('mail')).toMatchObject({ queue: 'letters', known: true, paused: true, pausedBy: 'ada' });
    const listed = async (paused: boolean) => (await types().list({ paused })).types.map(({ type }) => type);
    expect([await listed(true), await listed(false)]).toEqual([['mail'], ['report']]);
    await types().resume('mail');
    expect([await listed(true), await listed(false)]).toEqual([[], ['mail', 'report']]);
  });

  it('starts no job of the type in any queue, and those of other types as before', async () => {
    await pauseMail();
    await rows(`insert into jobs (type, queue, payload) values ('mail', 'default', '{"n": 1}')`);
    await enqueue(2);
    await host.jobs.enqueue(report, { n: 3 });
    await rows(`insert into jobs (type, queue, payload) values ('report', 'default', '{"n": 4}')`);
    await eventually(() => expect(started.toSorted()).toEqual(['report 3', 'report 4']));
    await types().resume('mail');
    await eventually(() => expect(started.slice(2).toSorted()).toEqual(['mail 1', 'mail 2']));
  });

  it('outlasts a restart of all processes, which start nothing even while they boot', async () => {
    await pauseMail();
    for (let n = 0; n < 20; n++) await enqueue(n);
    await host.close();
    hosts.length = 0;
    host = await boot();
    expect(pausedHere()).toEqual(['mail']);
    await host.jobs.enqueue(report, { n: 1 });
    await eventually(() => expect(started).toEqual(['report 1']));
    await types().resume('mail');
    await eventually(() => expect(started).toHaveLength(21));
    expect(started.slice(1)).toEqual(Array.from({ length: 20 }, (_, n) => `mail ${n}`));
  });

  it('commits and rolls back with the transaction of the caller', async () => {
    const rolledBack = host.dataSource.transaction(async (manager) => {
      await types().pause('mail', { manager, actor: 'ada' });
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect(await types().get('mail')).toMatchObject({ paused: false });
    expect(await rows('select from job_audit')).toEqual([]);
    await host.dataSource.transaction(async (manager) => {
      await types().pause('mail', { manager });
      expect(await types().get('mail', { manager })).toMatchObject({ paused: true });
      expect(await types().get('mail', { manager: null })).toMatchObject({ paused: false });
      expect(pausedHere()).toEqual([]);
    });
    await eventually(() => expect(pausedHere()).toEqual(['mail']));
  });

  it('lets running jobs end, and starts none after them', async () => {
    isHeld = true;
    for (let n = 0; n < 2; n++) await enqueue(n);
    await eventually(() => expect(gates).toHaveLength(2));
    await pauseMail();
    for (let n = 2; n < 5; n++) await enqueue(n);
    gates.splice(0).forEach((open) => open());
    const counts = 'select status, sum(attempts)::int as attempts, count(*)::int as n from jobs group by 1 order by 1';
    await eventually(async () =>
      expect(await rows(counts)).toEqual([
        { status: 'completed', attempts: 2, n: 2 },
        { status: 'pending', attempts: 0, n: 3 },
      ]),
    );
  });

  it('leaves waiting jobs as they are, and lets people change them', async () => {
    await pauseMail();
    const [kept, cancelled, updated, deleted, retried] = [
      await enqueue(1, { scheduledAt: new Date(Date.now() - 60_000) }),
      await enqueue(2),
      await enqueue(3),
      await enqueue(4),
      await enqueue(5),
    ] as const;
    expect(await enqueue(6, { uniqueKey: 'one' })).toBe(await enqueue(7, { uniqueKey: 'one' }));
    const seen = () => rows('select scheduled_at, run, attempts, xmin::text from jobs where id = $1', [kept]);
    const before = await seen();
    for (const id of [cancelled, deleted, retried])
      expect(await host.jobs.cancel(id)).toMatchObject({ status: 'cancelled' });
    await host.jobs.update(updated, { priority: 0 });
    await host.jobs.retry(retried);
    expect(await host.jobs.where({ status: 'cancelled' }).delete()).toMatchObject({ changed: 2 });
    await host.jobs.enqueue(report, { n: 1 });
    await eventually(() => expect(started).toEqual(['report 1']));
    await types().resume('mail');
    await eventually(() => expect(started).toHaveLength(5));
    expect(before).toEqual([expect.objectContaining({ run: 0, attempts: 0 })]);
    expect(started.slice(1, 3)).toEqual(['mail 3', 'mail 1']);
    expect(started).not.toContain('mail 2');
  });

  it('refuses a name that no worker has registered, and says which one may be meant', async () => {
    const unknown = { code: 'JOBS_UNKNOWN_TYPE', what: 'There is no type "mial".', fix: 'Did you mean "mail"?' };
    await expect(types().pause('mial', { actor: 'ada' })).rejects.toMatchObject(unknown);
    await expect(types().resume('mial', { actor: 'ada' })).rejects.toMatchObject(unknown);
    await expect(types().requireKnown('zzzzzz')).rejects.toMatchObject({ fix: 'Known are: mail, report.' });
    expect(await rows('select from job_types where paused_at is not null')).toEqual([]);
    expect(await rows('select from job_audit')).toEqual([]);
  });

  it.each<[string, string, object]>([
    ['a long name', 't'.repeat(51), {}],
    ['an empty name', '', {}],
    ['an end in the past', 'mail', { until: new Date(Date.now() - 1) }],
    ['an end that is no date', 'mail', { until: 'tomorrow' }],
    ['an end too far away', 'mail', { until: new Date(Date.now() + 20 * 365 * 86_400_000) }],
    ['an unknown option', 'mail', { untill: new Date() }],
    ['nobody as the actor', 'mail', { actor: ' ' }],
    ['no manager', 'mail', { manager: {} }],
  ])('refuses %s at the door', async (_, type, options) => {
    await expect(types().pause(type, options)).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
    expect(await rows('select from job_types where paused_at is not null')).toEqual([]);
  });

  it('takes a pause by hand, which does not inherit the end of an earlier one', async () => {
    await rows(
      `update job_types set paused_at = now() - interval '2 hours', paused_until = now() - interval '1 hour'
       where type = 'mail'`,
    );
    expect(await types().get('mail')).toMatchObject({ paused: false });
    await rows(`update job_types set paused_at = now() where type = 'mail'`);
    expect(await types().get('mail')).toMatchObject({ paused: true, pausedUntil: null, pausedBy: null });
    await eventually(() => expect(pausedHere()).toEqual(['mail']), { timeoutMs: 8_000 });
  });
});
