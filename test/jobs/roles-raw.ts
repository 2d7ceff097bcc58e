import { ROLES, type Role } from './roles-matrix.js';
import { WORKER } from './roles-parameters.js';

const everybody = [...ROLES];
const adding: Role[] = ['owner', 'producer', 'worker'];
const looking: Role[] = ['owner', 'worker', 'viewer'];
const working: Role[] = ['owner', 'worker'];

/** What people and other services write by hand. */
export const RAW: { what: string; text: string; allowed: Role[] }[] = [
  { what: 'insert a job by hand', text: `insert into jobs (type, payload) values ('it', '{}')`, allowed: adding },
  { what: 'call jobs_enqueue()', text: `select jobs_enqueue('it', '{}')`, allowed: adding },
  { what: 'make an id', text: 'select jobs_new_id()', allowed: adding },
  { what: 'insert a job that claims to be done', text: inserted('completed_at', 'now()'), allowed: ['owner'] },
  { what: 'insert a job in the name of a worker', text: inserted('worker_id', `'${WORKER}'`), allowed: working },
  { what: 'read payloads', text: 'select payload from jobs', allowed: working },
  { what: 'read results', text: 'select result from jobs', allowed: working },
  { what: 'read whole rows', text: 'select * from jobs', allowed: working },
  { what: 'read why jobs failed', text: 'select error from jobs', allowed: looking },
  { what: 'change a payload', text: `update jobs set payload = '{}'`, allowed: working },
  { what: 'change a priority', text: 'update jobs set priority = 0', allowed: working },
  { what: 'change a type', text: `update jobs set type = 'other'`, allowed: ['owner'] },
  { what: 'delete jobs', text: 'delete from jobs', allowed: working },
  { what: 'empty the table', text: 'truncate jobs', allowed: ['owner'] },
  {
    what: 'pause a queue',
    text: `insert into job_queues (name, paused_at) values ('mail', now())`,
    allowed: working,
  },
  { what: 'pause a type', text: `update job_types set paused_at = now()`, allowed: working },
  { what: 'read what schedules enqueue', text: 'select payload from job_schedules', allowed: working },
  { what: 'read the audit', text: 'select * from job_audit', allowed: working },
  { what: 'forge the audit', text: `update job_audit set actor = 'somebody else'`, allowed: ['owner'] },
  { what: 'wipe the audit', text: 'delete from job_audit', allowed: ['owner'] },
  { what: 'see how far operations are', text: 'select status, changed from job_operations', allowed: looking },
  { what: 'see what operations look for', text: 'select query from job_operations', allowed: working },
  { what: 'change the schema', text: 'alter table jobs add column extra int', allowed: ['owner'] },
  {
    what: 'see which migrations have run',
    text: 'select name from migrations',
    allowed: everybody,
  },
];

function inserted(column: string, value: string): string {
  const status = column === 'worker_id' ? 'processing' : 'completed';
  const started = status === 'processing' ? ', started_at' : '';
  return `insert into jobs (type, status, ${column}${started}) values ('it', '${status}', ${value}${started && ', now()'})`;
}
