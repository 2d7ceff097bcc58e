import { verdictOf } from './verdict.js';

const queue = (name: string, given: { paused?: boolean; pending?: number; workers?: number } = {}) => ({
  name,
  paused: false,
  pending: 0,
  workers: 1,
  ...given,
});

describe('verdictOf', () => {
  it('is up while the probe is up and every queue with jobs has a worker', () => {
    expect(verdictOf({ status: 'up' }, [queue('mail', { pending: 3 }), queue('old', { workers: 0 })])).toEqual({
      status: 'up',
      reasons: [],
    });
  });

  it('is degraded by a paused queue, and by jobs that no worker takes', () => {
    const queues = [queue('mail', { paused: true }), queue('sms', { pending: 1, workers: 0 })];
    expect(verdictOf({ status: 'up' }, queues)).toEqual({
      status: 'degraded',
      reasons: [
        { code: 'queues_unworked', message: 'Jobs wait in queues that no worker works on: sms.' },
        { code: 'queues_paused', message: 'These queues are paused: mail.' },
      ],
    });
  });

  it('says each thing once, and keeps what only the probe knows', () => {
    const impaired = [
      { reason: 'queues_paused', message: 'These queues are paused: mail.' },
      { reason: 'deaf', message: 'NOTIFY does not arrive, so jobs are found by polling.' },
    ];
    const { reasons } = verdictOf({ status: 'degraded', impaired }, [queue('mail', { paused: true })]);
    expect(reasons.map(({ code }) => code)).toEqual(['queues_paused', 'deaf']);
  });

  it('is down with the probe, whose reason comes first', () => {
    const down = { status: 'down', reason: 'draining', message: 'The process is shutting down.' } as const;
    const { status, reasons } = verdictOf(down, [queue('mail', { paused: true })]);
    expect(status).toBe('down');
    expect(reasons.map(({ code }) => code)).toEqual(['draining', 'queues_paused']);
  });

  it('names ten queues at most', () => {
    const queues = Array.from({ length: 12 }, (_, i) => queue(`q${i}`, { paused: true }));
    expect(verdictOf({ status: 'up' }, queues).reasons[0]!.message).toMatch(/q9, and 2 more\.$/);
  });
});
