import { Injectable } from '@nestjs/common';
import { defineJob, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const note = defineJob({ type: 'note', payload: z.object({ name: z.string() }) });

/** Enough for a claim of all jobs to take a tenth of a second and more. */
const DEAD = 250_000;
const TIMES = {
  'one time': `now() - interval '1 hour'`,
  'many times': `now() - interval '1 hour' + n * interval '1 millisecond'`,
};

let started: Map<string, number>;

@Injectable()
@ProcessesJob(note)
class NoteProcessor implements JobProcessor<typeof note> {
  async process({ payload }: Job<typeof note>): Promise<void> {
    started.set(payload.name, performance.now());
  }
}

describe.each(Object.entries(TIMES))('a worker beside a held snapshot and dead entries of %s', (_, scheduledAt) => {
  const database = useDatabase();
  let client: pg.Client;
  let host: Host;

  beforeAll(async () => {
    database.closeFirst(() => host.close());
    client = await database.connect();
    const holder = await database.connect();
    started = new Map();
    await client.query('alter table jobs set (autovacuum_enabled = false)');
    await client.query(
      `insert into jobs (type, scheduled_at) select 'gone', ${scheduledAt} from generate_series(1, ${DEAD}) as n`,
    );
    await holder.query('begin isolation level repeatable read; select count(*) from jobs');
    await client.query('delete from jobs');
    await client.query('select pg_stat_force_next_flush()');
    // Due for long, and behind all that is dead.
    await insertRaw('old', `now() - interval '1 minute'`);
    host = await startHost({ url: database.url, providers: [NoteProcessor], jobs: { pollIntervalMs: 1_000 } });
  });

  async function insertRaw(name: string, due: string, on = client): Promise<void> {
    const payload = JSON.stringify({ name });
    await on.query(`insert into jobs (type, payload, scheduled_at) values ('note', $1, ${due})`, [payload]);
  }

  const expectStarted = (name: string) =>
    eventually(() => expect([...started.keys()]).toContain(name), { timeoutMs: 10_000 });

  it('finds what was due before it started', async () => {
    await expectStarted('old');
  });

  it('starts new jobs without walking over the dead entries', async () => {
    const waits: number[] = [];
    for (let i = 0; i < 30; i++) {
      const enqueuedMs = performance.now();
      await host.jobs.enqueue(note, { name: `new ${i}` }, { delayMs: 5 });
      await expectStarted(`new ${i}`);
      waits.push(started.get(`new ${i}`)! - enqueuedMs - 5);
    }
    expect(waits.sort((a, b) => a - b)[15]).toBeLessThan(60);
  });

  it('finds a job whose transaction commits late', async () => {
    const late = await database.connect();
    await late.query('begin');
    await insertRaw('late', 'now()', late);
    for (const name of ['first', 'second']) {
      await setTimeout(700);
      await host.jobs.enqueue(note, { name });
      await expectStarted(name);
    }
    await late.query('commit');
    await expectStarted('late');
  });

  it('finds a job that is due before all that is dead', async () => {
    await insertRaw('back-dated', `now() - interval '1 day'`);
    await expectStarted('back-dated');
  });

  it('empties a backlog that lies among them', async () => {
    await client.query(
      `insert into jobs (type, payload, scheduled_at)
       select 'note', jsonb_build_object('name', 'b' || n), now() - interval '30 minutes' from generate_series(1, 2000) as n`,
    );
    const ofBacklog = () => [...started.keys()].filter((name) => /^b\d/.test(name));
    await eventually(() => expect(ofBacklog()).toHaveLength(2_000), { timeoutMs: 20_000 });
  });
});
