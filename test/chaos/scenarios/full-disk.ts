import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canMount } from '../lab/memory-disk.js';
import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const FULL_MS = 8_000;
const PROBE_EVERY_MS = 200;
/** Rows so wide that every claim and every settle soon needs a new page: small ones find room for seconds. */
const WIDE = 'x'.repeat(1_500);
/** No insert gets through meanwhile: without work for longer than that, claims and settles would not be tried. */
const BACKLOG = 800;
const HOLD_MS = 300;

export const fullDisk: Scenario = {
  name: 'full-disk',
  promise: 'A disk that fills up and gets space again costs no job anything, though the server itself may crash',
  faults: { smoke: 1, reduced: 2, full: 5 },
  tmpfsMiB: 400,
  settings: ['max_wal_size=64MB', 'min_wal_size=32MB'],
  whyNot: () => (process.getuid?.() === 0 && canMount() ? null : 'needs root, and the right to mount a tmpfs'),
  async run(stage) {
    await stage.fleet.start(2);
    const load = await stage.produce({ perSecond: 100, payload: { does: 'hold', ms: 10, gate: WIDE } });
    for (let filled = 0; filled < stage.faults; filled++) {
      await stage.pause(2_000);
      await stage.enqueue(BACKLOG, { does: 'hold', ms: HOLD_MS, gate: WIDE });
      await fillOnce(stage);
    }
    await load.stop();
    await stage.drained(60_000);
  },
};

async function fillOnce(stage: Stage): Promise<void> {
  const filler = join(stage.disk, 'filler');
  const { bavail, bsize } = await statfs(stage.disk);
  await writeFile(filler, Buffer.alloc(bavail * bsize)).catch(() => undefined);
  if (await refusesSpace(stage)) stage.inject('full disk');
  await rm(filler);
  if (stage.cluster.hasEnded) await stage.cluster.start();
  const claims = `from chaos_transitions where became = 'processing' and at > now() - interval '1 second'`;
  const resumes = () => stage.cluster.count(claims).catch(() => 0);
  await stage.until('jobs run on', async () => (await resumes()) > 0, 30_000);
}

/** Whether the server, all the while, could not make a file longer; it may have crashed of it. */
async function refusesSpace(stage: Stage): Promise<boolean> {
  const endMs = performance.now() + FULL_MS;
  let granted = 0;
  while (performance.now() < endMs) {
    const probe = `create temp table chaos_probe on commit drop as select repeat('x', 1000) from generate_series(1, 1000)`;
    await stage.cluster.query(probe).then(
      () => granted++,
      () => undefined,
    );
    await stage.pause(PROBE_EVERY_MS);
  }
  return granted === 0;
}
