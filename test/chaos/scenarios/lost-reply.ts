import { Proxy } from '../lab/proxy.js';
import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const AGAIN_LIMIT_MS = 60_000;
const CLAIM = /claim_jobs/;
const SETTLE = /settle_(jobs|completed)/;

export const lostReply: Scenario = {
  name: 'lost-reply',
  promise: 'A claim whose reply is lost after its commit runs again within 60 s, attempt unused; a settle counts once',
  faults: { smoke: 2, reduced: 10, full: 40 },
  async run(stage) {
    const proxy = await Proxy.open(stage.cluster.port);
    stage.onClose(() => proxy.close());
    await stage.fleet.start(1, { url: stage.cluster.urlAt(proxy.port) });
    for (let round = 0; round < stage.faults; round += 2) {
      await lose(stage, proxy, CLAIM, 'reply of a claim');
      await lose(stage, proxy, SETTLE, 'reply of a settle');
      stage.tell(`lost ${round + 2} of ${stage.faults} replies`);
    }
    const { cluster } = stage;
    const burnt = await cluster.count('from jobs where attempts <> 1');
    stage.check('no attempt used', burnt === 0, burnt);
    const unseen = await stage.noted('lost');
    stage.check('each settle known as written', unseen === 0, `${unseen} believed lost`);
  },
};

async function lose(stage: Stage, proxy: Proxy, matches: RegExp, fault: string): Promise<void> {
  proxy.arm({ matches, trouble: 'swallow-reply', times: 1 });
  await stage.enqueue(5, { does: 'hold', ms: 50 });
  await stage.until(`the ${fault} is lost`, () => proxy.hits === 1, 20_000);
  stage.inject(fault, proxy.hits);
  const tookMs = await stage.until('its jobs end', async () => (await unfinished(stage)) === 0, AGAIN_LIMIT_MS);
  stage.figures.slowestMs = Math.max(stage.figures.slowestMs ?? 0, Math.round(tookMs));
}

function unfinished({ cluster }: Stage): Promise<number> {
  return cluster.count(`from jobs where status in ('pending', 'processing')`);
}
