import { z } from 'zod';
import { defineJob } from '../job/job-definition.js';
import { prepareJobs } from './prepare-jobs.js';

const item = defineJob({ type: 'item', payload: z.object({ user_id: z.string() }) });
const LIMITS = { shards: 1, maxPayloadBytes: 1_000 };
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
});
