import type { JobInserter } from '../../../../libs/jobs/src/enqueue/insert/job-inserter.js';
import type { Heartbeat } from '../../../../libs/jobs/src/lease/heartbeat/heartbeat.js';
import type { Rescuer } from '../../../../libs/jobs/src/lease/rescuer.js';
import type { CreateFleet1790000000001 } from '../../../../libs/jobs/src/migrations/1790000000001-create-fleet.js';
import type { Pruner } from '../../../../libs/jobs/src/prune/pruner.js';
import type { AnswerWatch } from '../../../../libs/jobs/src/store/worker-connections/answer-watch.js';
import type { KeptConnections } from '../../../../libs/jobs/src/store/worker-connections/kept-connections.js';
import type { JobWorker } from '../../../../libs/jobs/src/worker/job-worker.js';
import { replace } from '../break.js';

export const nobodyIsRescued = replace<Rescuer['sweep']>(
  'lease/rescuer.ts',
  'Rescuer.sweep',
  () => () => Promise.resolve(0),
);

export const deathGoesByTheClock = replace<Rescuer['overdue']>(
  'lease/rescuer.ts',
  'Rescuer.overdue',
  (overdue) =>
    function (this: Rescuer, workers, nowMs) {
      const isOld = (time: string) => Date.now() - Date.parse(time) > 60_000;
      const old = workers.filter(({ dead, last_seen_at }) => !dead && isOld(last_seen_at));
      return [...new Set([...overdue.call(this, workers, nowMs), ...old])];
    },
);

export const blockedLoopsLoseTheirLease = replace<Heartbeat['renew']>(
  'lease/heartbeat/heartbeat.ts',
  'Heartbeat.renew',
  (renew) =>
    async function (this: Heartbeat) {
      return this['unchangedMs'] > 2_000 || renew.call(this);
    },
);

export const jobsOutliveTheLease = replace<JobWorker['abortAll']>(
  'worker/job-worker.ts',
  'JobWorker.abortAll',
  (abortAll) =>
    function (this: JobWorker, cause) {
      if (cause !== 'lease-lost') abortAll.call(this, cause);
    },
);

export const nothingIsPruned = replace<Pruner['prunePage']>(
  'prune/pruner.ts',
  'Pruner.prunePage',
  () => () => Promise.resolve({ looked: 0, last_id: null, pruned: 0, isLast: true }),
);

export const silentConnectionsAreKept = replace<AnswerWatch['began']>(
  'store/worker-connections/answer-watch.ts',
  'AnswerWatch.began',
  () => () => undefined,
);

/** As an error event does that nobody listens to. */
export const brokenConnectionsEndTheProcess = replace<KeptConnections['broken']>(
  'store/worker-connections/kept-connections.ts',
  'KeptConnections.broken',
  () => (_, error) => {
    throw error;
  },
);

export const insertsAreNotAwaited = replace<JobInserter['insert']>(
  'enqueue/insert/job-inserter.ts',
  'JobInserter.insert',
  (insert) =>
    function (this: JobInserter, jobs, manager) {
      insert.call(this, jobs, manager).catch(() => undefined);
      return Promise.resolve(jobs.map((job) => ({ ...job, duplicate: false })));
    },
);

export const uniqueKeysAreNot = replace<CreateFleet1790000000001['create']>(
  'migrations/1790000000001-create-fleet.ts',
  'CreateFleet1790000000001.create',
  (create) =>
    async function (this: CreateFleet1790000000001, query, ...rest) {
      await create.call(this, query, ...rest);
      await query(`create function chaos_other_key() returns trigger language plpgsql as $$
        begin new.unique_key = concat(new.unique_key, gen_random_uuid()); return new; end $$`);
      await query(`create trigger chaos_other_key before insert on {jobs}
        for each row execute function chaos_other_key()`);
    },
);
