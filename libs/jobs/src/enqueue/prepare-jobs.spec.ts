import { z } from 'zod';
import { defineJob } from '../job/job-definition.js';
import { prepareJobs } from './prepare-jobs.js';
import { systemClock } from '../support/time/clock.js';

const item = defineJob({ type: 'item', payload: z.object({ user_id: z.string() }) });
const LIMITS = { shards: 1, maxPayloadBytes: 1_000, clock: systemClock };
const good = { payload: { user_id: 'u' } };

describe('prepareJobs', () => {
  it.each<[string, unknown, string, string]>([
    ['a payload', [good, { payload: { user_id: 7 } }], 'JOBS_INVALID_PAYLOAD', 'jobs[1].payload.user_id'],
    ['a payload too large', [{ payload: { user_id: 'u'.repeat(2_000) } }], 'JOBS_PAYLOAD_TOO_LARGE', 'jobs[0].payload'],
    ['an option', [good, good, { ...good, delayMs: -1 }], 'JOBS_INVALID_OPTION', 'jobs[2].delayMs'],
    ['null', [good, null], 'JOBS_INVALID_OPTION', 'jobs[1]'],
    ['a text', ['job'], 'JOBS_INVALID_OPTION', 'jobs[0]'],
    ['no list', { ...good }, 'JOBS_INVALID_OPTION', 'jobs'],
  ])('names the job at fault: %s', async (_, jobs, code, path) => {
    await expect(prepareJobs(item, jobs as [], LIMITS)).rejects.toMatchObject({ code, issues: [{ path }] });
  });

  it('names all options at fault at once', async () => {
    const jobs = [{ ...good, priority: 10, tags: ['not a name'], delay: 5, retry: { jitter: 2 } }];
    const paths = ['jobs[0].delay', 'jobs[0].retry.jitter', 'jobs[0].priority', 'jobs[0].tags[0]'];
    await expect(prepareJobs(item, jobs, LIMITS)).rejects.toMatchObject({ issues: paths.map((path) => ({ path })) });
  });

  it("fills a job's own retry policy with its definition's", async () => {
    const slow = defineJob({ type: 'slow', payload: item.payload, retry: { initialDelayMs: 5_000 } });
    const [job] = await prepareJobs(slow, [{ ...good, retry: { type: 'fixed' } }], LIMITS);
    expect(JSON.parse(job!.retry!)).toMatchObject({ type: 'fixed', initialDelayMs: 5_000 });
  });
});
