import { Proxy } from '../lab/proxy.js';
import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const RECOVER_LIMIT_MS = 15_000;

/** What a connection is used for, by the request that gets into the hole. */
const SOCKETS = {
  claim: /claim_jobs/,
  settle: /settle_(jobs|or_cancel|completed)/,
  lease: /renew_lease/,
  listen: /listen /,
} as const;

export const blackHole: Scenario = {
  name: 'black-hole',
  promise: 'A connection that goes silent (claim, settle, lease, LISTEN) is given up, and jobs run on within 15 s',
  faults: { smoke: 4, reduced: 4, full: 20 },
  async run(stage) {
    for (let struck = 0; struck < stage.faults; struck += Object.keys(SOCKETS).length)
      for (const [use, matches] of Object.entries(SOCKETS)) await strike(stage, use, matches);
  },
};

const CLIENTS = `and backend_type = 'client backend'`;
/** What one worker may have open: four for the host, three for claims and outcomes, one each for LISTEN and the lease. */
const CONFIGURED = 4 + 3 + 2;

/** A worker of its own, alone, so that nobody else can run its jobs. */
async function strike(stage: Stage, use: string, matches: RegExp): Promise<void> {
  const { cluster } = stage;
  const proxy = await Proxy.open(cluster.port);
  stage.onClose(() => proxy.close());
  const [worker] = await stage.fleet.start(1, { url: cluster.urlAt(proxy.port) });
  if (use === 'listen') await silenceListener(stage, proxy);
  else proxy.arm({ matches, trouble: 'black-hole', times: 1 });
  await stage.enqueue(20, { does: 'hold', ms: 100 });
  await stage.until(`the ${use} goes silent`, () => proxy.hits === 1, 20_000);
  stage.inject(`silent ${use}`, proxy.hits);
  const left = () => cluster.count(`from jobs where status in ('pending', 'processing')`);
  const tookMs = await stage.until(`jobs run on (${use})`, async () => (await left()) === 0, 2 * RECOVER_LIMIT_MS);
  stage.figures[`${use}Ms`] = Math.round(tookMs);
  stage.check(`${use}: jobs run on within 15 s`, tookMs <= RECOVER_LIMIT_MS, `${tookMs.toFixed(0)} ms`);
  await stage.enqueue(5, {});
  await stage.until(`and go on (${use})`, async () => (await left()) === 0, RECOVER_LIMIT_MS);
  const open = await cluster.count(`from pg_stat_activity where application_name <> 'chaos_harness' ${CLIENTS}`);
  stage.check(`${use}: no connection too many`, open <= CONFIGURED, `${open} of ${CONFIGURED}`);
  await stage.retire(worker!);
  await stage.drained(60_000);
}

/** LISTEN is said once, when the worker starts: it is the connection that goes silent, and not a request on it. */
async function silenceListener(stage: Stage, proxy: Proxy): Promise<void> {
  await stage.until('LISTEN is said', () => proxy.blackHole(SOCKETS.listen) > 0, 10_000);
}
