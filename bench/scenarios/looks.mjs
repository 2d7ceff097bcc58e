import { nowMs } from '../lab/clock.mjs';
import { quantile } from '../report/statistics.mjs';
import { fillForLooks } from './looks-filling.mjs';
import { CALLS, SEARCHES } from './looks-calls.mjs';
import { jobsOr } from './scales.mjs';

const COMPLETED = 5_000_000;
const SAMPLES = 20;
const TOKEN = 'token-of-the-benchmark';
const GOAL_MS = 300;
const SEARCH_GOAL_MS = 1_000;

const isSearch = (id) => id in SEARCHES;
const PATHS = { ...CALLS, ...SEARCHES };

/** What the screens of the dashboard read, beside millions of jobs. Each answer is read anew, as for the first who asks. */
export const looks = {
  name: 'looks',
  title:
    'Looks: every call of the screens beside 5M completed, 100k failed and 500k pending jobs; goals 0.3 s, searches 1 s',
  columns: ['p95Ms', 'p50Ms', 'maxMs'],
  isList: true,
  contenders: ['ours'],
  // The concurrency of a worker changes nothing here.
  accepts: ({ id, group }) => group === 'before' || id === 'ours',
  variants: () => Object.keys(PATHS).map((id) => ({ id })),
  measure: measureLook,
  comparisons: Object.keys(PATHS).map((id) => ({
    metric: 'p95Ms',
    of: { contender: 'ours', variant: id },
    atMost: isSearch(id) ? SEARCH_GOAL_MS : GOAL_MS,
  })),
};

async function measureLook(lab, contender, { id }, options) {
  const application = await applicationOf(lab, contender, options);
  const look = async (i) => {
    await application.forget();
    const startedMs = nowMs();
    await application.get(PATHS[id]({ ...application.known, i }));
    return nowMs() - startedMs;
  };
  const tookMs = [await look(0)];
  // Only the first look of a smoke run counts; otherwise it warms up.
  for (let i = 1; i <= SAMPLES && !options.smoke; i++) tookMs[i - 1] = await look(i);
  return { p50Ms: quantile(tookMs, 0.5), p95Ms: quantile(tookMs, 0.95), maxMs: Math.max(...tookMs) };
}

/** One database and one application serve all calls of a run: filling takes minutes, and looks change nothing. */
const applications = new WeakMap();

function applicationOf(lab, contender, options) {
  const ofLab = applications.get(lab) ?? new Map();
  applications.set(lab, ofLab);
  if (!ofLab.has(contender.id)) ofLab.set(contender.id, openApplication(lab, contender, options));
  return ofLab.get(contender.id);
}

async function openApplication(lab, contender, options) {
  const stage = await lab.stage(contender);
  await fillForLooks(stage.database.client, jobsOr(options, COMPLETED));
  const child = await stage.open({ role: 'producer', dashboard: { production: false, adminToken: TOKEN } });
  const base = `${await child.call('address')}/jobs/api/v1`;
  const send = async (path, init = {}) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const response = await fetch(`${base}/${path}`, { headers, ...init });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.parse(text).errorCode}`);
  };
  return {
    known: await knownOf(stage.database.client),
    get: send,
    /** A change of settings makes the application forget the answers that it shares. */
    forget: () => send('schedules/schedule_1/resume', { method: 'POST', body: '{}' }),
  };
}

/** What the paths of some calls name: jobs, and a worker. */
async function knownOf(client) {
  const { rows } = await client.query(
    `select
       (select id from jobs where status = 'failed' order by id desc limit 1) as failed,
       (select id from jobs where status = 'pending' and queue = 'queue_3' and priority = 5 and scheduled_at < now() - interval '10 minutes'
        order by scheduled_at desc limit 1) as pending,
       (select worker_id from jobs where status = 'processing' limit 1) as worker`,
  );
  return rows[0];
}
