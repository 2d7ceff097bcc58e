import type { WorkerRow } from '../../store/sql/lease/worker-lease.sql.js';
import { WorkerStatus } from '../../state/worker-status.js';
import { UnworkedQueues } from './unworked-queues.js';
import { WakeFleet } from './wake-fleet.js';

const QUEUES: Record<string, string[]> = {
  own: ['mail', 'sms'],
  twin: ['sms', 'mail'],
  wide: ['mail', 'fax'],
  fax: ['fax'],
};
const row = (id: string, dead = false, drained = false): WorkerRow => ({ id, last_seen_at: '', dead, drained });

describe('the fleet as wake-ups see it', () => {
  let asked: string[][];
  let fleet: WakeFleet;

  beforeEach(() => {
    asked = [];
    fleet = new WakeFleet({
      queues: ['mail', 'sms'],
      unworked: new UnworkedQueues([], [], new WorkerStatus()),
      readQueues: async (ids) => {
        asked.push(ids);
        return ids.filter((id) => QUEUES[id]).map((id) => ({ id, queues: QUEUES[id]! }));
      },
    });
  });

  const of = (queue: string) => fleet.of(queue).map(({ id }) => id);

  it('knows which workers share a queue, and which have exactly the same queues', async () => {
    await fleet.follow(['own', 'twin', 'wide', 'fax'].map((id) => row(id)));
    expect(of('mail')).toEqual(['own', 'twin', 'wide']);
    expect(of('sms')).toEqual(['own', 'twin']);
    expect(fleet.alike.map(({ id }) => id)).toEqual(['own', 'twin']);
  });

  it('reads the queues of each worker once, and forgets workers that are gone or dead', async () => {
    await fleet.follow([row('own')]);
    await fleet.follow([row('own'), row('twin'), row('wide', true)]);
    await fleet.follow([row('own'), row('twin')]);
    expect(asked).toEqual([['own'], ['twin']]);
    expect(of('mail')).toEqual(['own', 'twin']);
    await fleet.follow([row('own', true)]);
    expect(of('mail')).toEqual([]);
  });

  it('leaves out workers that are drained, until they are resumed', async () => {
    await fleet.follow([row('own'), row('twin', false, true)]);
    expect(of('mail')).toEqual(['own']);
    await fleet.follow([row('own'), row('twin')]);
    expect(of('mail')).toEqual(['own', 'twin']);
  });

  it('ignores a worker whose queues it cannot read', async () => {
    await fleet.follow([row('own'), row('unknown')]);
    expect(of('mail')).toEqual(['own']);
  });
});
