import type { JobsHealth } from '../observe/health/job-health.js';
import { verdictOf, type PausedType } from './verdict.js';

const queue = (name: string, given: { paused?: boolean; pending?: number; workers?: number } = {}) => ({
  name,
  paused: false,
  pending: 0,
  workers: 1,
  ...given,
});

const paused = (type: string, pending: number, pendingCapped = false): PausedType => ({ type, pending, pendingCapped });

const judge = (health: JobsHealth, queues: ReturnType<typeof queue>[], types: PausedType[] = []) =>
  verdictOf(health, queues, types);

describe('verdictOf', () => {
  it('is up while the probe is up and every queue with jobs has a worker', () => {
    expect(judge({ status: 'up' }, [queue('mail', { pending: 3 }), queue('old', { workers: 0 })])).toEqual({
      status: 'up',
      reasons: [],
    });
  });

  it('is degraded by a paused queue, and by jobs that no worker takes', () => {
    const queues = [queue('mail', { paused: true }), queue('sms', { pending: 1, workers: 0 })];
    expect(judge({ status: 'up' }, queues)).toEqual({
      status: 'degraded',
      reasons: [
        { code: 'queues_unworked', message: 'Jobs wait in queues that no worker works on: sms.' },
        { code: 'queues_paused', message: 'These queues are paused: mail.' },
      ],
    });
  });

  it('is degraded by paused types, and says how many of their jobs wait', () => {
    const types = [paused('mail', 1_204), paused('report', 1), paused('sms', 60_000, true)];
    expect(judge({ status: 'up' }, [], types)).toEqual({
      status: 'degraded',
      reasons: [
        {
          code: 'types_paused',
          message:
            'These types are paused: mail (1,204 jobs wait), report (1 job waits), sms (at least 60,000 jobs wait).',
        },
      ],
    });
  });

  it('says each thing once, and keeps what only the probe knows', () => {
    const impaired = [
      { reason: 'queues_paused', message: 'These queues are paused: mail.' },
      { reason: 'types_paused', message: 'These types are paused: report.' },
      { reason: 'deaf', message: 'NOTIFY does not arrive, so jobs are found by polling.' },
    ];
    const { reasons } = judge(
      { status: 'degraded', impaired },
      [queue('mail', { paused: true })],
      [paused('report', 0)],
    );
    expect(reasons.map(({ code }) => code)).toEqual(['queues_paused', 'types_paused', 'deaf']);
  });

  it('is down with the probe, whose reason comes first', () => {
    const down = { status: 'down', reason: 'draining', message: 'The process is shutting down.' } as const;
    const { status, reasons } = judge(down, [queue('mail', { paused: true })]);
    expect(status).toBe('down');
    expect(reasons.map(({ code }) => code)).toEqual(['draining', 'queues_paused']);
  });

  it('names ten queues at most', () => {
    const queues = Array.from({ length: 12 }, (_, i) => queue(`q${i}`, { paused: true }));
    expect(judge({ status: 'up' }, queues).reasons[0]!.message).toMatch(/q9, and 2 more\.$/);
  });
});
