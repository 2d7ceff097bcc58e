const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();

const worker = {
  id: '018f0000-0000-7000-8000-000000000001',
  host: 'worker-7c9f',
  pid: 17,
  version: '1.42.0',
  queues: ['default', 'mail'],
  slots: 10,
  wantedSlots: null,
  maxSlots: 18,
  drainingSince: null,
  running: 7,
  busySlots: 7,
  claimedAhead: 0,
  startedAt: ago(86_400),
  lastSeenAt: ago(2),
  alive: true,
};

export const WORKERS = [
  worker,
  { ...worker, id: 'y', host: 'worker-91aa', version: 'unknown', running: 14, busySlots: 10, claimedAhead: 4 },
  { ...worker, id: 'x', host: 'worker-0b1d', alive: false, running: 0, busySlots: 0, lastSeenAt: ago(700) },
];

/** What the screens System and Enqueue read, on a believable day. */
export const SYSTEM = {
  readAt: ago(12),
  environment: 'staging',
  versions: { library: '0.1.0', application: '1.42.0', node: '22.13.0', postgres: '18.4' },
  schema: { latest: 'SteerFleet1790000000003', pending: ['AddSomething1790000000004'] },
  tables: [
    {
      name: 'jobs',
      rows: 5_612_034,
      deadRows: 91_204,
      tableBytes: 2_941_034_496,
      indexBytes: 1_204_445_184,
      vacuumedAt: ago(340),
    },
    {
      name: 'job_failures',
      rows: 120_400,
      deadRows: 3,
      tableBytes: 61_038_592,
      indexBytes: 9_732_096,
      vacuumedAt: ago(9_000),
    },
    { name: 'job_audit', rows: 311, deadRows: 0, tableBytes: 81_920, indexBytes: 49_152, vacuumedAt: null },
  ],
  indexes: [
    { name: 'jobs_pkey', bytes: 408_944_640, valid: true },
    { name: 'jobs_due', bytes: 92_274_688, valid: true },
    { name: 'jobs_unique', bytes: 41_943_040, valid: false },
  ],
  oldestSnapshot: { kind: 'session', name: '4711', detail: 'psql, idle in transaction', seconds: 1_830 },
  findings: [
    {
      code: 'JOBS_SNAPSHOT_HELD',
      severity: 'problem',
      what: 'Session 4711 (psql, idle in transaction) has a transaction that is 31 min old.',
      remedy: 'End it in its application, or: select pg_terminate_backend(4711);',
    },
    {
      code: 'JOBS_QUEUE_PAUSED',
      severity: 'advice',
      what: 'The queue mail is paused, with 17 waiting jobs.',
      remedy: 'npx monstera-jobs queues resume mail',
    },
  ],
};

const PAUSED = 'weekly_report_reminder';

export const JOB_TYPES = ['send_invoice', 'send_welcome', 'weekly_report_reminder'].map((type) => ({
  type,
  queue: 'mail',
  priority: 5,
  maxAttempts: 5,
  timeoutMs: 300_000,
  known: type !== 'send_welcome',
  paused: type === PAUSED,
  pausedAt: type === PAUSED ? ago(5_400) : null,
  pausedUntil: null,
  pausedBy: type === PAUSED ? 'ada@example.com' : null,
}));

export const INVOICE = {
  ...JOB_TYPES[0],
  schema: {
    type: 'object',
    properties: {
      invoice_id: { type: 'integer', minimum: 1 },
      to: { type: 'string', format: 'email', description: 'Who gets it' },
      kind: { enum: ['first', 'reminder'] },
      urgent: { type: 'boolean', default: false },
      lines: { type: 'array', items: { type: 'string' } },
      address: {
        type: 'object',
        properties: { city: { type: 'string' }, zip: { type: 'string' } },
        required: ['city'],
      },
    },
    required: ['invoice_id', 'to', 'kind', 'address'],
  },
};
