import { z } from 'zod';
import { defineJob, MAX_TIMEOUT_MS, type JobDefinitionOptions } from './job-definition.js';

const payload = z.object({ user: z.string() });

describe('defineJob', () => {
  it('fills in the documented defaults', () => {
    expect(defineJob({ type: 'greet', payload })).toEqual({
      type: 'greet',
      payload,
      queue: 'default',
      maxAttempts: 5,
      timeoutMs: 300_000,
      priority: 5,
      retry: { type: 'exponential', initialDelayMs: 1_000, maxDelayMs: 16_000, jitter: 0.1 },
    });
  });

  it('keeps what is given', () => {
    const given = { queue: 'mail', maxAttempts: 1_000, timeoutMs: MAX_TIMEOUT_MS, priority: 0 };
    const definition = defineJob({ type: 'mail:send.v2-x', payload, ...given, retry: { type: 'fixed' } });
    expect(definition).toMatchObject({ ...given, retry: { type: 'fixed' } });
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(defineJob({ type: 'greet', payload }))).toBe(true);
  });

  it.each<[string, Partial<JobDefinitionOptions<typeof payload>>]>([
    ['type', { type: '' }],
    ['type', { type: 'a b' }],
    ['type', { type: 'x'.repeat(51) }],
    ['queue', { queue: "q'; drop table jobs" }],
    ['maxAttempts', { maxAttempts: 0 }],
    ['maxAttempts', { maxAttempts: 1_001 }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: MAX_TIMEOUT_MS + 1 }],
    ['priority', { priority: 10 }],
    ['priority', { priority: -1 }],
    ['priority', { priority: 1.5 }],
    ['retry.initialDelayMs', { retry: { initialDelayMs: -5 } }],
  ])('refuses a bad %s: %j', (path, bad) => {
    expect(() => defineJob({ type: 'greet', payload, ...bad })).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_OPTION', issues: [expect.objectContaining({ path })] }),
    );
  });
});
