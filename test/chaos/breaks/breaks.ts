import type { Break, Edit } from './break.js';

const edit = (file: string, line: string, instead: string): Edit => ({ file, line, instead });

const STOP_AFTER_ERROR = edit(
  'claim/claim-loop.ts',
  'this.options.onError(error);',
  'this.options.onError(error); this.stopping = true;',
);

/** For each scenario, how its checks were seen to fail. */
export const BREAKS: readonly Break[] = [
  {
    scenario: 'kill',
    edits: [edit('lease/rescuer.ts', 'if (sweep) this.sweeping ??= this.sweep();', '')],
    says: /every job ends/,
  },
  {
    scenario: 'pause',
    edits: [
      edit('store/sql/settle/settle-jobs.sql.ts', 'and j.run = o.run and j.worker_id = $2 ${patience}', '${patience}'),
    ],
    says: /doublyCompleted/,
  },
  { scenario: 'restart', edits: [STOP_AFTER_ERROR], says: /claims resume/ },
  {
    scenario: 'exactly-once',
    edits: [
      edit(
        'run/complete-in-transaction.ts',
        'const result = await work(manager);',
        'const result = await dataSource.transaction(work); await new Promise((resolve) => setTimeout(resolve, 200));',
      ),
    ],
    says: /sum is exact|no credit twice/,
    faults: 5,
  },
  {
    scenario: 'outage',
    edits: [edit('lease/lease.ts', 'events.onFence();', '')],
    says: /fenced themselves/,
  },
  {
    scenario: 'lost-reply',
    edits: [edit('claim/lost-claims.ts', 'if (nowMs < this.dueMs || this.searching) return;', 'if (nowMs) return;')],
    says: /its jobs end/,
  },
  {
    scenario: 'black-hole',
    edits: [
      edit('store/worker-connections/worker-database.ts', 'const ANSWER_MS = 10_000;', 'const ANSWER_MS = 600_000;'),
    ],
    says: /jobs run on/,
  },
  {
    scenario: 'poison',
    edits: [
      edit('slots/quarantine.ts', "if (caution === 'last' && this.inside.length + jobs > 0) return false;", ''),
      edit(
        'slots/quarantine.ts',
        'return jobs < Math.min(limit, limitOf(caution, this.slots()));',
        'return jobs + limit > 0;',
      ),
    ],
    says: /alone among suspects|failed: 0/,
  },
  {
    scenario: 'crash-price',
    edits: [
      edit(
        'slots/caution.ts',
        'group: { share: 0.3, probationMs: 5_000 },',
        'group: { share: 0, probationMs: 5_000 },',
      ),
      edit(
        'slots/workbench.ts',
        'if (room <= 1 || this.quarantine.isEmpty) return Math.min(room, MAX_BATCH);',
        'if (!this.quarantine.isEmpty) return this.running === 0 ? 1 : 0; if (room <= 1) return room;',
      ),
    ],
    says: /ran again within|of the capacity/,
  },
  {
    scenario: 'blocked-loop',
    edits: [
      edit(
        'lease/heartbeat/heartbeat.ts',
        'failures = this.ended || (await this.renew())',
        'failures = this.ended || this.unchangedMs > 2_000 || (await this.renew())',
      ),
    ],
    says: /no worker declared dead|no blocking job started twice/,
  },
  {
    scenario: 'deaf',
    edits: [
      edit('claim/claim-loop.ts', '    return Math.min(dueMs, this.options.pollIntervalMs);', '    return 600_000;'),
      edit(
        'claim/claim-loop.ts',
        'return Math.min(dueMs <= 0 ? this.lockedPauseMs() : dueMs, pollIntervalMs);',
        'return Math.min(dueMs <= 0 ? this.lockedPauseMs() : dueMs, 600_000);',
      ),
      edit(
        'worker/job-worker.service.ts',
        'const onChanged = () => worker.loop.wake();',
        'const onChanged = () => {};',
      ),
      edit('wake/wake-up-listener.ts', 'onMessage: (text) => wakeUp.hear(text)', 'onMessage: () => {}'),
    ],
    says: /started within 5.5 s|every job ends/,
  },
  {
    scenario: 'sigterm',
    edits: [
      edit('run/decide-outcome.ts', "return { kind: 'handed_back', delayMs: 0 };", 'return ofError(ending, facts);'),
    ],
    says: /no attempt burnt/,
    faults: 6,
  },
  {
    scenario: 'unique',
    edits: [
      edit(
        'migrations/1790000000001-create-fleet.ts',
        "options ->> 'unique_key'\n      )",
        "concat(options ->> 'unique_key', gen_random_uuid())\n      )",
      ),
    ],
    says: /one job a key|one job a race/,
  },
  {
    scenario: 'locked-row',
    edits: [
      edit(
        'settle/after-write-error.ts',
        "write.triesBefore < MAX_REFUSALS ? 'alone' : 'fail'",
        "write.triesBefore < MAX_REFUSALS ? 'again' : 'fail'",
      ),
    ],
    says: /others of the batch are settled|other jobs run on/,
  },
  {
    scenario: 'unstorable',
    edits: [
      edit(
        'job/validate/result.ts',
        "if (json.includes('\\\\u') && UNSTORABLE_ESCAPE.test(json))",
        'if (Date.now() === 0)',
      ),
      edit(
        'settle/after-write-error.ts',
        "if (kind === 'data') return outcomes > 1 ? 'halves' : 'fail';",
        "if (kind === 'data') return outcomes > 1 ? 'give up' : 'fail';",
      ),
    ],
    says: /every other job of the batch completed/,
  },
  {
    scenario: 'connections',
    edits: [edit('store/worker-connections/worker-database.ts', "pool.on('error', () => {});", '')],
    says: /ended by itself|uncaught|exited/,
  },
  { scenario: 'grants', edits: [STOP_AFTER_ERROR], says: /jobs run on/ },
  {
    scenario: 'herd',
    edits: [edit('store/sql/claim/claim-jobs.sql.ts', '      for update skip locked', '')],
    says: /each ran once/,
  },
  {
    scenario: 'all-failing',
    edits: [edit('run/decide-outcome.ts', 'facts.attempt >= facts.maxAttempts', 'facts.attempt > facts.maxAttempts')],
    says: /each tried/,
  },
  {
    scenario: 'churn',
    edits: [edit('prune/pruner.ts', 'const { completedMs } = this.retention;', 'const completedMs = 1e12;')],
    says: /pruning keeps up/,
  },
  {
    scenario: 'mixed',
    edits: [
      edit(
        'state/job-event-bus.ts',
        'for (const listener of this.listeners) {',
        '((globalThis as { kept?: Buffer[] }).kept ??= []).push(Buffer.alloc(2 ** 19)); for (const listener of this.listeners) {',
      ),
    ],
    says: /memory stays/,
  },
  {
    scenario: 'failover-sync',
    edits: [
      edit(
        'enqueue/job.service.ts',
        'return this.inserter.insert(prepared, manager);',
        'this.inserter.insert(prepared, manager).catch(() => {}); return prepared.map((job) => ({ ...job, duplicate: false }));',
      ),
    ],
    says: /lost: 0/,
  },
  { scenario: 'failover-async', edits: [STOP_AFTER_ERROR], says: /claims resume/ },
  {
    scenario: 'snapshot',
    edits: [
      edit(
        'store/sql/claim/claim-jobs.sql.ts',
        'from ${lanes}',
        `from (select pg_sleep(count(*)) from pg_stat_activity where state = 'idle in transaction') as slow, \${lanes}`,
      ),
    ],
    says: /p99 at most 3 times/,
    faults: 1,
  },
  {
    scenario: 'full-disk',
    edits: [STOP_AFTER_ERROR],
    says: /jobs run on/,
  },
  {
    scenario: 'clock-skew',
    edits: [
      edit(
        'lease/rescuer.ts',
        'const before = this.watched.get(worker.id);',
        `if (Date.now() - Date.parse(worker.last_seen_at) > 60_000) return true;
      const before = this.watched.get(worker.id);`,
      ),
    ],
    says: /no worker declared dead/,
  },
  {
    scenario: 'version-skew',
    edits: [edit('store/sql/claim/claim-jobs.sql.ts', 'from ${lanes}', 'from pg_sleep(2) as slow, ${lanes}')],
    says: /waits for a lock/,
    faults: 8,
  },
];
