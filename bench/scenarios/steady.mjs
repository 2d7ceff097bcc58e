import { quantile } from '../report/statistics.mjs';
import { difference, meter } from './measure-drain.mjs';
import { untilDone } from './until-done.mjs';

const RATES = [500, 2_000];
/**
 * During the warm-up, jobs arrive in smaller portions. So all code runs more often, and V8 compiles it before the
 * measurement. Its compiler threads would otherwise take CPU from the server and the worker.
 */
const WARM_UP_TICK_MS = 2;
const WARM_UP_SHARE = 1 / 2;
const END_TIMEOUT_MS = 20_000;

/** Jobs arrive evenly, a few every 10 ms, and one worker process runs them. */
export const steady = {
  name: 'steady',
  title: 'Steady: jobs arrive all the time; CPU is that of the worker and of the server',
  columns: ['p50Ms', 'p99Ms', 'cpuMs', 'clientCpuMs', 'serverCpuMs', 'walBytes'],
  plotted: ['cpuMs', 'p50Ms', 'p99Ms'],
  contenders: ['ours', 'peer', 'bare listen'],
  accepts: () => true,
  variants: () => RATES.map((perSecond) => ({ id: `${perSecond} jobs/s`, perSecond })),
  measure: measureSteady,
  comparisons: RATES.flatMap((perSecond) =>
    [
      ['cpuMs', 0.8],
      ['p50Ms', 1],
      ['p99Ms', 1],
    ].map(([metric, atMost]) => ({
      metric,
      of: { contender: 'ours', variant: `${perSecond} jobs/s` },
      over: { contender: 'best PostgreSQL peer', variant: `${perSecond} jobs/s` },
      atMost,
    })),
  ),
};

async function measureSteady(lab, contender, { perSecond }, { seconds = 30 }) {
  const stage = await lab.stage(contender);
  try {
    const worker = await stage.open({ role: 'worker', behaviour: 'stamp' });
    const producer = await stage.open({ role: 'producer' });
    await worker.call('start');
    const warmedUp = await producer.call('arrive', {
      perSecond,
      tickMs: WARM_UP_TICK_MS,
      seconds: seconds * WARM_UP_SHARE,
    });
    await untilDone(worker, warmedUp, END_TIMEOUT_MS);
    const before = await meter(stage, [worker]);
    const sent = await producer.call('arrive', { perSecond, seconds });
    const latencies = (await untilDone(worker, warmedUp + sent, END_TIMEOUT_MS)).latencies.slice(warmedUp);
    const costs = difference(before, await meter(stage, [worker]), sent);
    return {
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      maxMs: quantile(latencies, 1),
      jobs: sent,
      cutShort: latencies.length < sent,
      ...costs,
      cpuMs: costs.serverCpuMs === null ? null : Number(costs.clientCpuMs) + costs.serverCpuMs,
    };
  } finally {
    await stage.close();
  }
}
