import { existsSync } from 'node:fs';
import type { Scenario } from '../scenario.js';

const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
];
const DELAY_MS = 5_000;
const EARLY_TOLERANCE_MS = 0;
/** The poll, and what a busy machine adds. */
const LATE_LIMIT_MS = 6_000;

const library = () => LIBRARIES.find((path) => existsSync(path));

export const clockSkew: Scenario = {
  name: 'clock-skew',
  promise: 'Workers whose clocks are an hour off, either way, start no job early and take no lease from each other',
  faults: { smoke: 2, reduced: 2, full: 2 },
  // The journals of these workers are dated by clocks that are wrong on purpose.
  exempt: ['overlapping'],
  whyNot: () => (library() ? null : 'no libfaketime: apt-get install libfaketime'),
  async run(stage) {
    const { cluster } = stage;
    for (const offset of ['+1h', '-1h']) {
      const env = { LD_PRELOAD: library()!, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
      await stage.fleet.start(1, { env });
    }
    await stage.fleet.start(1);
    const load = await stage.produce({ perSecond: 50, payload: {}, options: { delayMs: DELAY_MS } });
    await stage.pause(stage.options.scale === 'full' ? 200_000 : 30_000);
    await load.stop();
    await stage.drained(60_000);
    stage.inject('clock an hour off', await skewed(stage));
    const early = await cluster.count(
      `from jobs where started_at < scheduled_at - ${EARLY_TOLERANCE_MS} * interval '1 millisecond'`,
    );
    stage.check('no job started early', early === 0, early);
    const late = await cluster.count(
      `from jobs where started_at > scheduled_at + ${LATE_LIMIT_MS} * interval '1 millisecond'`,
    );
    stage.check('no job started late', late === 0, late);
    const dead = await cluster.count('from job_workers where dead_at is not null');
    stage.check('no worker declared dead', dead === 0, dead);
  },
};

/** Proven by the journals: a worker with a wrong clock dates what it notes half an hour off at least. */
async function skewed(stage: Parameters<Scenario['run']>[0]): Promise<number> {
  await stage.load();
  return stage.cluster.count(
    `from (select distinct label from chaos_events where abs(at_ms / 1000 - extract(epoch from now())) > 1800) as l`,
  );
}
