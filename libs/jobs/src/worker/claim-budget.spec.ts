import { claimedRow } from '../../../../test/support/claimed-row.js';
import { PayloadText } from '../job/payload-text.js';
import { ClaimBudget } from './claim-budget.js';
import { RunningJob } from './running-job.js';

const KIB = 1_024;
const job = (length = 0) =>
  new RunningJob(0, claimedRow({ payload: length > 0 ? new PayloadText('x'.repeat(length)) : {} }));
const jobs = (count: number, length = 0) => Array.from({ length: count }, () => job(length));

describe('ClaimBudget', () => {
  it('limits nothing while payloads are small', () => {
    const budget = new ClaimBudget();
    budget.learn(jobs(500));
    budget.learn([]);
    expect(budget.limits).toBe(false);
  });

  it('lets no more than 8 MiB of payloads like the last ones wait', () => {
    const budget = new ClaimBudget();
    budget.learn(jobs(10, 256 * KIB));
    expect(budget.limits).toBe(true);
    expect(budget.limit(500, [])).toBe(32);
    expect(budget.limit(500, jobs(20, 256 * KIB))).toBe(12);
    expect(budget.limit(500, jobs(40, 256 * KIB))).toBeLessThanOrEqual(0);
    expect(budget.limit(3, [])).toBe(3);
  });

  it('lets one be claimed that is larger than all that may wait', () => {
    const budget = new ClaimBudget();
    budget.learn([job(20 * KIB * KIB)]);
    expect(budget.limit(10, [])).toBe(1);
    expect(budget.limit(10, jobs(1))).toBe(0);
  });

  it('forgets large payloads within three claims of small ones', () => {
    const budget = new ClaimBudget();
    budget.learn(jobs(10, 256 * KIB));
    const limits = Array.from({ length: 3 }, () => {
      budget.learn(jobs(100));
      return budget.limit(500, []);
    });
    expect(limits).toEqual([128, 500, 500]);
  });
});
