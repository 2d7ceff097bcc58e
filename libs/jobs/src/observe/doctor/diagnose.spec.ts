import type { WorkerViewRow } from '../../store/sql/doctor/read-workers.sql.js';
import { diagnose } from './diagnose.js';
import type { Facts, SeenQueue } from './facts.js';

const SERVER = { version: '18.1', version_num: 180_001, standby: false, autovacuum: true, now_ms: 0 };
const STORAGE = { relation: 'public.jobs', live: 1_000, dead: 50, autovacuum_off: false };
const DUE = { name: 'jobs_due', relation: 'public.jobs_due', valid: true, bytes: 8_192, entries: 100 };
const QUEUE: SeenQueue = { name: 'mail', paused: false, pending: 3, oldestDueMs: 1_000, workers: 1 };
const WORKER: WorkerViewRow = {
  id: 'w1',
  host: 'node-7',
  pid: 1,
  version: '1',
  queues: ['mail'],
  slots: 10,
  running: 2,
  started_ms: 0,
  last_seen_ms: 0,
  silent_seconds: 3,
  dead: false,
};
const HEALTHY: Facts = {
  server: SERVER,
  clock: { aheadMs: 300, uncertainMs: 10 },
  pendingMigrations: [],
  missingColumns: [],
  storage: STORAGE,
  indexes: [DUE],
  expectedIndexes: [{ name: 'jobs_due', sql: 'create index concurrently jobs_due on jobs (id)' }],
  snapshots: [],
  queues: [QUEUE],
  pausedTypes: [{ type: 'mail', pending: 0 }],
  workers: [WORKER],
  lostWorkers: [],
  hears: true,
  copy: null,
  unseen: [],
};

describe('the verdicts of the doctor', () => {
  it('are none for a healthy database', () => {
    expect(diagnose(HEALTHY)).toEqual([]);
  });

  it.each<[string, Partial<Facts>, string, RegExp, RegExp]>([
    [
      'an old server',
      { server: { ...SERVER, version: '13.9', version_num: 130_009 } },
      'JOBS_SERVER_TOO_OLD',
      /13\.9/,
      /14/,
    ],
    ['a standby', { server: { ...SERVER, standby: true } }, 'JOBS_SERVER_STANDBY', /standby/, /primary/],
    ['a clock behind', { clock: { aheadMs: 60_000, uncertainMs: 5 } }, 'JOBS_CLOCKS_DIFFER', /60 s behind/, /NTP/],
    ['a clock ahead', { clock: { aheadMs: -3_000, uncertainMs: 5 } }, 'JOBS_CLOCKS_DIFFER', /3 s ahead of/, /NTP/],
    [
      'an old schema',
      { pendingMigrations: ['X1', 'X2'] },
      'JOBS_SCHEMA_OUTDATED',
      /X1, X2/,
      /^npx monstera-jobs migrate$/,
    ],
    ['changed tables', { missingColumns: ['jobs.tags'] }, 'JOBS_SCHEMA_DRIFTED', /jobs\.tags/, /--schema/],
    [
      'a missing index',
      { indexes: [] },
      'JOBS_INDEX_MISSING',
      /jobs_due/,
      /^create index concurrently jobs_due on .+;$/,
    ],
    [
      'an index that is not valid',
      { indexes: [{ ...DUE, valid: false }] },
      'JOBS_INDEX_INVALID',
      /jobs_due/,
      /^reindex index concurrently public\.jobs_due;$/,
    ],
    [
      'a bloated index',
      { indexes: [{ ...DUE, bytes: 512 * 1_048_576 }] },
      'JOBS_INDEX_BLOATED',
      /512 MiB/,
      /^reindex index concurrently public\.jobs_due;$/,
    ],
    ['dead rows', { storage: { ...STORAGE, dead: 900_000 } }, 'JOBS_TABLE_BLOATED', /900000 dead/, /vacuum/],
    [
      'no autovacuum of the table',
      { storage: { ...STORAGE, autovacuum_off: true } },
      'JOBS_AUTOVACUUM_OFF',
      /public\.jobs/,
      /^alter table public\.jobs reset/,
    ],
    ['no autovacuum', { server: { ...SERVER, autovacuum: false } }, 'JOBS_AUTOVACUUM_OFF', /server/, /autovacuum = on/],
    [
      'an old transaction',
      { snapshots: [{ kind: 'session', name: '77', detail: 'psql, idle', seconds: 7_200, transactions: null }] },
      'JOBS_SNAPSHOT_HELD',
      /Session 77 \(psql, idle\).*2 h/,
      /pg_terminate_backend\(77\)/,
    ],
    [
      'a forgotten prepared transaction',
      { snapshots: [{ kind: 'prepared', name: "it's", detail: 'ada', seconds: 600, transactions: null }] },
      'JOBS_SNAPSHOT_HELD',
      /'it''s' of ada is 10 min/,
      /rollback prepared 'it''s'/,
    ],
    [
      'a slot that nobody reads',
      { snapshots: [{ kind: 'slot', name: 's', detail: 'inactive', seconds: null, transactions: 5 }] },
      'JOBS_SNAPSHOT_HELD',
      /slot 's' is inactive/,
      /pg_drop_replication_slot\('s'\)/,
    ],
    [
      'a queue without a worker',
      { queues: [{ ...QUEUE, workers: 0, oldestDueMs: 90_000 }] },
      'JOBS_QUEUE_UNWORKED',
      /mail: 3 waiting jobs, the oldest due for 90 s/,
      /"mail" to the option queues/,
    ],
    [
      'no worker at all',
      { queues: [{ ...QUEUE, workers: 0, oldestDueMs: 90_000 }], workers: [{ ...WORKER, dead: true, running: 0 }] },
      'JOBS_QUEUE_UNWORKED',
      /mail/,
      /Start a worker/,
    ],
    [
      'a paused queue in which jobs wait',
      { queues: [{ ...QUEUE, name: "it's", paused: true }] },
      'JOBS_QUEUE_PAUSED',
      /3 waiting jobs/,
      /^npx monstera-jobs queues resume 'it'\\''s'$/,
    ],
    [
      'a paused type whose jobs wait',
      { pausedTypes: [{ type: 'send mail', pending: 1 }] },
      'JOBS_TYPE_PAUSED',
      /1 waiting job\./,
      /^npx monstera-jobs types resume 'send mail'$/,
    ],
    [
      'a dead worker with jobs',
      { workers: [{ ...WORKER, dead: true, silent_seconds: 90 }] },
      'JOBS_HELD_BY_DEAD_WORKER',
      /w1 \(node-7, pid 1\) is dead and still holds 2 jobs/,
      /Start a worker/,
    ],
    [
      'a silent worker with jobs',
      { workers: [{ ...WORKER, silent_seconds: 90 }] },
      'JOBS_HELD_BY_DEAD_WORKER',
      /silent for 90 s/,
      /Start a worker/,
    ],
    ['jobs of nobody', { lostWorkers: ['w9'] }, 'JOBS_HELD_BY_DEAD_WORKER', /no longer known \(w9\)/, /Start a worker/],
    ['a pooler', { hears: false }, 'JOBS_DEAF', /NOTIFY/, /directUrl/],
    [
      'a restored copy',
      { copy: { database: 'staging', schema: 'app' } },
      'JOBS_RESTORED_COPY',
      /staging/,
      /select app\.jobs_adopt_copy\(\);/,
    ],
    [
      'what it may not see',
      { unseen: [{ what: 'Workers', why: 'denied' }] },
      'JOBS_DOCTOR_BLIND',
      /Workers.*denied/,
      /owner/,
    ],
  ])('name %s', (_, facts, code, what, remedy) => {
    const found = diagnose({ ...HEALTHY, ...facts });
    expect(found).toEqual([expect.objectContaining({ code })]);
    expect(found[0]!.what).toMatch(what);
    expect(found[0]!.remedy).toMatch(remedy);
  });

  it.each<[string, Partial<Facts>]>([
    ['a clock that was measured on a slow line', { clock: { aheadMs: 2_500, uncertainMs: 1_000 } }],
    ['a job that has just fallen due', { queues: [{ ...QUEUE, workers: 0, oldestDueMs: 5_000 }] }],
    ['a paused queue without jobs', { queues: [{ ...QUEUE, paused: true, pending: 0 }] }],
    ['a worker that has just died', { workers: [{ ...WORKER, dead: true, silent_seconds: 20 }] }],
    ['a silent worker without jobs', { workers: [{ ...WORKER, running: 0, silent_seconds: 900 }] }],
    ['dead rows beside more live ones', { storage: { ...STORAGE, live: 5_000_000, dead: 900_000 } }],
    ['a big index with many entries', { indexes: [{ ...DUE, bytes: 1e9, entries: 1e7 }] }],
    [
      'a slot whose consumer keeps up',
      { snapshots: [{ kind: 'slot', name: 's', detail: 'active', seconds: null, transactions: 50 }] },
    ],
    [
      'nothing that could be read',
      { server: null, clock: null, indexes: null, queues: null, workers: null, hears: null },
    ],
  ])('say nothing of %s', (_, facts) => {
    expect(diagnose({ ...HEALTHY, ...facts })).toEqual([]);
  });

  it('put problems first, and name twenty of a kind', () => {
    const queues = Array.from({ length: 50 }, (_, n) => ({ ...QUEUE, name: `q${n}`, paused: true }));
    const found = diagnose({ ...HEALTHY, queues, hears: false });
    expect(found).toHaveLength(22);
    expect(found[0]!.code).toBe('JOBS_DEAF');
    expect(found.at(-1)!.what).toBe('There are 30 more of these.');
  });
});
