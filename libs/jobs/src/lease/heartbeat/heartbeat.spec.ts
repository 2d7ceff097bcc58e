import { eventually } from '../../../../../test/support/eventually.js';
import { readOwnTypes } from '../../store/sql/lease/read-own-types.sql.js';
import type { WorkerRow } from '../../store/sql/lease/worker-lease.sql.js';
import type { Executor } from '../../store/statement.js';
import { WorkerStore } from '../../store/worker.store.js';
import { Heartbeat, type HeartbeatMessage } from './heartbeat.js';
import { SharedLeaseState } from './shared-lease-state.js';
import { systemClock } from '../../support/time/clock.js';

/** Answers the renewal with a fleet, or fails. */
class FakeDatabase implements Executor {
  renewals: unknown[][] = [];
  failure: Error | null = null;
  workers: WorkerRow[] = [{ id: 'w1', last_seen_at: 't', dead: false, drained: false }];

  run<Params extends readonly unknown[], Row>({ name }: { name: string }, params: Params): Promise<Row[]> {
    if (this.failure) return Promise.reject(this.failure);
    if (name === readOwnTypes.name) return Promise.resolve([{ type: 'report', jobs: 2, seconds: 301 } as Row]);
    this.renewals.push([...params]);
    return Promise.resolve([
      {
        workers: this.workers,
        paused_queues: [],
        paused_types: [],
        pause_ends_in_ms: null,
        cancel_requests: false,
        operations: false,
      } as Row,
    ]);
  }
}

describe('Heartbeat', () => {
  let database: FakeDatabase;
  let shared: SharedLeaseState;
  let posted: HeartbeatMessage[];
  let lastWords: string[];
  let heartbeat: Heartbeat;
  let beating: NodeJS.Timeout | undefined;

  beforeEach(() => {
    database = new FakeDatabase();
    shared = new SharedLeaseState(systemClock);
    shared.slots = 7;
    posted = [];
    lastWords = [];
    beating = setInterval(() => shared.beat(), 5);
    heartbeat = new Heartbeat({
      clock: systemClock,
      workers: new WorkerStore(database),
      shared,
      shards: 1,
      renewMs: 20,
      eventLoopStallMs: 200,
      post: (message) => posted.push(message),
      endProcess: (why) => lastWords.push(why),
    });
  });

  afterEach(async () => {
    clearInterval(beating);
    await heartbeat.stop();
  });

  it('renews the worker with its slots, at once and then regularly, and reports the fleet', async () => {
    heartbeat.identify('w1');
    await eventually(() => expect(database.renewals.length).toBeGreaterThan(3));
    expect(database.renewals[0]).toEqual(['w1', 7]);
    const quiet = {
      paused_queues: [],
      paused_types: [],
      pause_ends_in_ms: null,
      cancel_requests: false,
      operations: false,
    };
    const fleet = { workers: database.workers, ...quiet };
    expect(posted[0]).toEqual({ kind: 'round', id: 'w1', fleet, sentMs: expect.any(Number) });
    expect(shared.sinceRenewalMs).toBeLessThan(5_000);
  });

  it.each([
    ['declared dead', [{ id: 'w1', last_seen_at: 't', dead: true, drained: false }]],
    ['gone', []],
  ])('does not count as renewed a worker that is %s', async (_, workers) => {
    database.workers = workers;
    heartbeat.identify('w1');
    await eventually(() => expect(posted.length).toBeGreaterThan(1));
    expect(shared.sinceRenewalMs).toBeGreaterThan(5_000);
  });

  it('renews another worker once it gets another id', async () => {
    heartbeat.identify('w1');
    await eventually(() => expect(database.renewals.length).toBeGreaterThan(0));
    heartbeat.identify('w2');
    await eventually(() => expect(database.renewals.at(-1)).toEqual(['w2', 7]));
  });

  it('reports a failure by message and code, and tries again', async () => {
    database.failure = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    heartbeat.identify('w1');
    await eventually(() => expect(posted.length).toBeGreaterThan(1));
    expect(posted[0]).toEqual({ kind: 'failed', error: { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' } });
    database.failure = null;
    await eventually(() => expect(posted.at(-1)?.kind).toBe('round'));
  });

  it('stops renewing and ends the process, naming its jobs, once the main thread was blocked for too long', async () => {
    heartbeat.identify('w1');
    await eventually(() => expect(database.renewals.length).toBeGreaterThan(3));
    clearInterval(beating);
    await eventually(() => expect(lastWords).toHaveLength(1));
    expect(lastWords[0]).toMatch(/^JOBS_EVENT_LOOP_STALLED: .* while it holds report \(2, for 301 s\)\. Worker w1 /);
    const renewals = database.renewals.length;
    await expect(
      eventually(() => expect(database.renewals.length).toBeGreaterThan(renewals + 1), { timeoutMs: 300 }),
    ).rejects.toThrow();
    expect(lastWords).toHaveLength(1);
  });

  it('renews again if the process could not be ended and the main thread turns again', async () => {
    heartbeat.identify('w1');
    clearInterval(beating);
    await eventually(() => expect(lastWords).toHaveLength(1));
    const renewals = database.renewals.length;
    beating = setInterval(() => shared.beat(), 5);
    await eventually(() => expect(database.renewals.length).toBeGreaterThan(renewals + 2));
  });
});
