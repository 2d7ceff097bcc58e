import { join } from 'node:path';
import { Proxy } from '../lab/proxy.js';
import type { Stage } from '../lab/stage.js';
import { makeSynchronous, promote, startStandby } from '../lab/standby.js';
import type { Scenario } from '../scenario.js';

const RESUME_LIMIT_MS = 10_000;

export const failoverSync: Scenario = {
  name: 'failover-sync',
  promise: 'Failover to a synchronous standby: nothing lost, claims resume within 10 s of the promotion',
  faults: { smoke: 1, reduced: 3, full: 20 },
  run: (stage) => failOver(stage, true),
};

export const failoverAsync: Scenario = {
  name: 'failover-async',
  promise: 'Failover to an asynchronous standby: claims resume within 10 s; lost is only what had not been replicated',
  faults: { smoke: 1, reduced: 3, full: 20 },
  // What the standby had not received is gone, claims and completions among it: PostgreSQL promises no more.
  exempt: ['lost', 'startedTooOften', 'overlapping'],
  run: (stage) => failOver(stage, false),
};

async function failOver(stage: Stage, synchronous: boolean): Promise<void> {
  const proxy = await Proxy.open(stage.cluster.port);
  stage.onClose(() => proxy.close());
  const url = stage.cluster.urlAt(proxy.port);
  await stage.fleet.start(2, { url });
  const load = await stage.produce({ perSecond: 100, payload: { does: 'hold', ms: 10 } }, { url });
  const resumed: number[] = [];
  for (let failovers = 0; failovers < stage.faults; failovers++) {
    const standby = await startStandby(stage.cluster, join(stage.folder, `standby${failovers}`));
    if (synchronous) await makeSynchronous(stage.cluster);
    await stage.pause(stage.plan.whole(1_000, 3_000));
    resumed.push(await failOverOnce(stage, proxy, standby));
    stage.tell(`failed over ${failovers + 1} of ${stage.faults}, claims after ${resumed.at(-1)} ms`);
  }
  await load.stop();
  await stage.drained(60_000);
  stage.figures.slowestResumeMs = Math.max(...resumed);
  const slow = resumed.filter((ms) => ms > RESUME_LIMIT_MS).length;
  stage.check('claims resume within 10 s', slow === 0, `${Math.max(...resumed)} ms at worst`);
}

async function failOverOnce(stage: Stage, proxy: Proxy, standby: Stage['cluster']): Promise<number> {
  await stage.cluster.crash();
  const at = await promote(standby);
  proxy.redirect(standby.port);
  stage.inject('failover');
  stage.replaceCluster(standby);
  const claims = `from chaos_transitions where became = 'processing' and at > $1::timestamptz`;
  await stage.until('claims resume', async () => (await standby.count(claims, [at])) > 0, 30_000);
  const [first] = await standby.query<{ ms: number | null }>(
    `select (extract(epoch from min(at) - $1::timestamptz) * 1000)::int as ms ${claims}`,
    [at],
  );
  return first?.ms ?? Number.POSITIVE_INFINITY;
}
