import { segmentsOf } from './segments';

const at = (second: number) => new Date(second * 1_000).toISOString();
const job = {
  status: 'completed',
  createdAt: at(0),
  scheduledAt: at(0),
  startedAt: null,
  completedAt: null,
  failures: [],
};
type Timed = Parameters<typeof segmentsOf>[0];
const shown = (given: object, now = 100) =>
  segmentsOf({ ...job, ...given } as Timed, now * 1_000).map(
    ({ kind, ms, open }) => `${kind} ${ms / 1_000}${open ? '…' : ''}`,
  );

describe('the parts of a job’s life', () => {
  it('are its wait and its run', () => {
    expect(shown({ startedAt: at(3), completedAt: at(10) })).toEqual(['wait 3', 'run 7']);
  });

  it('go on until now', () => {
    expect(shown({ status: 'processing', startedAt: at(60) })).toEqual(['wait 60', 'run 40…']);
    expect(shown({ status: 'pending' })).toEqual(['wait 100…']);
    expect(shown({ status: 'pending', scheduledAt: at(200) })).toEqual(['delay 100…']);
  });

  it('have the delay before it is due, and the attempts and the backoff before the last one', () => {
    expect(shown({ scheduledAt: at(5), startedAt: at(6), completedAt: at(7) })).toEqual(['delay 5', 'wait 1', 'run 1']);
    const failures = [
      { attempt: 1, error: '', failedAt: at(10) },
      { attempt: 2, error: '', failedAt: at(40) },
    ];
    const last = { scheduledAt: at(30), startedAt: at(32), completedAt: at(40), status: 'failed', failures };
    expect(shown(last)).toEqual(['attempts 10', 'backoff 20', 'wait 2', 'run 8']);
    expect(shown({ ...last, status: 'pending', scheduledAt: at(90), completedAt: null }, 60)).toEqual([
      'attempts 40',
      'backoff 20…',
    ]);
  });

  it('end with a job that was cancelled before it started', () => {
    expect(shown({ status: 'cancelled', completedAt: at(4) })).toEqual(['wait 4']);
  });
});
