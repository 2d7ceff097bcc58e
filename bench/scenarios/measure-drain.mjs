import { nowMs } from '../lab/clock.mjs';

/**
 * Fills a fresh database and measures how fast workers empty it. The clock starts with the first handler; with several
 * workers, when each of them has started one. It stops when the last outcome is written. So the start and end of the
 * processes are not measured. After `limitSeconds` the drain ends, and the rate is that of the jobs done until then.
 *
 * With `share` below 1, the measurement ends when that share of the jobs is done.
 */
export async function measureDrain(lab, contender, options) {
  const stage = await lab.stage(contender, options);
  try {
    await fill(stage, options);
    return await drain(stage, options);
  } finally {
    await stage.close();
  }
}

/** Adds the jobs with the contender's own calls, unless the template of the database contains them. */
async function fill({ open, database }, { jobs, worker, prefilled = false, analysed = false }) {
  if (!prefilled) {
    const producer = await open({ role: 'producer', behaviour: worker?.behaviour });
    await producer.call('load', { jobs });
    await producer.kill();
  }
  if (analysed) await database.client.query('analyze');
}

async function drain(stage, { jobs, share = 1, workers = 1, worker = {}, limitSeconds, beforeStart }) {
  const target = Math.ceil(jobs * share);
  const children = await Promise.all(
    Array.from({ length: workers }, () =>
      stage.open({ role: 'worker', target: workers === 1 ? target : 0, ...worker }),
    ),
  );
  await beforeStart?.(stage.database);
  const before = await meter(stage, children);
  const progress = follow(children, target);
  await Promise.all(children.map((child) => child.call('start')));
  const finished = await progress.until(limitSeconds * 1_000);
  const endMs = finished && share === 1 ? await children[0].call('settled') : progress.lastMs();
  const after = await meter(stage, children);
  const tallies = await Promise.all(children.map((child) => child.call('tally')));
  const done = sum(tallies, (tally) => tally.done);
  const begun = progress.begun();
  const timed = (finished ? target : progress.done()) - begun.done;
  return {
    ...rates(timed, endMs - begun.atMs, difference(before, after, done)),
    doneTwice: Math.max(0, done - jobs),
    cutShort: !finished,
    timeline: progress.timeline,
  };
}

/** Reads all counters that grow while jobs run. */
export async function meter({ serverCpuMs, database, contender }, children) {
  const usages = await Promise.all(children.map((child) => child.call('usage')));
  const wal = await database.client.query(`select pg_current_wal_insert_lsn() - '0/0' as bytes`);
  return {
    clientCpuMs: sum(usages, (usage) => usage.cpuMs),
    serverCpuMs: await serverCpuMs(),
    walBytes: contender.store === 'postgres' ? Number(wal.rows[0].bytes) : null,
  };
}

/** The difference of two readings: bytes per job, and CPU time per 1,000 jobs. */
export function difference(before, after, jobs) {
  const per = (name, count) => (after[name] === null || jobs === 0 ? null : (after[name] - before[name]) / count);
  return {
    clientCpuMs: per('clientCpuMs', jobs / 1_000),
    serverCpuMs: per('serverCpuMs', jobs / 1_000),
    walBytes: per('walBytes', jobs),
  };
}

function rates(done, elapsedMs, costs) {
  return { jobsPerSecond: (done / elapsedMs) * 1_000, seconds: elapsedMs / 1_000, jobs: done, ...costs };
}

/** Merges the reports of the workers. `timeline` has a point `{ atMs, done, rss }` for every report. */
function follow(children, target) {
  const latest = new Map();
  const timeline = [];
  let reached;
  const isReached = new Promise((resolve) => (reached = resolve));
  const done = () => sum([...latest.values()], (report) => report.done);
  for (const child of children)
    child.on('progress', (report) => {
      latest.set(child, report);
      timeline.push({ atMs: report.atMs, done: done(), rss: report.rss });
      if (done() >= target) reached(true);
    });
  const failed = Promise.race(children.map(failure));
  // After the measurement, the end of a process is no failure.
  failed.catch(() => undefined);
  return {
    timeline,
    done,
    /** The time from which all workers run jobs, and the jobs done until then. */
    begun() {
      const lastFirstMs = Math.max(...[...latest.values()].map(({ firstMs }) => firstMs));
      if (children.length === 1) return { atMs: lastFirstMs, done: 0 };
      return timeline.find(({ atMs }) => atMs >= lastFirstMs) ?? { atMs: lastFirstMs, done: 0 };
    },
    lastMs: () => timeline.at(-1)?.atMs ?? nowMs(),
    async until(ms) {
      let timer;
      const late = new Promise((resolve) => (timer = setTimeout(resolve, ms, false)));
      return Promise.race([isReached, late, failed]).finally(() => clearTimeout(timer));
    },
  };
}

/** @param {import('../lab/child-process.mjs').ChildProcess} child */
async function failure({ ended }) {
  throw new Error(`a worker ended while jobs were left (${await ended})`);
}

export function sum(items, valueOf) {
  return items.reduce((total, item) => total + valueOf(item), 0);
}
