import { WorkerStatus } from '../../state/worker-status.js';
import type { ClaimStore } from '../../store/stages/claim.store.js';
import { postponeParts, postponeUnknown } from './postpone.js';
import type { SettleBatch } from '../../settle/settle-batch.js';
import { runningJob } from '../../../../../test/support/running-job.js';
import { systemClock } from '../../support/time/clock.js';

describe('postponing jobs of a type without a processor', () => {
  it('postpones fewer at once after a statement that timed out', async () => {
    const limits: number[] = [];
    const postpone: ClaimStore['postpone'] = async ({ limit }) => {
      limits.push(limit);
      if (limit > 2_000) throw Object.assign(new Error('statement timeout'), { code: '57014' });
      return 0;
    };
    const settling = { settleAll: () => Promise.resolve() } as Partial<SettleBatch> as SettleBatch;
    const parts = postponeParts(
      { store: { postpone }, queues: ['default'], clock: systemClock, settling, isPaused: () => false },
      new WorkerStatus(),
    );
    const postponeAll = () => postponeUnknown([runningJob({ type: 'nobody_knows' })], parts);
    await expect(postponeAll()).rejects.toThrow('timeout');
    await expect(postponeAll()).rejects.toThrow('timeout');
    await postponeAll();
    expect(limits).toEqual([5_000, 2_500, 1_250]);
  });
});
