import { PayloadText } from '../job/validate/payload-text.js';
import { ClaimBudget } from './claim-budget.js';
import { runningJob } from '../../../../test/support/running-job.js';

const KIB = 1_024;
const job = (length = 0) => runningJob({ payload: length > 0 ? new PayloadText('x'.repeat(length)) : {} });
const jobs = (count: number, length = 0) => Array.from({ length: count }, () => job(length));

describe('ClaimBudget', () => {
  it('limits no claim while payloads are small', () => {
    const budget = new ClaimBudget();
    budget.learn(jobs(500));
    budget.learn([]);
    expect(budget.limits).toBe(false);
  });

  it('claims few jobs at first, until it knows how large they are', () => {
    const budget = new ClaimBudget();
    budget.learn([]);
    expect([budget.careful(200), budget.careful(3), budget.careful(-1)]).toEqual([10, 3, -1]);
    budget.learn(jobs(10));
    expect(budget.careful(200)).toBe(200);
  });

  it('limits a claim to 640 KiB of payloads, and claims nothing once 8 MiB wait', () => {
    const budget = new ClaimBudget();
    budget.learn(jobs(10, 256 * KIB));
    expect(budget.limits).toBe(true);
    expect(budget.limit(500, [])).toBe(2);
    expect(budget.limit(500, jobs(20, 256 * KIB))).toBe(2);
    expect(budget.limit(500, jobs(30, 256 * KIB))).toBe(2);
    expect(budget.limit(500, jobs(40, 256 * KIB))).toBeLessThanOrEqual(0);
    expect(budget.limit(1, [])).toBe(1);
  });

  it('still claims from other lanes, until 16 MiB wait', () => {
    const budget = new ClaimBudget();
    expect(budget.limitBeside(16, jobs(64, 256 * KIB))).toBe(16);
    budget.learn(jobs(10, 256 * KIB));
    expect(budget.limitBeside(16, jobs(62, 256 * KIB))).toBe(2);
    expect(budget.limitBeside(16, jobs(63, 257 * KIB))).toBe(1);
    expect(budget.limitBeside(16, jobs(64, 256 * KIB))).toBe(0);
  });

  it('lets one job be claimed that is larger than the whole budget', () => {
    const budget = new ClaimBudget();
    budget.learn([job(20 * KIB * KIB)]);
    expect(budget.limit(10, [])).toBe(1);
    expect(budget.limit(10, jobs(1))).toBe(0);
  });

  it('forgets large payloads within a few claims of small ones', () => {
    const budget = new ClaimBudget();
    budget.learn(jobs(10, 256 * KIB));
    const limits = Array.from({ length: 4 }, () => {
      budget.learn(jobs(100));
      return budget.limit(500, []);
    });
    expect(limits).toEqual([10, 40, 160, 500]);
  });
});
