import { WorkerStatus } from '../state/worker-status.js';
import { LostLease } from './lost-lease.js';
import { systemClock } from '../support/time/clock.js';

describe('a lost lease', () => {
  let status: WorkerStatus;
  let answers: boolean;
  let asked: number;
  let lost: LostLease;

  beforeEach(() => {
    status = new WorkerStatus();
    answers = true;
    asked = 0;
    lost = new LostLease({
      clock: systemClock,
      status,
      ping: () => (asked++, answers ? Promise.resolve() : Promise.reject(new Error())),
    });
  });

  it('asks nothing while the lease is held', async () => {
    await lost.look();
    expect([asked, status.leaseLostInVainSinceMs]).toEqual([0, null]);
  });

  it('counts as lost without an outage from the first reply of the database on', async () => {
    status.leaseHeld = false;
    const beforeMs = performance.now();
    await lost.look();
    const sinceMs = status.leaseLostInVainSinceMs;
    await lost.look();
    expect(sinceMs).toBeGreaterThanOrEqual(beforeMs);
    expect(status.leaseLostInVainSinceMs).toBe(sinceMs);
  });

  it('counts as an outage once the database does not answer', async () => {
    status.leaseHeld = false;
    await lost.look();
    answers = false;
    await lost.look();
    expect(status.leaseLostInVainSinceMs).toBeNull();
  });

  it('is forgotten once it is held again', async () => {
    status.leaseHeld = false;
    await lost.look();
    status.leaseHeld = true;
    await lost.look();
    expect(status.leaseLostInVainSinceMs).toBeNull();
  });

  it('asks the database once at a time', async () => {
    status.leaseHeld = false;
    await Promise.all([lost.look(), lost.look()]);
    expect(asked).toBe(1);
  });
});
