import { nowMs, sleep } from '../lab/clock.mjs';

const QUEUES = [1, 20];
const SECONDS = 120;
const WARM_UP_MS = 10_000;

const nameOf = (queues) => (queues === 1 ? '1 queue' : `${queues} queues`);

/** The cost of an idle worker. Uses the PostgreSQL that counts statements. */
export const idle = {
  name: 'idle',
  title: 'Idle: a worker process without jobs',
  columns: ['statementsPerSecond', 'clientCpuPercent', 'serverCpuPercent'],
  plotted: ['statementsPerSecond', 'clientCpuPercent'],
  contenders: ['ours', 'peer'],
  accepts: () => true,
  variants: () => QUEUES.map((queues) => ({ id: nameOf(queues), queues })),
  measure: measureIdle,
  comparisons: [
    { metric: 'statementsPerSecond', of: { contender: 'ours', variant: nameOf(20) }, atMost: 0.5 },
    { metric: 'clientCpuPercent', of: { contender: 'ours', variant: nameOf(20) }, atMost: 1 },
  ],
};

async function measureIdle(lab, contender, { queues }, { seconds = SECONDS }) {
  const stage = await lab.stage(contender, { server: await lab.countingServer() });
  try {
    const worker = await stage.open({ role: 'worker', queues });
    await worker.call('start');
    await sleep(Math.min(WARM_UP_MS, seconds * 1_000));
    const before = await read(stage, worker);
    await sleep(seconds * 1_000);
    const after = await read(stage, worker);
    const per = (name) => (after[name] - before[name]) / (after.atMs - before.atMs);
    return {
      statementsPerSecond: contender.store === 'postgres' ? per('statements') * 1_000 : null,
      clientCpuPercent: per('clientCpuMs') * 100,
      serverCpuPercent: after.serverCpuMs === null ? null : per('serverCpuMs') * 100,
    };
  } finally {
    await stage.close();
  }
}

/** Runs in another database, so that it does not count itself. */
async function read({ server, database, serverCpuMs }, worker) {
  const { rows } = await server.admin.query(
    `select coalesce(sum(calls), 0)::int as statements
     from pg_stat_statements
     where dbid = (select oid from pg_database where datname = $1)`,
    [database.name],
  );
  const { cpuMs } = await worker.call('usage');
  return { atMs: nowMs(), clientCpuMs: cpuMs, serverCpuMs: await serverCpuMs(), ...rows[0] };
}
