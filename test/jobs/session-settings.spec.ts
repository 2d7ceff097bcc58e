import { randomUUID } from 'node:crypto';
import { connectionOptions } from '@monstera/database';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import {
  claimJobs,
  type ClaimedRow,
  type ClaimJobsParams,
} from '../../libs/jobs/src/store/sql/claim/claim-jobs.sql.js';
import { declareDead, renewLease, type FleetRow } from '../../libs/jobs/src/store/sql/lease/worker-lease.sql.js';
import { WorkerDatabase } from '../../libs/jobs/src/store/worker-connections/worker-database.js';
import { lanesOf, laneTexts } from '../../libs/jobs/src/store/lane.js';
import { systemClock } from '../../libs/jobs/src/support/time/clock.js';
import { useDatabase } from '../support/use-database.js';

const AT = '2026-03-29T00:59:59.123456+00:00';

function claimAll(): ClaimJobsParams {
  return [0, 10, randomUUID(), ...laneTexts(lanesOf(['default']))];
}

describe.each(['ISO, MDY', 'SQL, DMY', 'German', 'Postgres, MDY'])('with the DateStyle %s', (style) => {
  const database = useDatabase();
  let client: pg.Client;

  beforeAll(async () => {
    client = await database.connect();
    await client.query(`select set_config('datestyle', $1, false), set_config('timezone', 'Europe/Berlin', false)`, [
      style,
    ]);
  });

  it('a claim behind a pooler returns its times to the microsecond, as text that Date reads and that marks may be compared by', async () => {
    await client.query(`insert into jobs (type, scheduled_at, created_at) values ('a', $1, $1), ('b', $1, $2)`, [
      AT,
      '2026-03-28T23:00:00Z',
    ]);
    const { rows } = await client.query<ClaimedRow>(claimJobs.pooledText!, claimAll());
    expect(rows.map((row) => row.scheduled_at)).toEqual([AT, AT]);
    expect(new Date(rows[0]!.scheduled_at).toISOString()).toBe('2026-03-29T00:59:59.123Z');
    expect(rows.map((row) => row.created_at).sort()).toEqual(['2026-03-28T23:00:00.000000+00:00', null]);
  });

  it('a worker with connections of its own has times of one style and zone in its claims', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await client.query(
      `alter database ${name} set datestyle = ${style}; alter database ${name} set timezone = 'Asia/Tokyo'`,
    );
    await client.query(`insert into jobs (type, scheduled_at) values ('a', $1)`, [AT]);
    const dataSource = await new DataSource(connectionOptions({ url: database.url })).initialize();
    const connections = new WorkerDatabase(dataSource, { pooled: false }, systemClock);
    const rows = await connections.executor.run(claimJobs, claimAll());
    await connections.end();
    await dataSource.destroy();
    expect(rows.map((row) => row.scheduled_at)).toEqual(['2026-03-29 00:59:59.123456+00']);
  });

  it('a worker is declared dead by the time that another connection has read', async () => {
    await client.query(
      `insert into job_workers (id, host, pid, version, queues, slots) values ($1, 'h', 1, '1', '{}', 1)`,
      [randomUUID()],
    );
    const { rows } = await client.query<FleetRow>(renewLease.text, [randomUUID(), 1]);
    const [worker] = rows[0]!.workers;
    await client.query(`set datestyle = 'ISO, MDY'; set timezone = 'UTC'`);
    const dead = await client.query(declareDead.text, [worker!.id, worker!.last_seen_at]);
    expect(dead.rowCount).toBe(1);
  });
});
