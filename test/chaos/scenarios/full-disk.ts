import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canMount } from '../lab/memory-disk.js';
import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const FULL_MS = 8_000;
const MIB = 2 ** 20;

export const fullDisk: Scenario = {
  name: 'full-disk',
  promise: 'A disk that fills up and gets space again costs no job anything, though the server itself may crash',
  faults: { smoke: 1, reduced: 2, full: 5 },
  tmpfsMiB: 400,
  settings: ['max_wal_size=64MB', 'min_wal_size=32MB'],
  whyNot: () => (process.getuid?.() === 0 && canMount() ? null : 'needs root, and the right to mount a tmpfs'),
  async run(stage) {
    await stage.fleet.start(2);
    const load = await stage.produce({ perSecond: 100, payload: { does: 'hold', ms: 10 } });
    for (let filled = 0; filled < stage.faults; filled++) {
      await stage.pause(2_000);
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
  const left = await statfs(stage.disk);
  if (left.bavail * left.bsize < MIB) stage.inject('full disk');
  await stage.pause(FULL_MS);
  await rm(filler);
  if (stage.cluster.hasEnded) await stage.cluster.start();
  const claims = `from chaos_transitions where became = 'processing' and at > now() - interval '1 second'`;
  const resumes = () => stage.cluster.count(claims).catch(() => 0);
  await stage.until('jobs run on', async () => (await resumes()) > 0, 30_000);
}
